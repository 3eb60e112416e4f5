"""What the notebook's source says about the graded functions, read with `ast` and never run."""

import ast
import re
from dataclasses import dataclass

from grader.notebook import NotebookNode

__all__ = ["FunctionSource", "find_functions"]

MAGIC = re.compile(r"^(\s*)([%!?].*|[\w., ]*=\s*[%!].*|.*[\w)]\?{1,2})\s*$")
"""A line that only IPython understands: `%magic`, `!command`, `x = !command`, `name?`."""

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


def find_functions(notebook: NotebookNode, names: tuple[str, ...]) -> dict[str, FunctionSource]:
    """The last definition of each name at the top level of the notebook, as far as its cells parse.

    A lambda that is assigned to a name counts as a function.
    """
    found: dict[str, FunctionSource] = {}
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            tree = _parse(cell.source)
            for name, node in _definitions(tree.body if tree else []):
                if name in names:
                    found[name] = _facts(name, node, index)
    return found


def _parse(source: str) -> ast.Module | None:
    if WHOLE_CELL.match(source):
        return None
    plain = "\n".join(MAGIC.sub(r"\1pass", line) for line in source.splitlines())
    for text in (source, plain):
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return None


Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def _definitions(body: list[ast.stmt]) -> list[tuple[str, Definition]]:
    found: list[tuple[str, Definition]] = []
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.append((node.name, node))
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
            found += [(target.id, node.value) for target in node.targets if isinstance(target, ast.Name)]
        elif isinstance(node, ast.If | ast.Try | ast.With | ast.For | ast.While):
            for part in ("body", "orelse", "finalbody"):
                found += _definitions(getattr(node, part, []))
    return found


def _facts(name: str, node: Definition, cell: int) -> FunctionSource:
    body: list[ast.AST] = [node.body] if isinstance(node, ast.Lambda) else list(node.body)
    parameters = tuple(a.arg for a in (*node.args.posonlyargs, *node.args.args))
    read = {
        inner.id
        for statement in body
        for inner in ast.walk(statement)
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load)
    }
    return FunctionSource(
        name=name,
        cell=cell,
        parameters=parameters,
        empty=not isinstance(node, ast.Lambda) and all(_does_nothing(statement) for statement in body),
        unused=tuple(p for p in parameters if p not in read),
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
