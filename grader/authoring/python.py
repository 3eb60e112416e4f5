"""Reading the Python of a notebook cell, which may hold magics and shell lines that Python itself would refuse."""

import ast
import re

__all__ = ["defined_names", "enclosing_name", "parse_python", "without_answer"]

_MAGIC = re.compile(r"^(\s*)(?:[\w., ]+=\s*)?[%!?].*$|^(\s*)[\w.]+\?{1,2}\s*$")
_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def parse_python(source: str) -> ast.Module | None:
    """The syntax tree of a code cell with its magics taken as `pass`; None for a `%%` cell of another language.

    Raises:
        SyntaxError: It is not Python; `lineno` counts the cell's own lines from 1.
    """
    if source.lstrip().startswith("%%"):
        return None
    if "\0" in source:
        raise SyntaxError("it holds a null character", ("", 1, 1, ""))
    try:
        return ast.parse(source)  # a continuation line may start with % or !=, so magics are sought only when needed
    except SyntaxError:
        lines = [_MAGIC.sub(lambda m: f"{m[1] or m[2] or ''}pass", line) for line in source.split("\n")]
        return ast.parse("\n".join(lines))


def defined_names(tree: ast.Module) -> tuple[str, ...]:
    """Functions and classes that a cell defines at its top level, in order."""
    return tuple(node.name for node in tree.body if isinstance(node, _Definition))


def enclosing_name(tree: ast.Module, line: int) -> str:
    """Dotted name of the innermost function or class around a line (from 1); empty at the top level of the cell."""
    names: list[str] = []
    body: list[ast.stmt] = tree.body
    while True:
        inside = [n for n in body if n.lineno <= line <= (n.end_lineno or n.lineno)]
        if not inside:
            return ".".join(names)
        if isinstance(inside[0], _Definition):
            names.append(inside[0].name)
        body = [child for child in ast.walk(inside[0]) if isinstance(child, ast.stmt) and child is not inside[0]]
        body = [child for child in body if child.lineno <= line <= (child.end_lineno or child.lineno)]
        # breadth first, so the outermost statement around the line stands first


def without_answer(line: str) -> str:
    """A line of code with `...` for its answer: for the right-hand side of an assignment, else for all of it.

    Raises:
        SyntaxError: It is not one whole statement.
    """
    text = line.lstrip()
    indent = line[: len(line) - len(text)]
    statements = ast.parse(text).body
    if len(statements) != 1:
        raise SyntaxError("not one statement")
    match statements[0]:
        case ast.Assign(targets=[*_, last]):
            end = last.end_col_offset or 0
        case ast.AnnAssign(annotation=annotation, value=ast.expr()):
            end = annotation.end_col_offset or 0
        case ast.AugAssign(target=target):
            end = target.end_col_offset or 0
        case _:
            return f"{indent}..."
    raw = text.encode()  # the syntax tree counts bytes
    return indent + raw[: raw.index(b"=", end) + 1].decode() + " ..."
