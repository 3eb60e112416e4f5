"""What lies on the desk: the submissions of a week, what one of them says, and what a form does to the gradebook."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from grader.background import background_of
from grader.course import Course
from grader.errors import CourseError, GraderError
from grader.gradebook import Gradebook
from grader.report import write_reports
from grader.scorecard import Outcome, Scorecard, Scores, awaits_reader
from grader.scoring import Scorer
from grader.stored import StoredObservations

__all__ = ["FILTERS", "Desk", "Refused", "Row"]

LONGEST = 10_000
"""Characters of a comment or a reason."""

Filter = Literal["all", "unread", "held", "borderline", "changed", "commented"]
FILTERS: dict[Filter, str] = {
    "all": "all",
    "unread": "with answers to read",
    "held": "held",
    "borderline": "borderline",
    "changed": "changed by staff",
    "commented": "with comments",
}


class Refused(GraderError):
    """A form that asks for what is not possible."""


@dataclass(frozen=True)
class Row:
    """One submission in the list."""

    student: str
    score: float | None
    status: str
    unread: int
    """Answers that nobody has read."""
    borderline: int
    """Verdicts that chance could have decided."""
    changed: int
    """Points that staff set."""
    comments: int

    def shows(self, name: Filter) -> bool:
        """Whether it is among those that a filter shows."""
        return name == "all" or (self.score is None if name == "held" else bool(getattr(self, _COUNTS[name])))

    @classmethod
    def of(cls, card: Scorecard) -> "Row":
        """What the list says of a scorecard."""
        return cls(
            student=card.student,
            score=card.score,
            status=card.run.status.value,
            unread=sum(map(awaits_reader, card.verdicts)),
            borderline=sum(
                v.evidence.get("borderline") is True and v.outcome is not Outcome.SKIPPED for v in card.verdicts
            ),
            changed=sum(remark.points is not None for remark in card.remarks),
            comments=sum(remark.points is None for remark in card.remarks),
        )


_COUNTS: dict[Filter, str] = {
    "unread": "unread",
    "borderline": "borderline",
    "changed": "changed",
    "commented": "comments",
}


class Desk:
    """What staff can see and do; safe to use from several threads.

    Args:
        course: The course.
        book: Its gradebook.
        weeks: Those that are open to review.
        out: Where reports go; by default where `grader grade` puts them.

    Raises:
        CourseError: A week is unknown, or there is nothing to review.
    """

    def __init__(self, course: Course, book: Gradebook, weeks: Sequence[str] = (), out: Path | None = None) -> None:
        for week in weeks:
            course.assignment(week)
        graded = set(book.weeks())
        self.weeks = [week for week in weeks or course.settings.weeks if week in graded]
        if not self.weeks:
            what = " ".join(weeks) or "any week"
            raise CourseError(
                f"the gradebook has no submissions of {what} to review",
                where=book.name,
                remedy=f"Run `grader grade {weeks[0] if weeks else 'WEEK'} PATH...` first.",
            )
        self.course = course
        self.book = book
        self._out = out
        self._changed: set[str] = set()
        self._lock = threading.Lock()

    def rows(self, week: str) -> list[Row]:
        """All submissions of a week, ordered by student."""
        return [Row.of(card) for card in self.book.scorecards(week)]

    def most(self, week: str) -> float:
        """Points that can be earned in a week, as they were when it was graded last."""
        return max((standing.max_score for standing in self.book.standings(week)), default=0.0)

    def change(self, week: str, student: str, form: Mapping[str, str]) -> None:
        """Do what a form asks for.

        Args:
            week: Name of the week.
            student: Whose submission it is about.
            form: `do` is `points`, `withdraw` or `comment`; `criterion`, empty for the whole; `points`; `text`.

        Raises:
            Refused: That is not possible; says why.
            InternalFault: The gradebook cannot be written.
        """
        criterion, text = form.get("criterion", ""), form.get("text", "").replace("\r\n", "\n").strip()[:LONGEST]
        try:
            match form.get("do"):
                case "points":
                    self.book.override(week, student, _points(form), why=text, criterion=criterion)
                case "withdraw":
                    self.book.withdraw(week, student, why=text or "withdrawn", criterion=criterion)
                case "comment":
                    self.book.comment(week, student, text, criterion=criterion)
                case _:
                    raise Refused("this form asks for nothing that can be done")
        except CourseError as error:
            raise Refused(error.message, where=error.where) from error
        with self._lock:
            self._changed.add(week)

    @property
    def changed(self) -> list[str]:
        """Weeks whose reports are older than what staff did since."""
        with self._lock:
            return [week for week in self.weeks if week in self._changed]

    def write_reports(self, week: str) -> Path:
        """Draw the reports of a week anew, from what the gradebook holds now; gives their first page.

        Raises:
            GraderError: They cannot be written.
        """
        with self._lock:
            self._changed.discard(week)
        scorer = Scorer.of(self.course, week)
        texts = {kept.student: text for kept, text, _ in self.book.latest(week)}
        cards = self.book.scorecards(week)
        scores = Scores(assignment=week, max_score=self.most(week), submissions=cards)
        return write_reports(
            scores,
            self._out or self.course.root / "reports" / week,
            templates=self.course.templates,
            observations=StoredObservations(texts),
            background=background_of(self.course, week, earlier=scorer.earlier(self.book)),
        ).page


def _points(form: Mapping[str, str]) -> float:
    said = form.get("points", "").strip().replace(",", ".")
    try:
        return float(said)
    except ValueError as error:
        raise Refused(f"'{said[:40]}' is no number of points") from error
