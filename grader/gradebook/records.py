"""What goes into the gradebook and comes out of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pydantic import ValidationError

from grader.lateness import IN_TIME, Lateness
from grader.observation import Observations
from grader.scorecard import Scorecard

__all__ = ["Change", "Claim", "Comment", "Judged", "Kept", "Override", "Standing", "Stored"]


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
class Stored:
    """The run that a student's score rests on, as it is kept."""

    student: str
    notebook: str
    sha256: str
    key: str
    run: int
    """Its number in the gradebook."""
    observations: str
    """As JSON, which nobody has looked into."""
    submitted: datetime | None
    """When the notebook came in, as far as the gradebook knows."""

    def read(self) -> Kept | None:
        """The run with its observations; None where this version cannot read them."""
        try:
            seen = Observations.model_validate_json(self.observations)
        except ValidationError:
            return None
        return Kept(self.student, self.notebook, self.sha256, self.key, seen, self.run)


@dataclass(frozen=True)
class Judged:
    """A scorecard as the judge made it, and what else a grade depends on."""

    card: Scorecard
    run: int
    """Number of the run that it rests on."""
    max_score: float
    submitted: datetime | None = None
    late: Lateness = IN_TIME
    written: str | None = None
    """The scorecard as JSON, by `as_kept`, where somebody has made it already."""

    @staticmethod
    def as_kept(card: Scorecard) -> str:
        """A scorecard as the gradebook keeps it. Whether a run was made just now or before is not kept.

        Raises:
            ValueError: It is something that no text can hold.
        """
        if card.run.reused:
            card = card.model_copy(update={"run": card.run.model_copy(update={"reused": False})})
        return card.model_dump_json()


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
