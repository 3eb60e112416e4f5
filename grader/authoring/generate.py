"""Generation: one solution notebook, one rubric and the templates make one student notebook, the same to the byte."""

import ast
import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from grader.authoring.context import common_values, header_values, selfcheck_calls, setup_values
from grader.authoring.files import write_atomically
from grader.authoring.leaks import check_leaks
from grader.authoring.markup import Hidden, Plain, Prompt, Solution
from grader.authoring.python import parse_python
from grader.authoring.render import Templates
from grader.authoring.solution import GIVEN, GRADED, INSTRUCTOR_ONLY, SolutionCell, read_solution
from grader.course import Assignment, Course
from grader.errors import CourseError, NotebookError
from grader.handout import Handout
from grader.notebook import NotebookNode, nbformat

__all__ = ["Change", "GenerationResult", "generate", "generate_all"]

HEADER, SETUP, STUB, SELFCHECK, SUBMIT = "header.md.j2", "setup.py.j2", "stub.py.j2", "selfcheck.py.j2", "submit.md.j2"
DIFF_LINES = 40


class Change(StrEnum):
    """How the file of a student notebook compares with what generation gives."""

    NONE = "none"
    MISSING = "missing"
    DIFFERENT = "different"
    """The solution, the rubric or a template changed since, or somebody edited the file."""


@dataclass(frozen=True)
class GenerationResult:
    """What became of one week."""

    week: str
    path: Path
    """The student notebook."""
    change: Change
    """The state in which it was found."""
    written: bool
    diff: str = ""
    """The first lines of the difference, from the file to what generation gives; empty when there is none."""


def generate_all(course: Course, weeks: Sequence[str], check: bool) -> list[GenerationResult]:
    """Write the student notebooks of some weeks, or only compare them.

    Every week is generated before the first file is written, so an error in one leaves all files as they are.

    Args:
        course: The course.
        weeks: Names of weeks; none means all of them.
        check: Write nothing; only say which files differ from what generation gives.

    Raises:
        CourseError: A week is unknown, its rubric or a template is wrong, or a file cannot be written.
        NotebookError: A solution notebook is wrong, or would leak.
    """
    names = list(dict.fromkeys(weeks)) or list(course.settings.weeks)
    texts = {week: generate(course.assignment(week), course) for week in names}
    results = []
    for week, text in texts.items():
        path = course.student_notebook(week)
        change, diff = _compare(path, text, course.root)
        if change is not Change.NONE and not check:
            write_atomically(path, text)
        results.append(GenerationResult(week, path, change, change is not Change.NONE and not check, diff))
    return results


def generate(assignment: Assignment, course: Course) -> str:
    """The text of a week's student notebook: nbformat 4.5 without outputs, the same to the byte each time.

    Raises:
        CourseError: A template or the rubric is wrong.
        NotebookError: The solution notebook breaks a rule, or the result would show a part of a solution.
    """
    cells = read_solution(assignment.solution, assignment.rubric)
    templates = Templates(course.templates / "notebook")
    notebook = nbformat.v4.new_notebook(
        metadata={
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            **Handout.of(assignment.rubric, week=assignment.week, data=assignment.data).as_metadata(),
        }
    )
    notebook.cells = [
        _rendered("header", HEADER, templates, header_values(assignment, course)),
        _rendered("setup", SETUP, templates, setup_values(assignment, course)),
        *_body(cells, assignment, templates),
        _rendered("submit", SUBMIT, templates, common_values(assignment, course)),
    ]
    nbformat.validate(notebook)
    text: str = nbformat.writes(notebook) + "\n"
    check_leaks(cells, text, where=str(assignment.solution))
    return text


def _body(cells: Iterable[SolutionCell], assignment: Assignment, templates: Templates) -> Iterator[NotebookNode]:
    """The cells that stand in the solution notebook, with a self-check after each that holds graded functions."""
    checks = 0
    for cell in cells:
        if cell.tag == INSTRUCTOR_ONLY:
            continue
        where = f"{assignment.solution}: cell {cell.number}"
        source = _student_source(cell, templates, where)
        if source.strip():
            yield _copied(cell, source)
        calls = selfcheck_calls(cell.functions, assignment.rubric, assignment.folder) if cell.tag == GRADED else []
        if calls:
            checks += 1
            yield _rendered(f"selfcheck-{checks}", SELFCHECK, templates, {"calls": calls})


def _student_source(cell: SolutionCell, templates: Templates, where: str) -> str:
    lines: list[str] = []
    for region in cell.regions:
        match region:
            case Plain(shown) | Prompt(shown):
                lines += shown
            case Solution():
                stub = templates.render(
                    STUB, prompt=list(region.prompt), function=region.function, indent=region.indent
                )
                lines += [line.rstrip() for line in stub.split("\n")]
            case Hidden():
                pass
    source = "\n".join(lines)
    if cell.kind == "code" and source != cell.source:
        try:
            parse_python(source)
        except SyntaxError as error:
            raise NotebookError(
                f"with the solution taken out, this cell is not valid Python any more: {error.msg}",
                where=where,
                remedy="Let the region hold whole statements, with its markers indented as they are.",
            ) from error
    return source.strip("\n") if source != cell.source else source


def _copied(cell: SolutionCell, source: str) -> NotebookNode:
    metadata: dict[str, Any] = {}
    if cell.tag == GIVEN:
        metadata = _given()
    elif cell.tag == GRADED:
        metadata = {"tags": [GRADED]}
    node = _node(cell.kind, cell.id, source, metadata)
    pictures = {
        name: {kind: data for kind, data in bundle.items() if kind.startswith("image/")}
        for name, bundle in (cell.attachments or {}).items()
    }
    if pictures:
        node.attachments = nbformat.from_dict(pictures)
    return node


def _rendered(cell_id: str, name: str, templates: Templates, values: dict[str, Any]) -> NotebookNode:
    """A cell that a template makes; the template's name says of which kind."""
    source = templates.render(name, **values)
    kind = "code" if name.endswith(".py.j2") else "markdown"
    if kind == "code":
        try:
            ast.parse(source)
        except SyntaxError as error:
            raise CourseError(
                f"this template gives Python that is not valid: {error.msg} (line {error.lineno} of what it gives)",
                where=str(templates.path(name)),
                remedy="Print values through the filter `literal`, and mind the indentation.",
            ) from error
    return _node(kind, cell_id, source, _given())


def _node(kind: str, cell_id: str, source: str, metadata: dict[str, Any]) -> NotebookNode:
    node = nbformat.from_dict({"cell_type": kind, "id": cell_id, "metadata": metadata, "source": source})
    if kind == "code":
        node.outputs, node.execution_count = [], None
    return node


def _given() -> dict[str, Any]:
    return {"tags": [GIVEN], "editable": False, "deletable": False}


def _compare(path: Path, text: str, root: Path) -> tuple[Change, str]:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Change.MISSING, ""
    except OSError as error:
        raise CourseError(f"the student notebook cannot be read: {error.strerror}", where=str(path)) from error
    if data == text.encode():
        return Change.NONE, ""
    name = path.relative_to(root).as_posix()
    lines = list(
        difflib.unified_diff(
            data.decode("utf-8", "replace").splitlines(), text.splitlines(), name, f"{name} (generated)", "", "", 2, ""
        )
    )
    if not lines:
        return Change.DIFFERENT, "only the line ends differ"
    more = len(lines) - DIFF_LINES
    return Change.DIFFERENT, "\n".join(lines[:DIFF_LINES] + ([f"... and {more} more lines"] if more > 0 else []))
