"""The solution notebook as a whole: its cells, what each is for, and the rules that they must keep."""

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.authoring.markup import Hidden, Plain, Region, Solution, parse_cell
from grader.authoring.python import defined_names, parse_python
from grader.errors import NotebookError
from grader.near import nearest
from grader.notebook import NotebookNode, read_notebook
from grader.rubric import Rubric

__all__ = ["TAGS", "SolutionCell", "read_solution"]

GRADED, GIVEN, INSTRUCTOR_ONLY = TAGS = ("graded", "given", "instructor-only")
MAX_BYTES = 64 * 2**20  # a solution may be kept with its outputs
_ID = re.compile(r"^[A-Za-z0-9_-]{1,64}$")
_RESERVED = re.compile(r"^(?:header|setup|submit|selfcheck-\d+)$")  # ids of the cells that templates make
_OTTER_BLOCK = re.compile(r"^\s*#\s*(?:BEGIN|END|ASSIGNMENT CONFIG)\b")


@dataclass(frozen=True)
class SolutionCell:
    """One cell of a solution notebook."""

    number: int
    """Its place in the solution notebook, from 1."""
    kind: str
    """`code`, `markdown` or `raw`."""
    id: str
    """Its own id where that is valid and unique, otherwise one made from its number."""
    tag: str
    """One of `TAGS`, or empty."""
    source: str
    regions: tuple[Region, ...]
    functions: tuple[str, ...] = ()
    """Functions and classes that it defines at its top level."""
    attachments: dict[str, dict[str, Any]] | None = None
    """Pictures of a cell of text."""

    @property
    def secrets(self) -> tuple[tuple[int, tuple[str, ...]], ...]:
        """What students must not see: (line of the cell from 1, lines)."""
        if self.tag == INSTRUCTOR_ONLY:
            return ((1, tuple(self.source.split("\n"))),)
        return tuple((r.line, r.lines) for r in self.regions if isinstance(r, Solution | Hidden))


def read_solution(path: Path, rubric: Rubric) -> tuple[SolutionCell, ...]:
    """The cells of a solution notebook, checked against the rules of the mark-up and the rubric's functions.

    Raises:
        NotebookError: The file is no notebook, its mark-up is broken, or a graded function is missing; names the cell,
            the line and the remedy.
    """
    notebook = read_notebook(path, max_bytes=MAX_BYTES)
    # nbformat gives cells without an id a random one, so each generation would differ: ask the file itself
    raw = json.loads(path.read_text(encoding="utf-8-sig"))
    ids = _stable_ids([cell.get("id") for cell in raw.get("cells", [])], len(notebook.cells))
    cells = tuple(
        _read_cell(cell, number, cell_id, f"{path}: cell {number}")
        for number, (cell, cell_id) in enumerate(zip(notebook.cells, ids, strict=True), 1)
    )
    defined = {name for cell in cells if cell.tag == GRADED for name in cell.functions}
    for function in rubric.functions:
        if function.name not in defined and not function.replaces:  # another edition's is not asked for here
            elsewhere = [c.number for c in cells if function.name in c.functions]
            raise NotebookError(
                f"no cell tagged '{GRADED}' defines '{function.name}', which the rubric lists as a graded function",
                where=f"{path}: cell {elsewhere[0]}" if elsewhere else str(path),
                remedy=f"Add the tag '{GRADED}' to the cell that defines it, or correct its name in rubric.toml.",
            )
    return cells


