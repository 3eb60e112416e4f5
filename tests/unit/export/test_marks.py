"""What is exported is what the gradebook says now: overrides and lateness count, held scores are none."""

from dataclasses import dataclass

import pytest

from grader.errors import CourseError, InternalFault
from grader.export.marks import read_marks
from grader.export.wording import correction_of
from grader.lateness import Lateness

from .conftest import put, verdict


@dataclass(frozen=True)
class Rubric:
    title: str = "Week 1"


@dataclass(frozen=True)
class Week:
    week: str = "week1"
    rubric: Rubric = Rubric()


def test_overrides_and_lateness_count(book):
    put(book, "alice", verdict("a", points=15), verdict("b", points=5), late=Lateness(2, 20))
    put(book, "bo", verdict("a", points=10))
    book.override("week1", "alice", 10, why="a fair point", criterion="b")
    book.override("week1", "bo", 30, why="by hand")
    alice, bo = read_marks(book, Week()).marks
    assert (alice.grade, alice.card.score, alice.days_late, alice.correction) == (20.0, 25.0, 2, -5.0)
    assert (bo.grade, bo.correction) == (30.0, 20.0)
    assert [correction_of(mark) for mark in (alice, bo)] == ["handed in 2 days late", "set by an instructor"]
    assert alice.scaled(100) == 66.67


def test_a_held_score_is_no_grade(book):
    put(book, "alice")
    put(book, "bo", verdict("a"))
    marks = read_marks(book, Week())
    assert marks.held == ["alice"]
    assert marks.marks[0].grade is None
    assert marks.marks[0].scaled(10) is None
    with pytest.raises(InternalFault, match="the score of 'alice' is held"):
        read_marks(book, Week(), ["alice"])


def test_an_empty_week_and_an_unknown_student_are_told(book):
    with pytest.raises(CourseError, match="there are no grades of week1"):
        read_marks(book, Week())
    put(book, "alice", verdict("a"))
    with pytest.raises(CourseError, match=r"no score of 'alyce' for week1\n  Did you mean 'alice'\?"):
        read_marks(book, Week(), ["alyce"])
