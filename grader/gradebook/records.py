"""What goes into the gradebook and comes out of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from grader.lateness import IN_TIME, Lateness
from grader.observation import Observations
from grader.scorecard import Scorecard

__all__ = ["Change", "Claim", "Comment", "Judged", "Kept", "Override", "Standing"]


class Claim(StrEnum):
    """The answer to a grader that is about to run a notebook."""

    MINE = "mine"
    """Go ahead; nobody else will run it."""
    DONE = "done"
    """It has been run meanwhile."""
    BUSY = "busy"
    """Another grader, which is alive, is running it."""


@dataclass(frozen=True)
class Kept:
    """A finished run."""

    student: str
    notebook: str
    """Path as reports show it."""
    sha256: str
    """Of the notebook file's bytes."""
    key: str
    """Of all that the observations depend on: notebook, data, limits, versions; empty when nobody may use it again."""
    observations: Observations
    run: int = 0
    """Its number in the gradebook; 0 while it has none."""


@dataclass(frozen=True)
class Judged:
    """A scorecard as the judge made it, and what else a grade depends on."""

    card: Scorecard
    run: int
    """Number of the run that it rests on."""
    max_score: float
    submitted: datetime | None = None
    late: Lateness = IN_TIME


@dataclass(frozen=True)
class Override:
    """Points that an instructor gave, in place of those judged."""

    student: str
    criterion: str
    """Empty for the whole score."""
    sha256: str
    """Of the notebook that it is about."""
    points: float
    who: str
    why: str
    at: datetime


@dataclass(frozen=True)
class Change:
    """One change of a grade."""

    student: str
    at: datetime
    who: str
    why: str
    criterion: str
    """That an instructor overrode; empty otherwise."""
    before: float | None
    """None when the grade was held, or when there was none."""
    after: float | None


@dataclass(frozen=True)
class Comment:
    """What an instructor wrote to or about a student's week."""

    student: str
    criterion: str
    """That it is about; empty for all of the notebook."""
    text: str
    who: str
    at: datetime


@dataclass(frozen=True)
class Standing:
    """What stands for one student's week now."""

    student: str
    score: float | None
    """With overrides, without lateness; None while it is held."""
    grade: float | None
    """With overrides and lateness."""
    max_score: float
    submitted: datetime | None
    days_late: int
