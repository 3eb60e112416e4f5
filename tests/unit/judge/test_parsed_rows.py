"""`function_defined` for a function that reads a CSV file."""

import pytest

from grader.judge.function_defined import Parameters, check
from grader.observation import Function, Parsed

RIGHT = Parsed(images_shape=(36, 28, 28), labels_shape=(36,), rows=36, images_right=1, labels_right=1)
WRONG = {
    "rows-count": {"images_shape": (35, 28, 28)},
    "rows-shape": {"images_shape": (36, 784)},
    "rows-pixels": {"images_right": 0.5},
    "rows-labels": {"labels_right": 0.9},
}


def code(right, parsed):
    function = Function(name="parse_data_from_input", defined=True)
    return check(right.model_copy(update={"parsed": parsed}), Parameters(parses_rows=True), function).code


def test_rows_that_came_back_whole_pass(right):
    assert code(right, RIGHT) == "passed"


@pytest.mark.parametrize("expected", WRONG)
def test_each_way_to_go_wrong_is_named(right, expected):
    assert code(right, RIGHT.model_copy(update=WRONG[expected])) == expected


def test_labels_in_a_column_of_their_own_and_nothing_at_all(right):
    assert code(right, RIGHT.model_copy(update={"labels_shape": (36, 1)})) == "rows-labels"
    assert code(right, None) == "rows-missing"


def test_labels_that_were_numbered_anew_are_told_by_an_example(right):
    parsed = RIGHT.model_copy(update={"labels_right": 0, "renumbered": {1: 0, 2: 1}})
    function = Function(name="parse_data_from_input", defined=True)
    found = check(right.model_copy(update={"parsed": parsed}), Parameters(parses_rows=True), function)
    assert found.code == "rows-renumbered"
    assert (found.values["found"], found.values["written"]) == (1, 0)
