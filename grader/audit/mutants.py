"""From a solution notebook to mutants: the notebook as a student would hand it in, with one cell changed."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import libcst as cst

from grader.audit.edit import replace, with_body
from grader.audit.mutation import Edit, Mutation
from grader.audit.parts import part_of
from grader.audit.pattern import Captures
from grader.authoring.markup import Plain, Solution
from grader.authoring.solution import INSTRUCTOR_ONLY, SolutionCell, read_solution
from grader.errors import RubricError
from grader.rubric import FunctionContract, Role, Rubric

__all__ = ["Cell", "Mutant", "Template", "read_template"]

ROLES: dict[str, frozenset[Role]] = {
    "directories": frozenset({Role.DIRECTORIES}),
    "split": frozenset({Role.SPLIT}),
    "pipelines": frozenset({Role.PIPELINES, Role.ARRAY_PIPELINES}),
    "model": frozenset({Role.MODEL, Role.HEAD}),
    "parse": frozenset({Role.PARSE}),
    "pretrained": frozenset({Role.PRETRAINED}),
    "cut": frozenset({Role.CUT}),
    "callback": frozenset({Role.CALLBACK}),
}
"""A mutation's place -> the roles of the functions that it may change."""


@dataclass(frozen=True)
class Cell:
    """A cell as a student hands it in."""

    kind: str
    """`code` or `markdown`."""
    source: str
    functions: tuple[str, ...] = ()
    """Graded functions that it defines."""


@dataclass(frozen=True)
class Mutant:
    """A solution with one change."""

    mutation: Mutation
    cells: tuple[Cell, ...]
    changed: int
    """Place of the cell that is different."""
    function: str
    """Name of the function that was changed; empty where it was the training."""


@dataclass(frozen=True)
class Template:
    """A solution without its mark-up: what mutants are made of."""

    week: str
    cells: tuple[Cell, ...]
    rubric: Rubric

    def mutant(self, mutation: Mutation) -> Mutant:
        """The solution with that mutation.

        Raises:
            RubricError: It finds no place here, or changes nothing.
        """
        contracts = [f for f in self.rubric.functions if f.role in ROLES.get(mutation.place, ())]
        names = {f.name for f in contracts}
        for place, cell in enumerate(self.cells):
            mine = [name for name in cell.functions if name in names]
            if mine or place == self._elsewhere(mutation.place):
                contract = next((f for f in contracts if mine and f.name == mine[0]), None)
                source = self._edited(mutation, cell.source, contract)
                changed = Cell(cell.kind, source, cell.functions)
                cells = (*self.cells[:place], changed, *self.cells[place + 1 :])
                return Mutant(mutation, cells, place, mine[0] if mine else "")
        raise RubricError(
            f"the mutation '{mutation.name}' is to change '{mutation.place}', which this solution does not have",
            where=self.week,
            remedy=f"Take '{self.week}' out of its weeks.",
        )

    def _elsewhere(self, place: str) -> int | None:
        """The cell that trains, or the first one below it that draws from what `fit` returned."""
        history = self.rubric.history_variable
        codes = [cell.source if cell.kind == "code" else "" for cell in self.cells]
        fits = re.compile(rf"^{re.escape(history)}\s*=.*\.fit\(", re.MULTILINE)
        trains = next((at for at, code in enumerate(codes) if fits.search(code)), None)
        if place == "training" or trains is None:
            return trains if place == "training" else None
        reads = re.compile(rf"\b{re.escape(history)}\b")
        below = range(trains + 1, len(codes))
        found = (at for at in below if reads.search(codes[at]) and "plt." in codes[at])
        return next(found, None) if place == "curves" else None

    def _edited(self, mutation: Mutation, source: str, contract: FunctionContract | None) -> str:
        module = cst.parse_module(source)
        known = Captures()
        for number, edit in enumerate(mutation.edits, 1):
            new = _apply(edit, module, contract, known)
            if new is None:
                raise RubricError(
                    f"the mutation '{mutation.name}' finds no place in this solution (edit {number}: {_sought(edit)})",
                    where=self.week,
                    remedy=f"Correct its pattern, or take '{self.week}' out of its weeks.",
                )
            module = new
        if module.code == source:
            raise RubricError(f"the mutation '{mutation.name}' changes nothing in this solution", where=self.week)
        return module.code


