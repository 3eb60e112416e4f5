"""One change in a cell: what is sought within which nodes, and what takes its place."""

from collections.abc import Collection, Sequence
from typing import cast

import libcst as cst

from grader.audit.pattern import Captures, Pattern, Replacement

__all__ = ["replace", "with_body"]


class _Finder(cst.CSTVisitor):
    """Collects the outermost matches within some nodes."""

    def __init__(self, pattern: Pattern, within: Collection[cst.CSTNode], known: Captures) -> None:
        super().__init__()
        self.pattern, self.within, self.known = pattern, {id(node) for node in within}, known
        self.inside = 0
        self.found: list[tuple[cst.CSTNode, Captures]] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        self.inside += id(node) in self.within
        fits = isinstance(node, cst.BaseSmallStatement if self.pattern.is_statement else cst.BaseExpression)
        if self.inside and fits:
            captures = self.pattern.match(node, self.known)
            if captures is not None:
                self.found.append((node, captures))
                self.inside -= id(node) in self.within
                return False
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        matched = any(node is original_node for node, _ in self.found)
        self.inside -= id(original_node) in self.within and not matched


class _Replacer(cst.CSTTransformer):
    """Puts the replacement where each match is."""

    def __init__(self, found: Sequence[tuple[cst.CSTNode, Captures]], replacement: Replacement) -> None:
        super().__init__()
        self.found = {id(node): captures for node, captures in found}
        self.replacement = replacement

    def on_leave(  # type: ignore[override]
        self, original_node: cst.CSTNode, updated_node: cst.CSTNode
    ) -> cst.CSTNode | cst.FlattenSentinel[cst.CSTNode] | cst.RemovalSentinel:
        if isinstance(original_node, cst.SimpleStatementLine):
            return self._statement(original_node, cast("cst.SimpleStatementLine", updated_node))
        if isinstance(original_node, cst.Element | cst.Arg) and id(original_node.value) in self.found:
            return self._item(original_node, cast("cst.Element | cst.Arg", updated_node))
        if id(original_node) in self.found and isinstance(original_node, cst.BaseExpression) and self.replacement.code:
            if isinstance(self.replacement.parsed, list):
                return updated_node  # its whole statement is replaced
            return self.replacement.expression(self.found[id(original_node)])
        return updated_node

    def _item(
        self, original: cst.Element | cst.Arg, updated: cst.Element | cst.Arg
    ) -> cst.CSTNode | cst.FlattenSentinel[cst.CSTNode] | cst.RemovalSentinel:
        values = list(self.replacement.elements(self.found[id(original.value)]))
        if not values:
            return cst.RemoveFromParent()
        items = [updated.with_changes(value=value) for value in values]
        if not isinstance(updated.comma, cst.Comma) or updated.comma.whitespace_after.empty:
            comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
            items[:-1] = [item.with_changes(comma=comma) for item in items[:-1]]
        return cst.FlattenSentinel(items)

    def _statement(
        self, original: cst.SimpleStatementLine, updated: cst.SimpleStatementLine
    ) -> cst.CSTNode | cst.FlattenSentinel[cst.CSTNode] | cst.RemovalSentinel:
        if len(original.body) != 1:
            return updated
        only = original.body[0]
        captures = self.found.get(id(only))
        if captures is None and isinstance(only, cst.Expr):
            captures = self.found.get(id(only.value))
        if captures is None:
            return updated
        new = self.replacement.statements(captures)
        if not new:
            return cst.RemoveFromParent()
        if isinstance(new[0], cst.SimpleStatementLine | cst.BaseCompoundStatement):
            new[0] = new[0].with_changes(leading_lines=updated.leading_lines)
        if isinstance(new[-1], cst.SimpleStatementLine):
            new[-1] = new[-1].with_changes(trailing_whitespace=updated.trailing_whitespace)
        return cst.FlattenSentinel(new)


def replace(
    module: cst.Module, within: Collection[cst.CSTNode], find: str, by: str, *, take: str, known: Captures
) -> cst.Module | None:
    """The module with the replacement in it; None where the pattern is not to be found.

    Args:
        module: The cell.
        within: Nodes of it in which to look.
        find: The pattern.
        by: The replacement.
        take: Which of the places: `first`, `last` or `all`.
        known: What letters of earlier edits stand for; those of this one are added.
    """
    finder = _Finder(Pattern(find), within, known)
    module.visit(finder)
    found = finder.found
    if not found:
        return None
    found = {"first": found[:1], "last": found[-1:], "all": found}[take]
    known.take(found[0][1])
    return module.visit(_Replacer(found, Replacement(by)))


class _Body(cst.CSTTransformer):
    def __init__(self, function: cst.FunctionDef | cst.ClassDef, code: str, names: dict[str, str]) -> None:
        super().__init__()
        self.function = function
        self.code = code
        self.names = names

    def _with_new(self, updated: cst.FunctionDef | cst.ClassDef) -> cst.FunctionDef | cst.ClassDef:
        new = cst.parse_module(self.code.strip("\n") + "\n").visit(_Rename(self.names))
        old: Sequence[cst.BaseStatement | cst.BaseSmallStatement] = updated.body.body
        kept = [statement for statement in old[:1] if _is_docstring(statement)]
        return updated.with_changes(body=cst.IndentedBlock(cast("list[cst.BaseStatement]", [*kept, *new.body])))

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef | cst.ClassDef:
        return self._with_new(updated_node) if original_node is self.function else updated_node

    def leave_ClassDef(self, original_node: cst.ClassDef, updated_node: cst.ClassDef) -> cst.FunctionDef | cst.ClassDef:
        return self._with_new(updated_node) if original_node is self.function else updated_node


class _Rename(cst.CSTTransformer):
    def __init__(self, names: dict[str, str]) -> None:
        super().__init__()
        self.names = names

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
        return updated_node.with_changes(value=self.names.get(original_node.value, original_node.value))

    def leave_EmptyLine(self, original_node: cst.EmptyLine, updated_node: cst.EmptyLine) -> cst.EmptyLine:
        return updated_node.with_changes(indent=original_node.comment is not None)


def _is_docstring(statement: cst.CSTNode) -> bool:
    if not isinstance(statement, cst.SimpleStatementLine) or not isinstance(statement.body[0], cst.Expr):
        return False
    return isinstance(statement.body[0].value, cst.SimpleString | cst.ConcatenatedString)


def with_body(
    module: cst.Module, function: cst.FunctionDef | cst.ClassDef, code: str, names: dict[str, str]
) -> cst.Module:
    """The module with another body of a function, below its docstring.

    Args:
        module: The cell.
        function: One of its functions or classes.
        code: The new statements, which name parameters as the rubric does.
        names: What the parameters are called here.
    """
    return module.visit(_Body(function, code, names))
