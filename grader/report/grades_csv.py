"""`grades.csv`: one row a student, for spreadsheets."""

import csv
import io
import re

from grader.report.criteria import columns
from grader.report.text import number, one_line
from grader.scorecard import Outcome, Scores

__all__ = ["render"]

_FIXED = ("student", "notebook", "status", "score", "max_score", "held")

_FORMULA = re.compile("[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
"""What a spreadsheet takes for the start of a formula, full-width forms included."""


def render(scores: Scores) -> str:
    """The scores as CSV: fixed columns, then the points of each criterion.

    A score that is held and a criterion that was not judged are empty cells, never zeros. Text that a spreadsheet
    would run as a formula gets a leading apostrophe; numbers are written as numbers.
    """
    criteria = columns(scores)
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_MINIMAL, lineterminator="\n")
    writer.writerow([*_FIXED, *(_header(c.criterion) for c in criteria)])
    for card in scores.submissions:
        points = {v.criterion: number(v.points) for v in card.verdicts if v.outcome is not Outcome.ERRORED}
        writer.writerow(
            [
                _cell(card.student),
                _cell(card.notebook),
                card.run.status.value,
                "" if card.score is None else number(card.score),
                number(scores.max_score),
                "true" if card.held else "false",
                *(points.get(c.criterion, "") for c in criteria),
            ]
        )
    return buffer.getvalue()


def _header(criterion: str) -> str:
    return f"criterion {criterion}" if criterion in _FIXED else _cell(criterion)


def _cell(text: str) -> str:
    # White space before the sign does not stop every spreadsheet; one_line has taken it away, so look at both forms.
    line = one_line(text, 1000)
    return f"'{line}" if _FORMULA.match(line) or _FORMULA.match(text) else line
