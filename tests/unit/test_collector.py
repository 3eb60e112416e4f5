"""The garbage collector rests where it is told to, and not a moment longer."""

import gc

import pytest

from grader.collector import frozen_past, resting_collector


def test_it_rests_until_the_end_even_one_in_an_error():
    @resting_collector()
    def work() -> None:
        assert not gc.isenabled()
        raise ValueError("over")

    with pytest.raises(ValueError, match="over"):
        work()
    assert gc.isenabled()


def test_one_that_was_off_stays_off():
    gc.disable()
    try:
        with resting_collector():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_what_was_there_is_left_alone_for_a_while():
    past = [{} for _ in range(100)]
    with frozen_past():
        assert gc.get_freeze_count() > len(past)
    assert gc.get_freeze_count() == 0


def test_pages_are_drawn_with_a_collector_while_all_else_rests():
    with resting_collector():
        with frozen_past():
            assert gc.isenabled()
        assert not gc.isenabled()
