"""Answers in words: what a student wrote below some headings of the notebook."""

import re
from collections.abc import Iterator, Sequence

from grader.notebook import NotebookNode
from grader.observation import Answer
from grader.rubric import Rubric

__all__ = ["find_answers", "written_headings"]

LONGEST = 20_000
"""Characters of an answer that are kept."""

_HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]+(.*?)[ \t#]*$")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")


def written_headings(rubric: Rubric) -> tuple[str, ...]:
    """The headings below which a rubric wants an answer."""
    headings = (c.parameters.get("heading") for c in rubric.criteria if c.check == "written")
    return tuple(heading for heading in headings if isinstance(heading, str))


def find_answers(notebook: NotebookNode, headings: Sequence[str]) -> tuple[Answer, ...]:
    """What stands below each heading, up to the next heading of any size or the next code cell.

    Of a heading that is there twice the last one counts; one that is not there has no answer.

    Args:
        notebook: As it was handed in.
        headings: Their texts; white space and the case of letters make no difference.
    """
    wanted = {_key(heading): heading for heading in headings}
    found: dict[str, tuple[int, list[str]]] = {}
    current: list[str] | None = None
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type != "markdown":
            current = None
            continue
        for title, line in _lines(cell.source):
            if title is None:
                if current is not None:
                    current.append(line)
                continue
            current = None
            if _key(title) in wanted:
                current = []
                found[_key(title)] = (index, current)
        if current:
            current.append("")
    return tuple(
        Answer(heading=wanted[key], cell=index, text="\n".join(lines).strip()[:LONGEST])
        for key, (index, lines) in found.items()
    )


def _lines(source: str) -> Iterator[tuple[str | None, str]]:
    """Each line, with the text of the heading that it is, if any; within a fence there are none."""
    fence = ""
    for line in source.split("\n"):
        opening = _FENCE.match(line)
        if fence:
            if opening and opening[1].startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
        elif opening:
            fence = opening[1]
        elif len(line) < 1000 and (heading := _HEADING.match(line)):
            yield heading[2], line
            continue
        yield None, line


def _key(heading: str) -> str:
    return " ".join(heading.casefold().split())
