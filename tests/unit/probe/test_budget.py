"""What may be printed is counted in bytes and in messages, for a cell and for all."""

import pytest

from grader.probe.budget import Budget

PLAN = {"output_bytes": 1000, "cell_output_bytes": 300, "messages": 10, "cell_messages": 5}


def started() -> Budget:
    budget = Budget(PLAN)
    budget.begin_cell()
    return budget


def test_what_fits_is_taken() -> None:
    budget = started()
    assert all(budget.take(60) for _ in range(5))
    assert budget.over == ""


@pytest.mark.parametrize(
    ("sizes", "words", "all_over"),
    [
        ([301], "this cell printed more than 0 KiB", False),
        ([0] * 6, "this cell printed in more than 5 pieces", False),
        ([1001], "the notebook printed more than 0 KiB", True),
    ],
)
def test_one_too_many_is_dropped_with_words(sizes: list[int], words: str, all_over: bool) -> None:
    budget = started()
    assert [budget.take(size) for size in sizes][-1] is False
    assert (budget.over, budget.is_all_over) == (words, all_over)


def test_a_new_cell_has_room_again_until_the_notebook_has_none() -> None:
    budget = started()
    for _ in range(2):
        assert [budget.take(0) for _ in range(5)] == [True] * 5
        budget.begin_cell()
    assert not budget.take(0)
    assert (budget.over, budget.is_all_over) == ("the notebook printed in more than 10 pieces", True)


def test_what_is_dropped_does_not_count_against_the_next_cell() -> None:
    budget = started()
    assert [budget.take(301), *(budget.take(10**6) for _ in range(9))] == [False] * 10
    budget.begin_cell()
    assert budget.take(200)


def test_the_graders_own_cell_can_always_print() -> None:
    budget = started()
    budget.take(2000)
    budget.begin_probe()
    assert budget.take(300)
