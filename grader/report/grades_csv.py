"""`grades.csv`: one row a student, for spreadsheets."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from grader.report.criteria import columns
from grader.report.text import number, one_line
from grader.scorecard import Outcome, Scores

__all__ = ["cell", "render"]

_FIXED = ("student", "notebook", "status", "score", "max_score", "held")

_FORMULA = re.compile("[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
"""What a spreadsheet takes for the start of a formula, full-width forms included."""


_NONE: Mapping[str, Sequence[str | float]] = MappingProxyType({})


def render(scores: Scores, more: Mapping[str, Sequence[str | float]] = _NONE) -> str:
    """The scores as CSV: fixed columns, then the points of each criterion.

    A score that is held and a criterion that was not judged are empty cells, never zeros. Text that a spreadsheet
    would run as a formula gets a leading apostrophe; numbers are written as numbers.

    Args:
        scores: The scores.
        more: Name of a further column -> its cell for each submission.
    """
    criteria = columns(scores)
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_MINIMAL, lineterminator="\n")
    fixed = (*_FIXED, *more)
    writer.writerow([*fixed, *(_header(c.criterion, fixed) for c in criteria)])
    for position, card in enumerate(scores.submissions):
        further = [values[position] for values in more.values()]
        points = {v.criterion: number(v.points) for v in card.verdicts if v.outcome is not Outcome.ERRORED}
        writer.writerow(
            [
                cell(card.student),
                cell(card.notebook),
                card.run.status.value,
                "" if card.score is None else number(card.score),
                number(scores.max_score),
                "true" if card.held else "false",
                *(cell(value) if isinstance(value, str) else number(value) for value in further),
                *(points.get(c.criterion, "") for c in criteria),
            ]
        )
    return buffer.getvalue()


def _header(criterion: str, fixed: Sequence[str]) -> str:
    return f"criterion {criterion}" if criterion in fixed else cell(criterion)


def cell(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula, on one line."""
    # White space before the sign does not stop every spreadsheet; one_line has taken it away, so look at both forms.
    line = one_line(text, 1000)
    return f"'{line}" if _FORMULA.match(line) or _FORMULA.match(text) else line
