"""Annotations within GitHub's limits, of which no text makes a command."""

import pytest

from grader.ci.annotations import annotations, no_commands
from grader.ci.result import Note, Result
from grader.observation import RunStatus
from grader.scorecard import Outcome, RunSummary, Scorecard, Scores, Verdict

HEAD = "a" * 40


def result(text: str = "x", *, verdicts: int = 1, path: str = "week1/a.ipynb", score: float | None = 10) -> Result:
    verdict = Verdict(
        criterion="c", check="figure", title=text, outcome=Outcome.FAILED, points=0, max_points=1,
        expected=text, actual=text, feedback=text,
    )  # fmt: skip
    card = Scorecard(
        student="alice", notebook=path, sha256="", run=RunSummary(status=RunStatus.OK, seconds=1, message=text),
        score=score, held=score is None, verdicts=(verdict,) * verdicts,
    )  # fmt: skip
    return Result(head=HEAD, scores=(Scores(assignment="week1", max_score=10, submissions=(card,)),))


def test_a_score_is_a_notice_and_what_failed_a_warning():
    warning, notice = annotations(result())
    assert notice == "::notice file=week1/a.ipynb,title=week1%3A alice::10 of 10 points. x"
    assert warning == "::warning file=week1/a.ipynb,title=x::expected: x | measured: x | next: x"


def test_of_each_kind_there_are_ten_and_the_last_counts_the_rest():
    lines = annotations(result(verdicts=40))
    assert len(lines) == 11
    assert lines[9] == "::warning title=And more::31 more are in the summary of this job."
    notes = tuple(Note.about("a.ipynb", "why", wrong=True) for _ in range(12))
    errors = annotations(Result(head=HEAD, notes=notes))
    assert len(errors) == 10
    assert errors[0] == "::error file=a.ipynb,title=Not graded::why"


@pytest.mark.parametrize(
    "text", ["a\n::error::b", "a\r\n::set-env name=x::y", "100%0A::error::x", "##[error]x", "a,b:c"]
)
def test_no_text_ends_a_line_or_a_property(text):
    for line in annotations(result(text)):
        assert "\n" not in line
        assert "\r" not in line
        assert line.count("::") - line.split("::", 2)[2].count("::") == 2
        properties = line.split("::")[1].partition(" ")[2]
        assert len(properties.split(",")) == 2, line
        assert "%0A" not in line.replace("%250A", "")
        assert "##[" not in line


def test_a_path_that_could_not_be_found_is_left_out():
    assert all("file=" not in line for line in annotations(result(path="week1/a\nb.ipynb")))


def test_a_held_score_is_an_error_of_ours():
    error = annotations(result(score=None))[0]
    assert error.startswith("::error ")
    assert "fault of the grader" in error


def test_messages_are_kept_short():
    assert max(map(len, annotations(result("long " * 5000)))) < 3000


def test_what_is_printed_within_is_obeyed_by_nobody():
    said: list[str] = []
    with pytest.raises(ValueError, match="on purpose"), no_commands(said.append, active=True):
        raise ValueError("on purpose")
    first, last = said
    token = first.removeprefix("::stop-commands::")
    assert len(token) == 32
    assert last == f"::{token}::"
    with no_commands(said.append, active=False):
        pass
    assert len(said) == 2
