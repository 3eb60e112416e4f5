"""The mark-up of one cell."""

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.authoring.markup import Hidden, Plain, Prompt, Solution, parse_cell
from grader.errors import NotebookError

WHERE = "solution.ipynb: cell 4"


def parse(source, **options):
    return parse_cell(source, where=WHERE, **options)


def shown(source):
    """What students see of a cell, with `<name>` for each stub."""
    lines = []
    for region in parse(source):
        match region:
            case Plain(plain) | Prompt(plain):
                lines += plain
            case Solution():
                lines += [region.indent + line for line in (*region.prompt, f"<{region.function}>")]
    return "\n".join(lines)


def refused(source, **options):
    with pytest.raises(NotebookError) as caught:
        parse(source, **options)
    return caught.value


@given(st.text().filter(lambda text: "#" not in text and "BEGIN" not in text.upper() and "END" not in text.upper()))
def test_text_without_markers_comes_back_unchanged(source):
    assert parse(source) == (Plain(tuple(source.split("\n"))),)


@given(
    st.lists(st.sampled_from(["x = 1", "    y()", "", "# a remark", "s = '{{ }} {% %}'", 'z = """#"""']), max_size=8)
)
def test_everything_outside_the_region_comes_back_unchanged(lines):
    source = "\n".join([*lines, "### BEGIN SOLUTION", "secret()", "### END SOLUTION", *lines])
    expected = [r for r in (Plain(tuple(lines)), Solution(("secret()",), len(lines) + 2, "", "")) if r.lines]
    assert parse(source) == (*expected, *([Plain(tuple(lines))] if lines else []))


def test_a_region_knows_its_indentation_its_function_and_where_it_starts():
    region = ["### BEGIN SOLUTION", "# why", "stop()", "### END SOLUTION"]
    source = "class Stop:\n    def on_end(self):\n" + textwrap.indent("\n".join(region), " " * 8)
    assert parse(source)[1] == Solution(
        ("        # why", "        stop()"), line=4, indent=" " * 8, function="Stop.on_end"
    )


def test_a_region_in_nested_blocks_belongs_to_the_function_around_them():
    region = textwrap.indent("### BEGIN SOLUTION\ng(x)\n### END SOLUTION", " " * 12)
    source = f"def f(xs):\n    for x in xs:\n        try:\n{region}\n        finally:\n            pass"
    assert parse(source)[1].function == "f"


@pytest.mark.parametrize("body", ["fit()", "def f():\n    return fit()", "# nothing yet"])
def test_a_region_at_the_top_level_belongs_to_no_function(body):
    assert parse(f"### BEGIN SOLUTION\n{body}\n### END SOLUTION")[0].function == ""


def test_a_cell_with_magics_still_knows_its_functions():
    source = "%matplotlib inline\nfiles = !ls\ndef f():\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION"
    assert parse(source)[1].function == "f"


@pytest.mark.parametrize(
    "source",
    [
        "### BEGIN SOLUTION\n### BEGIN PROMPT\n# Do it.\n\n#   Twice.\n### END PROMPT\na()\n### END SOLUTION",
        "### BEGIN SOLUTION\na()\n### BEGIN PROMPT\n# Do it.\n\n#   Twice.\n### END PROMPT\n### END SOLUTION",
        "### BEGIN PROMPT\n# Do it.\n\n#   Twice.\n### END PROMPT\n### BEGIN SOLUTION\na()\n### END SOLUTION",
        "### BEGIN SOLUTION\na()\n### END SOLUTION\n\n### BEGIN PROMPT\n# Do it.\n\n#   Twice.\n### END PROMPT",
    ],
    ids=["first", "last", "before", "after"],
)
def test_a_prompt_may_stand_inside_or_beside_its_region(source):
    regions = [r for r in parse(source) if isinstance(r, Solution)]
    assert [(r.prompt, tuple(line for line in r.lines if line)) for r in regions] == [
        (("# Do it.", "", "#   Twice."), ("a()",))
    ]


def test_a_prompt_within_a_region_does_not_shift_its_lines():
    region = parse("### BEGIN SOLUTION\na()\n### BEGIN PROMPT\n# Do it.\n### END PROMPT\nb()\n### END SOLUTION")[0]
    assert region.line + region.lines.index("b()") == 6


def test_a_prompt_loses_its_own_indentation():
    region = ["### BEGIN SOLUTION", "### BEGIN PROMPT", "# One.", "#   Two.", "### END PROMPT", "### END SOLUTION"]
    source = "def f():\n" + textwrap.indent("\n".join(region), "    ")
    assert parse(source)[1].prompt == ("# One.", "#   Two.")


@pytest.mark.parametrize("kind", ["HIDDEN TESTS", "MARK SCHEME"])
@pytest.mark.parametrize("code", [True, False])
def test_hidden_regions_of_nbgrader_leave_nothing_behind(kind, code):
    regions = parse(f"a = 1\n### BEGIN {kind}\nassert a\n### END {kind}\nb = 2", code=code)
    assert regions == (Plain(("a = 1",)), Hidden(("assert a",), 3), Plain(("b = 2",)))


