"""A few lines of the student's own source: around the line that raised, or where a criterion's function begins."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from grader.observation import CellRun, CodeError, Observations
from grader.scorecard import Verdict

__all__ = ["Excerpt", "Line", "around_error", "around_line", "of_verdict"]

_LINES = 18
_BEFORE = 3
"""Lines ahead of the one that raised."""
_LONGEST = 160
"""Characters of a line that are shown."""

_TRAINING_CHECKS = frozenset({"holdout_accuracy", "overfitting_gap", "train_accuracy", "training_history"})
_FIT = re.compile(r"\.fit\s*\(")


@dataclass(frozen=True)
class Line:
    """One line of source."""

    number: int
    """Within its cell, from 1."""
    text: str
    pointed: bool = False
    """The line that it is about."""


@dataclass(frozen=True)
class Excerpt:
    """Lines of one cell."""

    cell: int
    """As people count: the first cell of a notebook is 1."""
    lines: tuple[Line, ...]

    @property
    def pointed(self) -> int | None:
        """Number of the line that it is about."""
        return next((line.number for line in self.lines if line.pointed), None)


def around_line(cell: CellRun, line_number: int | None) -> Excerpt:
    """The lines of a cell up to the one that raised and one more; its first lines where that is not known."""
    lines = cell.source.split("\n")
    if line_number is None or not 1 <= line_number <= len(lines):
        return _excerpt(cell, 0, None)
    return _excerpt(cell, max(0, line_number - 1 - _BEFORE), line_number, until=line_number + 1)


def around_error(error: CodeError, home: CellRun | None, cells: Sequence[CellRun]) -> Excerpt | None:
    """The lines around the one that raised, in the cell that holds it.

    That is not always the cell in which the error came up: its last line may be of a function that another cell
    defines. And it is not always the line of that number: blank lines ahead of all others are not counted when a cell
    runs. So the text of the line decides.

    Args:
        error: The error.
        home: The cell in which it came up, or which defines the function that raised it.
        cells: All cells of the notebook.

    Returns:
        None where no cell holds the line.
    """
    if home is not None and not error.line:
        return around_line(home, error.line_number)
    for cell in (*((home,) if home is not None else ()), *reversed(cells)):
        lines = cell.source.split("\n")
        blank = next((n for n, line in enumerate(lines) if line.strip()), 0)
        for number in {error.line_number or 0, (error.line_number or 0) + blank}:
            if 1 <= number <= len(lines) and lines[number - 1].strip().startswith(error.line):
                return around_line(cell, number)
    return None


def of_verdict(verdict: Verdict, function: str, seen: Observations) -> Excerpt | None:  # noqa: PLR0911
    """The cell that a criterion concerns; None where there is no one cell.

    Args:
        verdict: The decision.
        function: Name of the function that the criterion is about; "" for none.
        seen: What the verdict rests on.
    """
    cells = {cell.index: cell for cell in seen.run.cells}
    known = seen.functions.get(function)
    if known is not None:
        cell = cells.get(known.cell) if known.cell is not None else None
        if cell is None:
            return None
        start = _definition(cell, function)
        raised = around_error(known.error, cell, seen.run.cells) if known.error is not None else None
        pointed = raised.pointed if raised is not None else None
        if raised is not None and pointed is not None:
            here = raised.cell == cell.index + 1 and start < pointed <= start + _LINES
            return _excerpt(cell, start, pointed) if here else raised
        return _excerpt(cell, start, None)
    if verdict.check == "notebook_runs":
        broken = next((cell for cell in seen.run.cells if cell.error is not None), None)
        return around_error(broken.error, broken, seen.run.cells) if broken and broken.error else None
    if verdict.check in _TRAINING_CHECKS:
        trained = [cell for cell in seen.run.cells if _FIT.search(cell.source)]
        if not trained:
            return None
        number = next(n for n, line in enumerate(trained[-1].source.split("\n"), 1) if ".fit" in line)
        return _excerpt(trained[-1], max(0, number - 1 - _BEFORE), number)
    if verdict.check == "figure" and seen.figures:
        cell = cells.get(seen.figures[0].cell)
        return _excerpt(cell, 0, None) if cell else None
    return None


def _definition(cell: CellRun, function: str) -> int:
    """Index of the line that defines the function; of the last, as it is the last that counts."""
    begins = re.compile(rf"^\s*((async\s+)?def|class)\s+{re.escape(function)}\b|^{re.escape(function)}\s*=")
    return max((n for n, line in enumerate(cell.source.split("\n")) if begins.match(line)), default=0)


def _excerpt(cell: CellRun, start: int, pointed: int | None, *, until: int | None = None) -> Excerpt:
    lines = cell.source.split("\n")
    end = min(len(lines), start + _LINES if until is None else until)
    while end > start and not lines[end - 1].strip():
        end -= 1
    shown = tuple(
        Line(n + 1, lines[n][:_LONGEST] + ("\u2026" if len(lines[n]) > _LONGEST else ""), n + 1 == pointed)
        for n in range(start, end)
    )
    return Excerpt(cell.index + 1, shown)
