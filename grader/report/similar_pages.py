"""Pages that show two submissions with code in common side by side, for staff to look at and judge."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.report.pages import Pages
from grader.report.text import one_line
from grader.similarity import Pair, Place

__all__ = ["FOLDER", "page_name", "render"]

FOLDER = "similar"
"""Below the folder of the reports. Students' pages are named `NAME.html`, so none can be in its way."""
_LINES = 400
"""Of one submission on a page."""
_LONGEST = 200


@dataclass(frozen=True)
class _Line:
    number: int
    text: str
    shared: bool


@dataclass(frozen=True)
class _Cell:
    number: int
    lines: tuple[_Line, ...]
    left_out: int
    """Lines that are not shown."""


def page_name(number: int) -> str:
    """File name, below `FOLDER`, of the page of the pair with this number, from 1."""
    return f"{number:03}.html"


def render(
    pair: Pair, pages: Pages, *, assignment: str, sources: Mapping[str, Sequence[tuple[int, str]]], hrefs: Sequence[str]
) -> str:
    """The page of one pair.

    Args:
        pair: The two, and their lines.
        pages: The templates.
        assignment: Name of the week.
        sources: Student -> (number of the cell in the notebook, its source), as they were compared.
        hrefs: Links to the pages of the two, from this page.
    """
    sides = [
        (one_line(student, 60) or "(no name)", href, _cells(sources[student], lines))
        for student, href, lines in zip(
            (pair.first, pair.second), hrefs, (pair.first_lines, pair.second_lines), strict=True
        )
    ]
    names = " and ".join(name for name, _, _ in sides)
    return pages.render(
        "pair.html.j2",
        title=f"{one_line(assignment, 80)}: {names}",
        assignment=one_line(assignment, 80),
        sides=sides,
        share=f"{pair.share:.0%}",
        rare=pair.rare,
    )


def _cells(source: Sequence[tuple[int, str]], shared: frozenset[Place]) -> list[_Cell]:
    """Cells with a line in common in full, as far as there is room; of others nothing but their number."""
    room = _LINES
    found = []
    for position, (number, text) in enumerate(source):
        marked = {line for cell, line in shared if cell == position}
        lines = text.split("\n")
        shown = min(room, len(lines)) if marked else 0
        room -= shown
        if not lines:
            continue
        found.append(
            _Cell(
                number,
                tuple(_Line(n, lines[n - 1][:_LONGEST], n in marked) for n in range(1, shown + 1)),
                len(lines) - shown,
            )
        )
    return found
