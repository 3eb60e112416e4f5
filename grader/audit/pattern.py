"""Finds code by its structure and puts other code in its place; everything around it keeps its formatting.

A pattern is a piece of Python, an expression or one statement:

    X             a name of one capital letter stands for any expression, the same one each time
    ...           among arguments or the elements of a list: all others, whatever they are
    Dense(...)    a call by its last name: `keras.layers.Dense(...)` and `layers.Dense(...)` are meant too
    F(a=1, b=2)   keyword arguments may come in any order; numbers and strings are compared by their value

In a replacement the same letters and dots stand for what was found. `Dense(..., units=3)` sets an argument, whether it
was there or not. An empty replacement takes an element, an argument or a statement away, and `A, B` in the place of an
element makes two of it.
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar, cast

import libcst as cst

from grader.errors import RubricError

__all__ = ["Captures", "Pattern", "Replacement", "code_of", "same"]

Node = TypeVar("Node", bound=cst.CSTNode)
Item = cst.Arg | cst.BaseElement

FORM = frozenset(
    {"lpar", "rpar", "lbracket", "rbracket", "comma", "semicolon", "equal", "leading_lines", "trailing_whitespace"}
)
"""Fields of a node that are about its looks, besides those that begin with `whitespace`."""


@dataclass(frozen=True)
class Others:
    """What stood in a call or a list where the pattern has `...`."""

    all: tuple[Item, ...]
    """All arguments or elements."""
    named: frozenset[int]
    """The places of those that the pattern names."""
    space: cst.BaseParenthesizableWhitespace
    """Behind the bracket."""


@dataclass
class Captures:
    """What the letters, dots and names of a pattern stood for."""

    letters: dict[str, cst.CSTNode] = field(default_factory=dict)
    calls: dict[str, cst.BaseExpression] = field(default_factory=dict)
    """Last name of a called function -> how it is written there, such as `keras.layers.Dense`."""
    others: list["Others"] = field(default_factory=list)
    """One for each `...`."""

    def copy(self) -> "Captures":
        """One that can be changed by itself."""
        return Captures(dict(self.letters), dict(self.calls), list(self.others))

    def take(self, other: "Captures") -> None:
        """Become the other one."""
        self.letters, self.calls, self.others = other.letters, other.calls, other.others


def code_of(node: cst.CSTNode) -> str:
    """The node as code."""
    return cst.Module([]).code_for_node(node).strip()


def same(one: cst.CSTNode, other: cst.CSTNode) -> bool:
    """Whether two nodes are the same code, whatever their formatting."""
    return _plain(one) == _plain(other)


def _plain(node: cst.CSTNode) -> str:
    code = code_of(node)
    try:
        return ast.dump(ast.parse(f"({code})"))
    except SyntaxError:
        return ast.dump(ast.parse(code))


def _parse(code: str, what: str) -> cst.BaseExpression | list[cst.BaseStatement]:
    """An expression where it is one, else statements.

    Raises:
        RubricError: It is not Python.
    """
    try:
        return cst.parse_expression(code)
    except cst.ParserSyntaxError:
        try:
            module = cst.parse_module(code.rstrip() + "\n")
        except cst.ParserSyntaxError as error:
            raise RubricError(f"a {what} of a mutation is not Python: {code!r}") from error
    return cast("list[cst.BaseStatement]", list(module.body))


def _letter(node: object) -> str:
    """The letter, where the node stands for any expression; otherwise empty."""
    return node.value if isinstance(node, cst.Name) and len(node.value) == 1 and node.value.isupper() else ""


def _is_dots(item: object) -> bool:
    return isinstance(getattr(item, "value", None), cst.Ellipsis)


class Pattern:
    """Code to be found.

    Args:
        code: An expression or one statement.

    Raises:
        RubricError: It is not Python, or more than one statement.
    """

    def __init__(self, code: str) -> None:
        parsed = _parse(code.strip(), "pattern")
        self.is_statement = isinstance(parsed, list)
        if isinstance(parsed, list):
            if len(parsed) != 1 or not isinstance(parsed[0], cst.SimpleStatementLine) or len(parsed[0].body) != 1:
                raise RubricError(f"a pattern of a mutation is one expression or one simple statement: {code!r}")
            self.node: cst.CSTNode = parsed[0].body[0]
        else:
            self.node = parsed

    def match(self, node: cst.CSTNode, known: Captures | None = None) -> Captures | None:
        """What the letters stand for, where the node is what the pattern says; None where it is not."""
        captures = known.copy() if known else Captures()
        captures.others.clear()
        return captures if _match(self.node, node, captures) else None


def _match(pattern: object, node: object, captures: Captures) -> bool:  # noqa: PLR0911 - one for each kind
    letter = _letter(pattern)
    if letter and isinstance(node, cst.BaseExpression):
        before = captures.letters.setdefault(letter, node)
        return before is node or same(before, node)
    if isinstance(pattern, cst.Integer | cst.Float) and isinstance(node, cst.Integer | cst.Float):
        return bool(pattern.evaluated_value == node.evaluated_value)
    if isinstance(pattern, cst.SimpleString) and isinstance(node, cst.SimpleString):
        return pattern.evaluated_value == node.evaluated_value
    if type(pattern) is not type(node):
        return False
    if isinstance(pattern, cst.Call) and isinstance(node, cst.Call):
        return _called(pattern.func, node.func, captures) and _items(
            pattern.args, node.args, captures, node.whitespace_before_args
        )
    if isinstance(pattern, cst.List | cst.Tuple | cst.Set) and isinstance(node, cst.List | cst.Tuple | cst.Set):
        return _items(pattern.elements, node.elements, captures, cst.SimpleWhitespace(""))
    if isinstance(pattern, cst.CSTNode) and isinstance(node, cst.CSTNode):
        return all(
            _match(getattr(pattern, f.name), getattr(node, f.name), captures)
            for f in fields(cast("Any", pattern))
            if f.name not in FORM and not f.name.startswith("whitespace")
        )
    if isinstance(pattern, Sequence) and isinstance(node, Sequence) and not isinstance(pattern, str):
        pairs = zip(pattern, node, strict=False)
        return len(pattern) == len(node) and all(_match(one, other, captures) for one, other in pairs)
    return pattern == node


def _called(pattern: cst.BaseExpression, node: cst.BaseExpression, captures: Captures) -> bool:
    if isinstance(pattern, cst.Name) and not _letter(pattern):
        last = node.attr if isinstance(node, cst.Attribute) else node
        if not isinstance(last, cst.Name) or last.value != pattern.value:
            return False
        captures.calls[pattern.value] = node
        return True
    return _match(pattern, node, captures)


def _items(
    wanted: Sequence[Item], found: Sequence[Item], captures: Captures, space: cst.BaseParenthesizableWhitespace
) -> bool:
    """Arguments or elements; the places of those that are named are kept beside all of them."""
    named: set[int] = set()
    at: list[Item] = [item for item in wanted if not _keyword(item)]
    places = [place for place, item in enumerate(found) if not _keyword(item)]
    dots = next((place for place, item in enumerate(at) if _is_dots(item)), None)
    if dots is None:
        if len(at) != len(places) or len(wanted) != len(found):
            return False
        pairs = list(zip(at, places, strict=True))
    else:
        before, after = at[:dots], at[dots + 1 :]
        if len(before) + len(after) > len(places):
            return False
        pairs = [*zip(before, places, strict=False), *zip(after, places[len(places) - len(after) :], strict=False)]
    for item, place in pairs:
        if not _match(item.value, found[place].value, captures):
            return False
        named.add(place)
    for item in wanted:
        if keyword := _keyword(item):
            where = next((p for p, other in enumerate(found) if _keyword(other) == keyword), None)
            if where is None or not _match(item.value, found[where].value, captures):
                return False
            named.add(where)
    if dots is not None:
        captures.others.append(Others(tuple(found), frozenset(named), space))
    return True


def _keyword(item: Item) -> str:
    keyword = getattr(item, "keyword", None)
    return keyword.value if keyword is not None else ""


class Replacement:
    """Code that takes the place of what was found.

    Args:
        code: An expression, several with commas between them, statements, or nothing at all.

    Raises:
        RubricError: It is not Python.
    """

    def __init__(self, code: str) -> None:
        self.code = code.strip()
        self.parsed = _parse(self.code, "replacement") if self.code else None

    def expression(self, captures: Captures) -> cst.BaseExpression:
        """In the place of an expression.

        Raises:
            RubricError: It is statements, or nothing.
        """
        if not isinstance(self.parsed, cst.BaseExpression):
            raise RubricError(f"an expression can only be replaced by another one, not by {self.code!r}")
        return cast("cst.BaseExpression", self.parsed.visit(_Fill(captures)))

    def elements(self, captures: Captures) -> Iterator[cst.BaseExpression]:
        """In the place of an element: none, one, or several."""
        if self.parsed is None:
            return
        filled = self.expression(captures)
        if isinstance(filled, cst.Tuple) and not filled.lpar:
            yield from (element.value for element in filled.elements)
        else:
            yield filled

    def statements(self, captures: Captures) -> list[cst.BaseStatement]:
        """In the place of a statement."""
        if self.parsed is None:
            return []
        if isinstance(self.parsed, cst.BaseExpression):
            return [cst.SimpleStatementLine([cst.Expr(self.expression(captures))])]
        return [cast("cst.BaseStatement", each.visit(_Fill(captures))) for each in self.parsed]


class _Fill(cst.CSTTransformer):
    """Puts what was found into a replacement."""

    def __init__(self, captures: Captures) -> None:
        super().__init__()
        self.captures = captures
        self.others = list(captures.others)

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        found = self.captures.letters.get(_letter(original_node))
        return cast("cst.BaseExpression", found.deep_clone()) if found is not None else updated_node

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        name = original_node.func.value if isinstance(original_node.func, cst.Name) else ""
        if name in self.captures.calls:
            updated_node = updated_node.with_changes(func=self.captures.calls[name].deep_clone())
        if any(_is_dots(item) for item in original_node.args) and self.others:
            found = self.others.pop(0)
            old = tuple(item for item in found.all if isinstance(item, cst.Arg))
            args = _merged(updated_node.args, old, found.named)
            updated_node = updated_node.with_changes(args=args, whitespace_before_args=found.space)
        return updated_node

    def leave_List(self, original_node: cst.List, updated_node: cst.List) -> cst.List:
        dots = next((place for place, item in enumerate(original_node.elements) if _is_dots(item)), None)
        if dots is None or not self.others:
            return updated_node
        found = self.others.pop(0)
        rest = [cast("cst.BaseElement", x) for place, x in enumerate(found.all) if place not in found.named]
        elements = [*updated_node.elements[:dots], *rest, *updated_node.elements[dots + 1 :]]
        last = found.all[-1].comma if found.all else cst.MaybeSentinel.DEFAULT
        spaced = [_with_comma(x) for x in elements[:-1]] + [x.with_changes(comma=last) for x in elements[-1:]]
        return updated_node.with_changes(elements=spaced)


def _with_comma(item: Any) -> Any:
    if isinstance(item.comma, cst.Comma):
        return item
    return item.with_changes(comma=cst.Comma(whitespace_after=cst.SimpleWhitespace(" ")))


def _merged(new: Sequence[cst.Arg], old: tuple[cst.Arg, ...], named: frozenset[int]) -> list[cst.Arg]:
    """Arguments of a call: those of before where nothing is said of them, in their places and with their formatting."""
    dots = next(place for place, item in enumerate(new) if _is_dots(item))
    said = {_keyword(item): item for item in new if _keyword(item)}
    args = [item for item in new[:dots] if not _keyword(item)]
    args += [item for place, item in enumerate(old) if not _keyword(item) and place not in named]
    args += [item for item in new[dots + 1 :] if not _keyword(item)]
    for place, item in enumerate(old):
        keyword = _keyword(item)
        if keyword in said:
            args.append(item.with_changes(value=said.pop(keyword).value))
        elif keyword and place not in named:
            args.append(item)
    args += [item.with_changes(equal=_TIGHT) for item in said.values()]
    inner = next((item.comma for item in old[:-1]), cst.Comma(whitespace_after=cst.SimpleWhitespace(" ")))
    for place, item in enumerate(args):
        last = place == len(args) - 1
        comma = (old[-1].comma if old else cst.MaybeSentinel.DEFAULT) if last else inner
        after = old[-1].whitespace_after_arg if last and old else cst.SimpleWhitespace("")
        args[place] = item.with_changes(comma=comma, whitespace_after_arg=after)
    return args


_TIGHT = cst.AssignEqual(whitespace_before=cst.SimpleWhitespace(""), whitespace_after=cst.SimpleWhitespace(""))
