"""The generic CSV: what `grades.csv` has, and the grade with lateness."""

from grader.export.marks import Marks
from grader.report import grades_csv

__all__ = ["render"]


def render(marks: Marks) -> bytes:
    """A row for each student. `score` is what the notebook earned, `grade` what is left of it after lateness."""
    more: dict[str, list[str | float]] = {
        "grade": ["" if mark.grade is None else mark.grade for mark in marks.marks],
        "days_late": [mark.days_late for mark in marks.marks],
        "submitted": ["" if mark.submitted is None else mark.submitted.isoformat() for mark in marks.marks],
    }
    return grades_csv.render(marks.scores, more).encode("utf-8", "replace")
