"""Of a notebook's file, runs the statements that some functions need, and no others: nothing trains, nothing is drawn.

What a function needs are the names that it reads, the statements that set those, what those read, and so on backwards.
"""

import ast
import dis
import linecache
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import CodeType
from typing import Any

from grader.authoring.python import parse_python
from grader.notebook import NotebookNode
from grader.probe.step import run_step

__all__ = ["Definitions", "Trouble", "define"]

SECONDS = 60.0
"""Limit of one statement; an import of TensorFlow is the longest that is usual."""

WORK = frozenset({"fit", "evaluate", "predict", "summary"})
"""Methods that set nothing up: calling them is what a notebook does with a model that is there."""


@dataclass(frozen=True)
class Trouble:
    """A cell that could not be read, or a statement that raised."""

    cell: int
    """As people count them, from 1."""
    line: int | None
    """Within the cell, from 1."""
    text: str


@dataclass(frozen=True)
class Definitions:
    """What the statements left behind."""

    namespace: dict[str, Any]
    troubles: tuple[Trouble, ...]


@dataclass(frozen=True)
class _Statement:
    """One statement at the top level of a cell."""

    cell: int
    line: int
    code: CodeType
    sets: frozenset[str]
    reads: frozenset[str]
    about: str = ""
    """The variable of which it calls a method, or of which it changes a part."""
    always: bool = False
    """It may set anything, as `from x import *` does."""
    imports: bool = False


def define(notebook: NotebookNode, names: Iterable[str]) -> Definitions:
    """Run what these functions and classes need, in the order of the notebook; a statement that raises is passed over.

    Args:
        notebook: As the student saved it.
        names: Of the functions.
    """
    troubles: list[Trouble] = []
    statements = list(_statements(notebook, troubles))
    namespace: dict[str, Any] = {"__name__": "__main__", "__builtins__": __builtins__}
    for statement in _needed(statements, frozenset(names)):
        step = run_step(_running(statement.code, namespace), seconds=SECONDS)
        if step.error is not None:
            said = f"{step.error['name']}: {step.error['message']}".rstrip(": ")
            troubles.append(Trouble(statement.cell, statement.line, said))
    return Definitions(namespace, tuple(troubles))


def _running(code: CodeType, namespace: dict[str, Any]) -> Any:
    def statement() -> None:
        exec(code, namespace)  # noqa: S102 - the student's own code, on the student's own machine

    return statement


def _statements(notebook: NotebookNode, troubles: list[Trouble]) -> Iterator[_Statement]:
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type != "code":
            continue
        name = f"<cell {number}>"
        try:
            tree = parse_python(cell.source)
            pieces = [] if tree is None else [_statement(node, number, name) for node in tree.body]
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            line = error.lineno if isinstance(error, SyntaxError) else None
            said = error.msg if isinstance(error, SyntaxError) else str(error)
            troubles.append(Trouble(number, line, f"Python cannot read it: {said}"))
            continue
        lines = cell.source.splitlines(keepends=True)
        linecache.cache[name] = (len(cell.source), None, lines, name)  # for the line that an error is about
        yield from pieces


def _statement(node: ast.stmt, cell: int, name: str) -> _Statement:
    code = compile(ast.Module([node], []), name, "exec", dont_inherit=True)
    sets = {i.argval for i in dis.get_instructions(code) if i.opname in {"STORE_NAME", "STORE_GLOBAL"}}
    return _Statement(
        cell=cell,
        line=node.lineno,
        code=code,
        sets=frozenset(sets),
        reads=frozenset(_reads(code)),
        about=_about(node),
        always=isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names),
        imports=isinstance(node, ast.Import | ast.ImportFrom),
    )


def _reads(code: CodeType) -> Iterator[str]:
    """Names that are not its own, in it and in all that is defined within it."""
    for instruction in dis.get_instructions(code):
        if instruction.opname.startswith(("LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS")):
            yield instruction.argval
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _reads(constant)


def _about(node: ast.stmt) -> str:
    """`layers.append(...)` is about `layers`, as are `layers[0] = ...` and `layers.size = ...`."""
    place: ast.expr | None = None
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        place = node.value.func
        if isinstance(place, ast.Attribute) and place.attr in WORK:
            return ""
    elif isinstance(node, ast.Assign | ast.AugAssign):
        place = node.targets[0] if isinstance(node, ast.Assign) else node.target
    if not isinstance(place, ast.Attribute | ast.Subscript):
        return ""
    while isinstance(place, ast.Attribute | ast.Subscript):
        place = place.value
    return place.id if isinstance(place, ast.Name) else ""


def _needed(statements: list[_Statement], names: frozenset[str]) -> list[_Statement]:
    modules = {name for statement in statements if statement.imports for name in statement.sets}
    wanted, taken, before = set(names), set[int](), -1
    while len(taken) != before:
        before = len(taken)
        for index, statement in enumerate(statements):
            # What is done to a module, such as `plt.show()`, is not about what functions read.
            touches = statement.about in wanted - modules
            if index not in taken and (statement.always or touches or statement.sets & wanted):
                taken.add(index)
                wanted |= statement.reads
    return [statement for index, statement in enumerate(statements) if index in taken]
