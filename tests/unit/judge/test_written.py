"""An answer in words waits for its reader, and holds nothing else up."""

import pytest

from grader.errors import RubricError
from grader.judge import compile_rubric, judge
from grader.observation import Answer, Observations, Run, RunStatus
from grader.rubric import Rubric
from grader.scorecard import Outcome, RunSummary, Scorecard, awaits_reader


def verdict(text=None, *, message="", **parameters):
    rubric = Rubric.model_validate(
        {
            "title": "T",
            "image_shape": [1, 1, 1],
            "functions": [{"name": "f", "role": "model"}],
            "criteria": [
                {
                    "id": "why",
                    "check": "written",
                    "title": "Why",
                    "points": 4,
                    "parameters": {"heading": "Answer 1", **parameters},
                }
            ],
        }
    )
    answers = None if text is None else () if text == "gone" else (Answer(heading="Answer 1", cell=6, text=text),)
    seen = Observations(run=Run(status=RunStatus.OK, seconds=1, message=message), answers=answers)
    (only,) = judge(compile_rubric(rubric, where="rubric.toml"), seen)
    return only


def test_an_answer_waits_for_its_reader_with_its_text_as_evidence():
    only = verdict("Because *gradients*.")
    assert (only.outcome, only.points, only.max_points) == (Outcome.SKIPPED, 0, 4)
    assert awaits_reader(only)
    assert only.evidence == {"code": "waiting", "words": 2, "cell": 7, "answer": "Because *gradients*."}
    assert "Your instructors will read it" in only.feedback


def test_a_score_with_an_unread_answer_is_not_held():
    card = Scorecard.of(
        student="a",
        notebook="a",
        sha256="0",
        run=RunSummary(status=RunStatus.OK, seconds=1),
        verdicts=(verdict("yes"),),
    )
    assert (card.held, card.score) == (False, 0)


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "empty"), ("*Write  your answer HERE.*", "empty"), ("gone", "no-heading"), ("too few", "too-short")],
)
def test_what_needs_no_reader_has_failed_with_a_next_step(text, code):
    only = verdict(text, words=3)
    assert (only.outcome, only.evidence["code"]) == (Outcome.FAILED, code)
    assert "Answer 1" in only.feedback
    assert not awaits_reader(only)


def test_a_notebook_that_was_not_looked_at_for_answers_is_not_blamed():
    only = verdict(None)
    assert only.outcome is Outcome.SKIPPED
    assert "before this question was asked" in only.feedback
    assert "the file is no notebook" in verdict(None, message="The file is no notebook.").feedback


def test_a_criterion_without_a_heading_is_refused():
    with pytest.raises(RubricError, match="heading"):
        verdict("x", heading="")