def _sought(edit: Edit) -> str:
    sought = " or ".join(f"`{find}`" for find, _ in edit.pairs if find) or "another body"
    return sought + (f" for {edit.part} data" if edit.part else "")


def _apply(edit: Edit, module: cst.Module, contract: FunctionContract | None, known: Captures) -> cst.Module | None:
    function = None if contract is None else _function(module, contract.name)
    if edit.after:
        return cst.parse_module(module.code.rstrip("\n") + "\n" + edit.after)
    if edit.before:
        return _before(module, function, edit.before)
    if function is not None and contract is not None and edit.body:
        return with_body(module, function, edit.body, _names(function, contract))
    return _replaced(edit, module, function, known)


def _replaced(
    edit: Edit, module: cst.Module, function: cst.FunctionDef | cst.ClassDef | None, known: Captures
) -> cst.Module | None:
    within: Collection[cst.CSTNode] = [function or module]
    if edit.part:
        if not isinstance(function, cst.FunctionDef):
            return None
        module, within = part_of(module, function, edit.part)
    for find, by in edit.pairs:
        new = replace(module, within, find, by, take=edit.take, known=known)
        if new is not None:
            return new
    return None


def _before(module: cst.Module, function: cst.FunctionDef | cst.ClassDef | None, code: str) -> cst.Module | None:
    if function is None:
        return cst.parse_module(code.rstrip("\n") + "\n" + module.code)
    new = cst.parse_module(code.rstrip("\n") + "\n").body
    body = function.body.body
    at = 1 if len(body) > 1 and '"""' in cst.Module([]).code_for_node(body[0]) else 0
    block = function.body.with_changes(body=[*body[:at], *new, *body[at:]])
    changed = module.deep_replace(function, function.with_changes(body=block))
    return changed if isinstance(changed, cst.Module) else None


def _function(module: cst.Module, name: str) -> cst.FunctionDef | cst.ClassDef | None:
    kinds = (cst.FunctionDef, cst.ClassDef)
    return next((s for s in module.body if isinstance(s, kinds) and s.name.value == name), None)


def _names(function: cst.FunctionDef | cst.ClassDef, contract: FunctionContract) -> dict[str, str]:
    if not isinstance(function, cst.FunctionDef):
        return {}
    here = [parameter.name.value for parameter in function.params.params]
    return dict(zip(contract.parameters, here, strict=False))


def read_template(week: str, notebook: Path, rubric: Rubric) -> Template:
    """The solution notebook of a week, as a student would hand it in.

    Raises:
        NotebookError: It is no notebook, or breaks the rules of the mark-up.
    """
    cells = [_handed_in(cell, rubric) for cell in read_solution(notebook, rubric) if cell.tag != INSTRUCTOR_ONLY]
    return Template(week, tuple(cells), rubric)


def _handed_in(cell: SolutionCell, rubric: Rubric) -> Cell:
    graded = {function.name for function in rubric.functions}
    lines = [line for region in cell.regions if isinstance(region, Plain | Solution) for line in _lines(region)]
    functions = tuple(name for name in cell.functions if name in graded)
    return Cell(cell.kind, "\n".join(lines).strip("\n"), functions)


def _lines(region: Plain | Solution) -> tuple[str, ...]:
    if isinstance(region, Plain):
        return region.lines
    first = next((at for at, line in enumerate(region.lines) if line.strip()), 0)  # blank where a prompt stood
    return region.lines[first:]
