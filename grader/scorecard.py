"""Verdicts and scorecards: what judging gives, and the records that `scores.json` is made of."""

from datetime import datetime
from enum import StrEnum
from typing import Literal, Self

from pydantic import AwareDatetime, Field, field_serializer

from grader.model import Json, Model
from grader.observation import Provenance, RunStatus

__all__ = ["Outcome", "Remark", "RunSummary", "Scorecard", "Scores", "Verdict", "awaits_reader"]


class Outcome(StrEnum):
    """How a criterion was decided."""

    PASSED = "passed"
    PARTIAL = "partial"
    FAILED = "failed"
    SKIPPED = "skipped"
    """Its prerequisite failed, so it earns nothing and says why."""
    ERRORED = "errored"
    """Our fault; the whole score is held."""


class Verdict(Model):
    """The decision on one criterion of one submission."""

    criterion: str
    check: str
    title: str
    outcome: Outcome
    points: float = Field(ge=0)
    max_points: float = Field(gt=0)
    expected: str = ""
    actual: str = ""
    feedback: str = ""
    """What the student is told: for a failed criterion, what to try next."""
    provenance: Provenance | None = None
    """Of the weakest fact that the verdict rests on; null when no fact was needed."""
    evidence: dict[str, Json] = Field(default_factory=dict)
    """The observed values that decided it."""


class RunSummary(Model):
    """The run, as far as a report needs it."""

    status: RunStatus
    seconds: float
    reused: bool = False
    """The observations come from an earlier run of the same notebook."""
    message: str = ""


class Remark(Model):
    """What a member of staff said: a comment, or the points that were set, with the reason."""

    criterion: str = ""
    """That it is about; empty for all of the notebook."""
    text: str
    who: str
    at: AwareDatetime
    points: float | None = None
    """That were set; null for a comment."""
    judged: float | None = None
    """Points that the judge had given in their place; null when there were none, or the score was held."""

    @field_serializer("at")
    def _as_text(self, at: datetime) -> str:
        return at.isoformat()


class Scorecard(Model):
    """All verdicts of one submission."""

    student: str
    notebook: str
    """Path as given on the command line, or below the folder that was given."""
    sha256: str
    """Of the notebook file's bytes."""
    run: RunSummary
    score: float | None
    """Points earned; None while the score is held."""
    held: bool = False
    verdicts: tuple[Verdict, ...]
    remarks: tuple[Remark, ...] = ()
    """Of staff, the oldest first; `scores.json` leaves the key out where there are none."""

    @classmethod
    def of(cls, *, student: str, notebook: str, sha256: str, run: RunSummary, verdicts: tuple[Verdict, ...]) -> Self:
        """A scorecard whose score is the sum of its verdicts, or held when one of them is our fault."""
        held = run.status is RunStatus.INTERNAL or any(v.outcome is Outcome.ERRORED for v in verdicts)
        score = None if held else round(sum(v.points for v in verdicts), 2)
        return cls(
            student=student, notebook=notebook, sha256=sha256, run=run, score=score, held=held, verdicts=verdicts
        )


class Scores(Model):
    """The content of `scores.json`: one assignment, all its submissions, ordered by student."""

    schema_version: Literal[1] = 1
    assignment: str
    max_score: float = Field(gt=0)
    submissions: tuple[Scorecard, ...]


def awaits_reader(verdict: Verdict) -> bool:
    """Whether it is about an answer that somebody has to read, and nobody has."""
    return verdict.outcome is Outcome.SKIPPED and verdict.evidence.get("code") == "waiting"