def test_a_mark_scheme_may_be_written_as_nbgrader_shows_it_in_text():
    assert parse("=== BEGIN MARK SCHEME ===\n2 points\n=== END MARK SCHEME ===", code=False) == (
        Hidden(("2 points",), 2),
    )


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ("x = 5 # SOLUTION", "x = ..."),
        ("    x = y = f(a == b)  #SOLUTION", "    x = y = ..."),
        ("a.b['='] = 5 # SOLUTION", "a.b['='] = ..."),
        ("größe: int = (5) # SOLUTION", "größe: int = ..."),
        ("n += 1 # SOLUTION", "n += ..."),
        ("    return f(x) # SOLUTION", "    ..."),
        ("plt.plot(x) # SOLUTION", "..."),
        ("np.random.seed(4) # SEED", ""),
        ("secret() # SOLUTION NO PROMPT", ""),
    ],
)
def test_lines_that_end_in_a_marker_of_otter(line, seen):
    assert shown(line) == seen
    assert parse(line)[0] == Hidden((line,), 1)


def test_otter_regions_and_prompts_in_strings():
    source = '''radius = 3
def around(r):
    # BEGIN SOLUTION NO PROMPT
    return 2 * pi * r
    # END SOLUTION
    """ # BEGIN PROMPT
    # Next, the circumference.
    pass
    """; # END PROMPT
def area(r):
    # BEGIN SOLUTION
    return pi * r * r
    # END SOLUTION'''
    assert shown(source) == (
        "radius = 3\ndef around(r):\n    # Next, the circumference.\n    pass\ndef area(r):\n    <area>"
    )


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        ("a\n### BEGIN SOLUTION\nb", 2, "never closed"),
        ("### BEGIN SOLUTION\n### BEGIN PROMPT\n# b", 2, "'BEGIN PROMPT' is never closed"),
        ("a\n### END SOLUTION", 2, "closes nothing"),
        ("### END PROMPT", 1, "closes nothing"),
        ("### BEGIN HIDDEN TESTS\n### END SOLUTION", 2, "no '### BEGIN SOLUTION' is open"),
        ("### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION", 2, "inside the region that line 1 opens"),
        ("### BEGIN SOLUTION\n### BEGIN HIDDEN TESTS\n", 2, "inside the region"),
        ("### BEGIN SOLUTION\n### BEGIN PROMPT\n### END SOLUTION", 3, "inside a prompt"),
        ("### BEGIN SOLUTION\n### BEGIN PROMPT\n### BEGIN PROMPT", 3, "inside a prompt"),
        ("### BEGIN HIDDEN TESTS\n### BEGIN PROMPT\n", 2, "inside 'BEGIN HIDDEN TESTS'"),
        ("### BEGIN SOLUTION\n### BEGIN PROMPT\n# a\nb = 2\n### END PROMPT\n### END SOLUTION", 4, "not a comment"),
        ("### BEGIN PROMPT\n# a\n### END PROMPT\nx = 1", 1, "belongs to no solution"),
        ("### BEGIN PROMPT\n# a\n### END PROMPT", 1, "belongs to no solution"),
        ("# BEGIN SOLUTION NO PROMPT\n### BEGIN PROMPT\n# a\n### END PROMPT\n# END SOLUTION", 1, "never see"),
        ("### begin solution\nx = 1\n### end solution", 1, "looks like a marker"),
        ("### BEGIN SOLUTION:\nx = 1", 1, "looks like a marker"),
        ("x = 1\nx = 2 ### END SOLUTION", 2, "looks like a marker"),
        ("// BEGIN SOLUTION", 1, "looks like a marker"),
        ("### BEGIN_SOLUTION", 1, "looks like a marker"),
        ("f(a,  # SOLUTION\n  b)", 1, "one whole statement"),
        ("if a:  # SOLUTION\n  b", 1, "one whole statement"),
        ("# SOLUTION\nx = 1", 1, "one whole statement"),
    ],
)
def test_broken_mark_up_is_refused_with_its_line_and_a_remedy(source, line, words):
    error = refused(source)
    assert error.where == f"{WHERE}, line {line}"
    assert words in error.message
    assert error.remedy


def test_two_prompts_for_one_region_are_refused():
    prompt = "### BEGIN PROMPT\n# a\n### END PROMPT\n"
    assert "two prompts" in refused(f"{prompt}### BEGIN SOLUTION\n{prompt}### END SOLUTION").message
    assert "two prompts" in refused(f"### BEGIN SOLUTION\n{prompt}### END SOLUTION\n{prompt}").message


def test_a_solution_region_in_text_is_refused():
    error = refused("The answer:\n### BEGIN SOLUTION\nbecause\n### END SOLUTION", code=False)
    assert "not code" in error.message
    assert "instructor-only" in error.remedy


@pytest.mark.parametrize(
    "source",
    ["In the end, a solution is short.", "Write it between `### BEGIN SOLUTION` and its end.", "# The solution"],
)
def test_talk_about_solutions_is_not_mark_up(source):
    if "`#" in source:
        assert "looks like a marker" in refused(source, code=False).message  # nobody should have to guess here
    else:
        assert parse(source, code=False) == (Plain((source,)),)
