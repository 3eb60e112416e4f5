"""Answers in words are found by the heading above them."""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from grader.measure.answers import find_answers


def answers(*cells, headings=("Answer 1", "Answer 2")):
    """Heading -> answer; a cell that starts with `>` is code."""
    nodes = [new_code_cell(c) if c.startswith(">") else new_markdown_cell(c) for c in cells]
    return {a.heading: a.text for a in find_answers(new_notebook(cells=nodes), headings)}


def test_what_stands_below_a_heading_is_its_answer():
    found = answers("# Title\n\nWords.", "### Answer 1\n\nBecause.\n\nAnd so on.", "#### answer  2 ##\nYes")
    assert found == {"Answer 1": "Because.\n\nAnd so on.", "Answer 2": "Yes"}


def test_an_answer_may_go_on_in_further_cells_up_to_code_or_the_next_heading():
    assert answers("## Answer 1\nfirst", "second", ">x = 1", "not this") == {"Answer 1": "first\n\nsecond"}
    assert answers("## Answer 1\nfirst", "second\n# Other\nthird") == {"Answer 1": "first\n\nsecond"}


def test_a_heading_in_a_fence_is_none():
    text = "## Answer 1\n```python\n# Answer 2\n```\nafter"
    assert answers(text) == {"Answer 1": "```python\n# Answer 2\n```\nafter"}


def test_an_empty_answer_is_there_and_a_missing_heading_is_not():
    assert answers("## Answer 1\n\n") == {"Answer 1": ""}


def test_the_last_of_two_headings_counts():
    assert answers("## Answer 1\nold", "## Answer 1\nnew") == {"Answer 1": "new"}


def test_the_cell_is_told():
    (answer,) = find_answers(new_notebook(cells=[new_code_cell("1"), new_markdown_cell("# A\nb")]), ["a"])
    assert (answer.cell, answer.heading) == (1, "a")


@pytest.mark.parametrize(
    "text", ["#" * 100_000, "# " + " " * 100_000 + "x", "`" * 100_000, "# Answer 1\n" + "x" * 10**6]
)
def test_hostile_text_is_read_in_no_time_and_cut(text):
    assert all(len(answer) <= 20_000 for answer in answers(text).values())
