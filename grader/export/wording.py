"""What formats without room for a page say about a student's work: lost points, one line each."""

import html
import re

from grader.export.marks import Mark
from grader.report.text import number, one_line
from grader.scorecard import Outcome, Verdict

__all__ = ["correction_of", "criterion_of", "details_of", "feedback_html", "with_feedback"]

LONGEST = 1000
"""Characters of one text of a verdict."""
OURS = re.compile(r'<div class="cnn-grader">.*?</div>', re.DOTALL)
"""What `feedback_html` gives, in a text that may hold more."""


def criterion_of(verdict: Verdict) -> str:
    """The criterion's title, on one line."""
    return one_line(verdict.title) or one_line(verdict.criterion) or "(no title)"


def details_of(verdict: Verdict) -> str:
    """Expected, measured and next step: a line each, those that say something."""
    said = (("expected", verdict.expected), ("measured", verdict.actual), ("next", verdict.feedback))
    return "\n".join(f"{label}: {one_line(text, LONGEST)}" for label, text in said if text.strip())


def correction_of(mark: Mark) -> str:
    """Why the grade is not the sum of the criteria; empty where it is."""
    if not mark.correction:
        return ""
    late = f"handed in {mark.days_late} day{'s' if mark.days_late > 1 else ''} late" if mark.days_late else ""
    decided = mark.card.score != round(sum(v.points for v in mark.card.verdicts), 2)
    return " and ".join(filter(None, [late, "set by an instructor" if decided else ""])) or "corrected"


def feedback_html(mark: Mark) -> str:
    """The grade and each criterion that lost points, as one line of HTML without links, styles or scripts."""
    grade = "held: this is a fault of the grader, not yours" if mark.grade is None else f"{number(mark.grade)}"
    because = correction_of(mark)
    head = f"Points: {grade} of {number(mark.max_score)}{f' ({because})' if because else ''}."
    lost = "".join(_item(verdict) for verdict in mark.card.verdicts if verdict.outcome is not Outcome.PASSED)
    return f'<div class="cnn-grader"><p>{html.escape(head)}</p>{f"<ul>{lost}</ul>" if lost else ""}</div>'


def with_feedback(already: str, ours: str) -> str:
    """A comment with our part in it: what a person wrote stays, and our part from an earlier export is replaced."""
    if OURS.search(already):
        return OURS.sub(lambda _: ours, already, count=1)
    return already + ours


def _item(verdict: Verdict) -> str:
    points = f"{number(verdict.points)} of {number(verdict.max_points)}"
    said = one_line(verdict.feedback, LONGEST)
    return f"<li>{html.escape(criterion_of(verdict))} ({points}){f': {html.escape(said)}' if said else ''}</li>"
