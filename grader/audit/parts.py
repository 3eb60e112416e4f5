"""Where a function makes its training data, and where its validation data."""

from collections.abc import Collection
from typing import cast

import libcst as cst

from grader.audit.pattern import same

__all__ = ["part_of"]

FLOWS = frozenset({"flow", "flow_from_directory", "flow_from_dataframe"})


class _Flows(cst.CSTVisitor):
    """Calls that read data, and the only assignments of names, within a function."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[cst.Call] = []
        self.values: dict[str, list[cst.BaseExpression]] = {}

    def visit_Call(self, node: cst.Call) -> None:
        if isinstance(node.func, cst.Attribute) and node.func.attr.value in FLOWS:
            self.calls.append(node)

    def visit_Assign(self, node: cst.Assign) -> None:
        for target in node.targets:
            if isinstance(target.target, cst.Name):
                self.values.setdefault(target.target.value, []).append(node.value)


class _Names(cst.CSTVisitor):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def visit_Name(self, node: cst.Name) -> None:
        self.found.add(node.value)


def part_of(module: cst.Module, function: cst.FunctionDef, part: str) -> tuple[cst.Module, Collection[cst.CSTNode]]:
    """The nodes that make one part of the data: the call that reads it, and the recipe that it uses.

    A recipe that both parts share is written out in that call first, so that the other part can stay as it is.

    Args:
        module: The cell.
        function: One of its functions. The second half of its parameters are validation data.
        part: `training` or `validation`.

    Returns:
        The module, changed or not, and the nodes in it; none where there is no such call.
    """
    parameters = [parameter.name.value for parameter in function.params.params]
    half = len(parameters) // 2
    mine = set(parameters[half:] if part == "validation" else parameters[:half])
    flows = _Flows()
    function.visit(flows)
    calls = [call for call in flows.calls if call.args and _names(call.args[0]) & mine]
    if not calls:
        return module, []
    recipe = cast("cst.Attribute", calls[0].func).value
    if not isinstance(recipe, cst.Name):
        return module, calls[:1]
    values = flows.values.get(recipe.value, [])
    users = [call for call in flows.calls if same(cast("cst.Attribute", call.func).value, recipe)]
    if len(values) != 1:
        return module, calls[:1]
    if len(users) == 1:
        return module, [calls[0], values[0]]
    own = calls[0].with_deep_changes(calls[0].func, value=values[0].deep_clone())
    return cast("cst.Module", module.deep_replace(calls[0], own)), [own]


def _names(node: cst.CSTNode) -> set[str]:
    names = _Names()
    node.visit(names)
    return names.found
