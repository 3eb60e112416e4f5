"""Templates, their filters and their errors."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.authoring.render import Templates, literal, points, table_cell
from grader.errors import CourseError

toml_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(toml_values, st.integers(0, 60))
def test_a_literal_reads_back_as_the_value(value, indent):
    assert ast.literal_eval(literal(value, indent)) == value


def test_literals_are_broken_over_lines_where_they_are_wide():
    assert literal({"layers": ["convolution"] * 6, "n": [3, 4]}, 4) == (
        '{\n        "layers": [\n' + '            "convolution",\n' * 6 + '        ],\n        "n": [3, 4],\n    }'
    )


def test_what_stands_before_a_literal_counts_for_its_width():
    assert "\n" not in literal(["x" * 70], 4)
    assert "\n" in literal(["x" * 70], 4, before=15)


def test_literals_use_double_quotes_as_the_course_does():
    assert literal(["it's", 'a "b"', "plain"]) == """["it's", 'a "b"', "plain"]"""


def test_tuples_have_literals_and_objects_have_none():
    assert literal((1,)) == "(1,)"
    assert literal(("a" * 60, "b" * 60)) == '(\n    "' + "a" * 60 + '",\n    "' + "b" * 60 + '",\n)'
    with pytest.raises(TypeError, match="no Python literal for a object"):
        literal(object())


@pytest.mark.parametrize(("value", "shown"), [(15.0, "15"), (2.5, "2.5"), (0.25, "0.25"), (100, "100")])
def test_points_have_no_needless_decimals(value, shown):
    assert points(value) == shown


@pytest.mark.parametrize(
    ("value", "cell"), [("a | b", r"a \| b"), (r"a \| b", r"a \| b"), ("two\nlines\r\n here", "two lines here")]
)
def test_text_stays_within_its_table_cell(value, cell):
    assert table_cell(value) == cell


def refused(folder, text, **values):
    (folder / "t.md.j2").write_text(text)
    with pytest.raises(CourseError) as caught:
        Templates(folder).render("t.md.j2", **values)
    return caught.value


def test_a_broken_template_is_named_with_its_line(tmp_path):
    error = refused(tmp_path, "fine\n{% for x in %}\n")
    assert error.where == f"{tmp_path / 't.md.j2'}:2"
    assert "not a valid template" in error.message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("fine\n\n{{ missing }}", "'missing' is undefined"),
        ("{{ title }}\n\n{{ title | literal(1, 2, 3) }}", "positional"),
        ("\n\n{{ 1 / 0 }}", "division by zero"),
        ("\n\n{{ title + 1 }}", "str"),
    ],
)
def test_a_template_that_cannot_be_filled_in_is_named_with_its_line(tmp_path, text, words):
    error = refused(tmp_path, text, title="Week 1")
    assert error.where == f"{tmp_path / 't.md.j2'}:3"
    assert words in error.message
    assert error.remedy == "It is given: title."


def test_a_missing_template_is_named(tmp_path):
    with pytest.raises(CourseError) as caught:
        Templates(tmp_path).render("header.md.j2")
    assert caught.value.where == str(tmp_path / "header.md.j2")


def test_values_are_never_templates(tmp_path):
    (tmp_path / "t.md.j2").write_text("<{{ value }}>")
    assert (
        Templates(tmp_path).render("t.md.j2", value="{{ 1 + 1 }} {% boom %} & <b>") == "<{{ 1 + 1 }} {% boom %} & <b>>"
    )
