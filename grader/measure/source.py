"""What the notebook's source says about the graded functions, read with `ast` and never run."""

import ast
import re
from dataclasses import dataclass

from grader.notebook import NotebookNode

__all__ = ["FunctionSource", "find_functions", "parse_cell"]

MAX_SOURCE = 2**18
"""Characters of a cell that is read; a syntax tree takes some hundred times the memory of its source."""

NAMES = re.compile(r"[\w., ]*")

WHOLE_CELL = re.compile(r"^\s*%%(?!(time|timeit|capture)\b)")
"""A cell magic whose cell is not Python."""


@dataclass(frozen=True)
class FunctionSource:
    """One function as the notebook defines it."""

    name: str
    cell: int
    """Index among all cells, from 0."""
    parameters: tuple[str, ...]
    """Positional ones."""
    empty: bool
    """No statement but a docstring, `pass`, `...` or `raise NotImplementedError`."""
    unused: tuple[str, ...]
    """Parameters that the body never reads."""
    reads: tuple[str, ...] = ()
    """Variables of the notebook that it reads: names that some cell assigns, but no import, function or class."""


def find_functions(notebook: NotebookNode, names: tuple[str, ...]) -> dict[str, FunctionSource]:
    """The last definition of each name at the top level of the notebook, as far as its cells parse.

    A lambda that is assigned to a name counts as a function.
    """
    found: dict[str, tuple[int, Definition]] = {}
    variables: set[str] = set()
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type == "code" and (tree := parse_cell(cell.source)):
            variables |= _variables(tree.body)
            if any(name in cell.source for name in names):
                found.update((name, (index, node)) for name, node in _definitions(tree.body) if name in names)
    return {name: _facts(name, node, index, variables) for name, (index, node) in found.items()}


def parse_cell(source: str) -> ast.Module | None:
    """The syntax tree of a cell, with `pass` for lines that only IPython understands; None when it cannot be read."""
    if len(source) > MAX_SOURCE or WHOLE_CELL.match(source):
        return None
    for prepare in (str, _without_magics):
        try:
            return ast.parse(prepare(source))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return None


def _without_magics(source: str) -> str:
    return "\n".join(
        line[: len(line) - len(line.lstrip())] + "pass" if _is_magic(line.strip()) else line
        for line in source.splitlines()
    )


def _is_magic(line: str) -> bool:
    """Whether only IPython understands a line: `%magic`, `!command`, `x = !command`, `name?`.

    Written without a regular expression over the whole line, which a line of nothing but spaces can make quadratic.
    """
    if line.startswith(("%", "!", "?")):
        return True
    names, equals, value = line.partition("=")
    if equals and value.lstrip().startswith(("%", "!")) and NAMES.fullmatch(names):
        return True
    asked = line[:-2] if line.endswith("??") else line[:-1]
    return line.endswith("?") and (asked[-1:].isalnum() or asked[-1:] in ("_", ")"))


Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def _definitions(body: list[ast.stmt]) -> list[tuple[str, Definition]]:
    """In order; without calling itself, for a chain of a thousand `elif`s is a tree a thousand levels deep."""
    found: list[tuple[str, Definition]] = []
    left = list(reversed(body))
    while left:
        node = left.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.append((node.name, node))
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
            found += [(target.id, node.value) for target in node.targets if isinstance(target, ast.Name)]
        elif isinstance(node, ast.If | ast.Try | ast.With | ast.For | ast.While):
            inner = [part for name in ("body", "orelse", "finalbody") for part in getattr(node, name, [])]
            left += reversed(inner)
    return found


def _variables(body: list[ast.stmt]) -> set[str]:
    """Names that statements at the top level of a cell assign, but for lambdas."""
    plain = [s for s in body if not isinstance(s, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)]
    plain = [s for s in plain if not (isinstance(s, ast.Assign) and isinstance(s.value, ast.Lambda))]
    return {
        inner.id
        for statement in plain
        for inner in ast.walk(statement)
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store)
    }


def _facts(name: str, node: Definition, cell: int, variables: set[str]) -> FunctionSource:
    body: list[ast.AST] = [node.body] if isinstance(node, ast.Lambda) else list(node.body)
    parameters = tuple(a.arg for a in (*node.args.posonlyargs, *node.args.args))
    used = [inner for statement in body for inner in ast.walk(statement) if isinstance(inner, ast.Name)]
    read = {inner.id for inner in used if isinstance(inner.ctx, ast.Load)}
    own = {*parameters, *(inner.id for inner in used if isinstance(inner.ctx, ast.Store))}
    return FunctionSource(
        name=name,
        cell=cell,
        parameters=parameters,
        empty=not isinstance(node, ast.Lambda) and all(_does_nothing(statement) for statement in body),
        unused=tuple(p for p in parameters if p not in read),
        reads=tuple(sorted((read & variables) - own)),
    )


def _does_nothing(statement: ast.AST) -> bool:
    if isinstance(statement, ast.Pass):
        return True
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)  # a docstring or `...`
    if isinstance(statement, ast.Raise):
        raised = statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc
        return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"
    return False
