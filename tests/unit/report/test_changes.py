import pytest

from grader.report.changes import compare
from grader.scorecard import Outcome


@pytest.fixture
def card(make_card, make_verdict):
    """A scorecard of outcomes by criterion."""

    def make(sha: str = "a", **outcomes: Outcome):
        verdicts = [make_verdict(name, outcome, title=f"the {name}") for name, outcome in outcomes.items()]
        return make_card("alice", *verdicts, sha256=sha * 64)

    return make


def test_what_got_better_and_worse_is_told_with_points(card):
    before = card("a", split=Outcome.FAILED, loss=Outcome.PASSED, model=Outcome.PARTIAL)
    after = card("b", split=Outcome.PASSED, loss=Outcome.FAILED, model=Outcome.PARTIAL)
    found = compare(before, after)
    assert [(s.title, s.before, s.after) for s in found.better] == [("the split", 0, 15)]
    assert [(s.title, s.before, s.after) for s in found.worse] == [("the loss", 15, 0)]
    assert found.headline == "The same score as last time, 22.5."


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (Outcome.FAILED, Outcome.PASSED, "15 points more than last time: from 0 to 15."),
        (Outcome.PASSED, Outcome.PARTIAL, "7.5 points fewer than last time: from 15 to 7.5."),
        (Outcome.ERRORED, Outcome.PASSED, "Your last score was held"),
        (Outcome.PASSED, Outcome.ERRORED, "Your score is held at the moment"),
    ],
)
def test_the_headline_says_how_the_score_moved(card, before, after, told):
    assert told in compare(card("a", split=before), card("b", split=after)).headline


def test_the_same_file_again_is_said(card):
    assert "the same score" in compare(card(split=Outcome.PASSED), card(split=Outcome.PASSED)).headline
    assert "not your work" in compare(card(split=Outcome.FAILED), card(split=Outcome.PASSED)).headline


def test_our_fault_is_no_step_back(card):
    found = compare(card("a", split=Outcome.PASSED), card("b", split=Outcome.ERRORED))
    assert found.better == found.worse == ()


def test_a_criterion_that_came_with_the_rubric_is_new(card):
    found = compare(card("a", split=Outcome.PASSED), card("b", split=Outcome.PASSED, loss=Outcome.PASSED))
    assert found.new == ("the loss",)
