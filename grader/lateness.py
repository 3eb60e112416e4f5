"""Due dates: when a submission came in, how late that is, and what it costs. Pure but for reading one table."""

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from grader.errors import CourseError
from grader.model import Model

__all__ = ["IN_TIME", "LatePolicy", "Lateness", "TimeTable", "after_lateness", "lateness", "read_times"]

DAY = timedelta(days=1)


class LatePolicy(Model):
    """What handing in after the due date costs; `late = { ... }` of a week in course.toml."""

    policy: Literal["none", "per-day", "grace-days"] = "none"
    """`none`: nothing. `per-day`: `percent` of the points for each day begun. `grace-days`: the first `days` begun cost
    nothing, each one after them as in `per-day`."""
    percent: float = Field(default=100, gt=0, le=100)
    """Of the points earned, for each day begun that counts; 100 accepts nothing after the time allowed."""
    at_most: float = Field(default=100, ge=0, le=100)
    """Percent that lateness can cost in all."""
    days: int = Field(default=0, ge=0)
    """Grace days, for this week alone."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        given = self.model_fields_set
        if self.policy == "none" and given - {"policy"}:
            raise ValueError("with policy 'none' lateness costs nothing; leave the other settings out")
        if self.policy == "per-day" and "percent" not in given:
            raise ValueError("policy 'per-day' needs 'percent', such as 10")
        if self.policy == "per-day" and self.days:
            raise ValueError("grace days need policy 'grace-days'")
        if self.policy == "grace-days" and not self.days:
            raise ValueError("policy 'grace-days' needs 'days', such as 3")
        return self


class TimeTable(Model):
    """A CSV file that says when each student handed in; `times = { ... }` of a week in course.toml."""

    file: str = Field(min_length=1)
    """Path, relative to the course."""
    student: str = "student"
    """Heading of the column of students, named as their notebooks are."""
    submitted: str = "submitted"
    """Heading of the column of times in ISO 8601 with their offset, such as `2026-11-30T23:59:00+01:00`."""


@dataclass(frozen=True)
class Lateness:
    """How late a submission is, and what that costs."""

    days: int
    """Days begun after the due date; 0 in time."""
    percent: float
    """Of the points earned, that are lost, in [0, 100]."""


IN_TIME = Lateness(0, 0.0)


def lateness(submitted: datetime | None, due: datetime | None, policy: LatePolicy) -> Lateness:
    """How late a submission is, and what that costs.

    Args:
        submitted: When it came in; None, when nobody knows, is in time.
        due: The last moment that is in time; None for no due date.
        policy: What lateness costs.
    """
    if submitted is None or due is None or submitted <= due:
        return IN_TIME
    days = math.ceil((submitted - due) / DAY)
    if policy.policy == "none":
        return Lateness(days, 0.0)
    return Lateness(days, min(policy.at_most, policy.percent * max(0, days - policy.days)))


def after_lateness(score: float | None, late: Lateness) -> float | None:
    """The grade that is left of a score; None while that is held."""
    return None if score is None else round(score * (100 - late.percent) / 100, 2)


def read_times(course: Path, table: TimeTable) -> Mapping[str, datetime]:
    """When each student handed in, by the course's own table. Of several rows of a student the last in time counts.

    Raises:
        CourseError: The file is missing, lacks a column, or holds a time that is none; names the line.
    """
    path = course / table.file
    times: dict[str, datetime] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            for column in (table.student, table.submitted):
                if column not in (rows.fieldnames or ()):
                    raise CourseError(
                        f"the table of times has no column '{column}'",
                        where=str(path),
                        remedy=f"Its columns are: {', '.join(rows.fieldnames or ['none'])}. Name them in course.toml.",
                    )
            for row in rows:
                student, said = row[table.student], (row[table.submitted] or "").strip()
                moment = _moment(said, f"{path}:{rows.line_num}")
                times[student] = max(moment, times.get(student, moment))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CourseError(f"the table of times cannot be read: {error}", where=str(path)) from error
    return times


def _moment(text: str, where: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise CourseError(
            f"'{text[:40]}' is no time with an offset", where=where, remedy="Write it as 2026-11-30T23:59:00+01:00."
        )
    return moment.astimezone(UTC)
