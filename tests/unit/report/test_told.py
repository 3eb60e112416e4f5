"""What every page says of a verdict."""

import pytest

from grader.observation import Provenance
from grader.report.told import outcome_words, told
from grader.scorecard import Outcome, Verdict


def verdict(outcome: Outcome, **more: object) -> Verdict:
    fields = {"criterion": "a", "check": "written", "title": " In  your words", "points": 0, "max_points": 7.5}
    return Verdict.model_validate(fields | {"outcome": outcome} | more)


@pytest.mark.parametrize("outcome", Outcome)
def test_each_outcome_has_a_word_and_a_sign(outcome):
    words = outcome_words(verdict(outcome))
    assert words.word == outcome.value
    assert words.sign


def test_an_answer_that_nobody_has_read_is_not_called_skipped():
    unread = verdict(Outcome.SKIPPED, evidence={"code": "waiting"})
    assert outcome_words(unread).word == "to read"
    assert told(unread).sign == outcome_words(unread).sign


def test_a_verdict_is_told_in_clean_words_and_plain_numbers():
    found = told(verdict(Outcome.PARTIAL, actual=" half \n", provenance=Provenance.MEASURED, points=5.0))
    assert (found.title, found.actual, found.points, found.max_points) == ("In your words", "half", 5, 7.5)
    assert found.provenance == "measured outside your code"
