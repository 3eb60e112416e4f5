"""Grades to export, of a class with every kind of student."""

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader.export.marks import Mark, Marks
from grader.gradebook import Gradebook, Judged, Kept
from grader.lateness import Lateness
from grader.observation import Observations, Run, RunStatus
from grader.scorecard import Outcome, RunSummary, Scorecard, Verdict

from ..report.conftest import HOSTILE, verdict

__all__ = ["HOSTILE", "card_of", "mark_of", "marks_of", "put", "verdict"]

NOW = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)
_keys = itertools.count()


def card_of(student: str, *verdicts: Verdict, status: RunStatus = RunStatus.OK, message: str = "") -> Scorecard:
    return Scorecard.of(
        student=student,
        notebook=f"{student}.ipynb",
        sha256="ab" * 32,
        run=RunSummary(status=status, seconds=12.3, message=message),
        verdicts=verdicts,
    )


def mark_of(student: str, *points: float, grade: float | None = -1, max_score: float = 30, **changes) -> Mark:
    """A student who got these points of 15 each, or a held score for none."""
    verdicts = [
        verdict(
            f"c{position}",
            Outcome.PASSED if each == 15 else Outcome.PARTIAL if each else Outcome.FAILED,
            each,
            title=f"Criterion {position}",
        )
        for position, each in enumerate(points, 1)
    ]
    card = card_of(student, *verdicts, status=RunStatus.OK if points else RunStatus.INTERNAL)
    values = {
        "student": student,
        "grade": card.score if grade == -1 else grade,
        "max_score": max_score,
        "submitted": None,
        "days_late": 0,
        "card": card,
    }
    return Mark(**{**values, **changes})


def marks_of(*marks: Mark, week: str = "week1", title: str = "Week 1: cats or dogs") -> Marks:
    return Marks(week, title, marks)


def put(book: Gradebook, student: str, *verdicts: Verdict, late: Lateness | None = None, **changes) -> None:
    """Let the gradebook have a student's run and score."""
    key = f"k{next(_keys)}"
    status = RunStatus.OK if verdicts else RunStatus.INTERNAL
    run = Kept(student, f"{student}.ipynb", "ab" * 32, key, Observations(run=Run(status=status, seconds=1)))
    judged = Judged(card_of(student, *verdicts, status=status), 0, 30, changes.get("submitted"), late or Lateness(0, 0))
    book.claim("week1", student, key)
    book.finish("week1", run, None, judged, claimed=key)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Gradebook]:
    with Gradebook(tmp_path / "gradebook.sqlite", who="ann") as book:
        yield book


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str | bytes], Path]:
    """Writes a file as it was downloaded."""

    def write(content: str | bytes, name: str = "download.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


@pytest.fixture
def hostiles() -> list[str]:
    """Every nasty text; all in one test, for there are many tests and each is quick."""
    return list(HOSTILE.values())


@pytest.fixture
def make_hostile() -> Callable[[str], Mark]:
    """A student with a text in every place that a text can reach."""

    def make(text: str) -> Mark:
        words = {"title": text, "expected": text, "actual": text, "feedback": text, "evidence": {text: [text]}}
        verdicts = (
            verdict(text or "empty", Outcome.FAILED, **words),
            verdict("partial", Outcome.PARTIAL, **words),
            verdict("skipped", Outcome.SKIPPED, **words),
        )
        card = card_of(text, *verdicts, status=RunStatus.CELL_ERROR, message=text)
        return Mark(text, 5.0, 45, None, 2, card.model_copy(update={"notebook": text}))

    return make
