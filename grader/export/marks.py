"""What there is to export of a week: each student's grade, with overrides and lateness, from the gradebook."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from grader.course import Assignment
from grader.errors import CourseError, InternalFault
from grader.gradebook import Gradebook
from grader.near import did_you_mean
from grader.scorecard import Scorecard, Scores

__all__ = ["Mark", "Marks", "read_marks"]


@dataclass(frozen=True)
class Mark:
    """What one student gets for a week."""

    student: str
    grade: float | None
    """Points with overrides and lateness; None while the score is held."""
    max_score: float
    submitted: datetime | None
    days_late: int
    card: Scorecard
    """With overrides, without lateness."""

    def scaled(self, most: float) -> float | None:
        """The grade where the most that can be earned is called `most`, to two decimals."""
        return None if self.grade is None else round(self.grade * most / self.max_score, 2)

    @property
    def correction(self) -> float:
        """What lateness, or an override of the whole, adds to the points of the criteria; 0 while the score is held."""
        return 0.0 if self.grade is None else round(self.grade - sum(v.points for v in self.card.verdicts), 2)


@dataclass(frozen=True)
class Marks:
    """A class, ordered by student."""

    week: str
    title: str
    """Of the assignment, as its rubric has it."""
    marks: tuple[Mark, ...]

    @property
    def max_score(self) -> float:
        """Points that can be earned."""
        return max(mark.max_score for mark in self.marks)

    @property
    def scores(self) -> Scores:
        """The scorecards, as reports take them."""
        cards = tuple(mark.card for mark in self.marks)
        return Scores(assignment=self.week, max_score=self.max_score, submissions=cards)

    @property
    def held(self) -> list[str]:
        """Students whose score is held."""
        return [mark.student for mark in self.marks if mark.grade is None]


def read_marks(book: Gradebook, assignment: Assignment, students: Collection[str] = ()) -> Marks:
    """The grades of a week as they stand now.

    Args:
        book: The course's gradebook.
        assignment: The week.
        students: Only these; all by default.

    Raises:
        CourseError: Nothing was graded yet, or not one of these students.
        InternalFault: The one student that was asked for has a held score.
    """
    week = assignment.week
    cards = {card.student: card for card in book.scorecards(week)}
    found = {
        each.student: Mark(
            student=each.student,
            grade=each.grade,
            max_score=each.max_score,
            submitted=each.submitted,
            days_late=each.days_late,
            card=cards[each.student],
        )
        for each in book.standings(week)
        if each.student in cards
    }
    if not found:
        raise CourseError(
            f"there are no grades of {week}", where=book.name, remedy=f"Run `grader grade {week} PATH...` first."
        )
    for student in students:
        if student not in found:
            raise CourseError(
                f"the gradebook has no score of '{student}' for {week}",
                where=book.name,
                remedy=f"{did_you_mean(student, found)}Its students are named like '{next(iter(found))}'.",
            )
    chosen = tuple(mark for name, mark in found.items() if not students or name in students)
    if students and len(chosen) == 1 and chosen[0].grade is None:
        raise InternalFault(
            f"the score of '{chosen[0].student}' is held through a fault of ours, so there is nothing to export",
            where=book.name,
            remedy=f"{chosen[0].card.run.message or 'The report says why.'} Grade it again, or set the score by hand.",
        )
    return Marks(week, assignment.rubric.title, chosen)