def _read_cell(cell: NotebookNode, number: int, cell_id: str, where: str) -> SolutionCell:
    code = cell.cell_type == "code"
    tag = _tag(cell, where)
    try:
        cell.source.encode()
    except UnicodeEncodeError as error:
        raise NotebookError(
            f"this cell holds a character that no file can: {cell.source[error.start]!r}",
            where=where,
            remedy="Delete it.",
        ) from error
    if cell.cell_type == "raw" and _OTTER_BLOCK.match(cell.source):
        raise NotebookError(
            "otter's blocks of cells (a raw cell that begins or ends a question, solution or test) are not read",
            where=where,
            remedy=f"Delete the raw cell, and tag the cells that students must not see '{INSTRUCTOR_ONLY}'.",
        )
    regions: tuple[Region, ...] = ()
    functions: tuple[str, ...] = ()
    if tag != INSTRUCTOR_ONLY:
        functions = _functions(cell.source, where, strict=tag == GRADED) if code else ()
        regions = parse_cell(cell.source, where=where, code=code)
        answers = any(isinstance(region, Solution | Hidden) for region in regions)
        if cell.metadata.get("nbgrader", {}).get("solution") and not answers:
            regions = _whole_cell(cell, where)
            answers = True
        if tag == GRADED and not answers:
            raise NotebookError(
                f"this cell is tagged '{GRADED}' but has no solution region: students would get the whole answer",
                where=where,
                remedy="Put '### BEGIN SOLUTION' and '### END SOLUTION' around what students are to write.",
            )
        if tag == GIVEN and any(isinstance(region, Solution) for region in regions):
            raise NotebookError(
                f"this cell is tagged '{GIVEN}' but holds a solution region",
                where=where,
                remedy="Students leave given cells alone: take out the tag or the region.",
            )
    return SolutionCell(
        number=number,
        kind=cell.cell_type,
        id=cell_id,
        tag=tag,
        source=cell.source,
        regions=regions,
        functions=functions,
        attachments=dict(cell.attachments) if cell.get("attachments") else None,
    )


def _tag(cell: NotebookNode, where: str) -> str:
    """The one tag of ours that a cell has; a misspelt one is an error, for it would show what it should hide."""
    tags = [str(tag) for tag in cell.metadata.get("tags", [])]
    ours = [tag for tag in TAGS if tag in tags]
    for tag in tags:
        near = nearest(tag, TAGS, cutoff=0.85)
        if near and tag not in TAGS:
            raise NotebookError(f"the tag '{tag}' is not known", where=where, remedy=f"Did you mean '{near}'?")
    if len(ours) > 1:
        raise NotebookError(
            f"this cell has the tags {' and '.join(repr(t) for t in ours)}", where=where, remedy="Keep one of them."
        )
    if ours == [GRADED] and cell.cell_type != "code":
        raise NotebookError(f"only code cells can be '{GRADED}'", where=where, remedy="Take the tag out.")
    return ours[0] if ours else ""


def _functions(source: str, where: str, *, strict: bool) -> tuple[str, ...]:
    try:
        tree = parse_python(source)
    except SyntaxError as error:
        if not strict:
            return ()
        raise NotebookError(
            f"this cell is not valid Python: {error.msg}",
            where=f"{where}, line {error.lineno}",
            remedy="A solution notebook must run; correct the line.",
        ) from error
    return defined_names(tree) if tree is not None else ()


def _whole_cell(cell: NotebookNode, where: str) -> tuple[Region, ...]:
    """All of an answer cell without markers is the solution: nbgrader's rule, known by the cell's metadata."""
    if cell.cell_type != "code":
        raise NotebookError(
            "this is an answer in text, which nbgrader would blank and this grader cannot",
            where=where,
            remedy=f"Tag it '{INSTRUCTOR_ONLY}', and add a cell for the students' own answer.",
        )
    return (Solution(tuple(cell.source.split("\n")), 1, "", ""), Plain(()))


def _stable_ids(own: Iterable[Any], count: int) -> list[str]:
    """An id for each cell that depends on nothing but the file."""
    ids = [x if isinstance(x, str) and _ID.match(x) and not _RESERVED.match(x) else None for x in own][:count]
    ids += [None] * (count - len(ids))
    times = Counter(ids)
    taken = {x for x in ids if x is not None and times[x] == 1}
    result: list[str] = []
    for number, x in enumerate(ids, 1):
        if x is None or times[x] > 1:
            x = f"cell-{number}"  # noqa: PLW2901
            while x in taken:
                x += "-"  # noqa: PLW2901
            taken.add(x)
        result.append(x)
    return result
