"""All functions of a notebook's file at once, by the criteria that it carries or that its self-check cells name."""

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from grader.datasets.catalogue import find_dataset
from grader.errors import GraderError, NotebookError
from grader.handout import Handout, Later
from grader.measure.source import find_functions
from grader.notebook import NotebookNode, read_notebook, without_policy
from grader.rubric import Criterion, FunctionContract, Role, Rubric
from grader.scorecard import Verdict
from grader.selfcheck.asked import Parameters, role_of, rubric_of
from grader.selfcheck.definitions import Trouble, define
from grader.selfcheck.trial import try_function

__all__ = ["NotebookCheck", "Tried", "check_notebook", "handout_of"]

LARGEST = 50 * 2**20
"""Bytes of a notebook that is read, its outputs included."""
LOADS = re.compile(r"""\bload_data\(\s*["']([\w.-]+)["']""")
UNTRIED = frozenset({Role.DATASETS})
"""A function without arguments reads its data from a fixed place, which only the grader can change."""


@dataclass(frozen=True)
class Tried:
    """One function, and how it did."""

    function: str
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True)
class NotebookCheck:
    """What a check of a notebook found."""

    week: str
    """Empty where nothing says."""
    tried: tuple[Tried, ...]
    troubles: tuple[Trouble, ...]
    later: tuple[Later, ...]
    """Criteria that only grading decides."""


def check_notebook(
    path: Path, handout: Handout | None = None, *, starting: Callable[[str], None] = lambda _: None
) -> NotebookCheck:
    """Try every public criterion that needs no training.

    Args:
        path: The student's notebook.
        handout: The criteria; by default those that the notebook carries.
        starting: Told the name of each function before it is tried.

    Raises:
        NotebookError: It is no notebook, or there is nothing in it to check.
        RubricError: A criterion names an unknown check, or a wrong parameter.
    """
    notebook = read_notebook(path, max_bytes=LARGEST)
    handout = handout or handout_of(notebook, where=str(path))
    source = without_policy(notebook)
    rubric = Rubric(
        title=handout.week or "Self-check",
        functions=handout.functions,
        image_shape=handout.image_shape,
        criteria=handout.criteria,
    )
    starting("the cells that your functions need")
    made = define(source, [function.name for function in rubric.functions])
    defined = {name for name in made.namespace if not name.startswith("__")}
    contracts = {f.name: f for f in rubric.in_use(defined)}
    tried: list[Tried] = []
    later = list(handout.later)
    for contract in rubric.functions:
        criteria = _criteria(rubric, contract, contracts)
        if contract.name not in contracts or not criteria:
            continue
        if contract.role in UNTRIED:
            later = [*(Later(title=c.title, points=c.points) for c in criteria), *later]
            continue
        starting(contract.name)
        part = rubric.model_copy(update={"functions": _with_partner(contract, contracts), "criteria": criteria})
        verdicts = try_function(
            made.namespace.get(contract.name),
            part,
            others=made.namespace,
            classes=_classes(handout.data),
            source=source,
            names={f.role: f.name for f in contracts.values()},
        )
        tried.append(Tried(contract.name, verdicts))
    return NotebookCheck(handout.week, tuple(tried), made.troubles, tuple(later))


def handout_of(notebook: NotebookNode, *, where: str) -> Handout:
    """What a notebook carries, or else what its cells ask with `check(function, ...)`: some editors drop metadata.

    Raises:
        NotebookError: It has neither.
    """
    carried = Handout.read(notebook)
    if carried is not None:
        return carried
    asked: dict[str, dict[str, Parameters]] = {}
    for cell in notebook.cells:
        if cell.cell_type == "code" and "check(" in cell.source:
            asked.update(_calls(cell.source))
    if not asked:
        raise NotebookError(
            "this notebook does not say what to check",
            where=where,
            remedy="Name its week with --assignment WEEK, or start from the course's own notebook again.",
        )
    written = find_functions(notebook, tuple(asked))
    counts = {name: len(source.parameters) for name, source in written.items()}
    rubrics = [rubric_of(name, role_of(counts.get(name, 0), checks), checks) for name, checks in asked.items()]
    criteria = [
        criterion.model_copy(update={"id": f"{number}-{criterion.id}"})
        for number, rubric in enumerate(rubrics)
        for criterion in rubric.criteria
    ]
    functions = [rubric.functions[0] for rubric in rubrics]
    loaded = [name for cell in notebook.cells if cell.cell_type == "code" for name in LOADS.findall(cell.source)]
    return Handout(
        week="",
        data=loaded[-1] if loaded else "",
        image_shape=(150, 150, 3),
        functions=tuple(functions),
        criteria=tuple(criteria),
    )


def _classes(data: str) -> tuple[str, ...]:
    """Of a data set, as folders are named; cats and dogs where it is unknown here."""
    try:
        return find_dataset(data).classes
    except GraderError:
        return ("cats", "dogs")


def _calls(source: str) -> dict[str, dict[str, Parameters]]:
    """Function -> its checks, of the calls of `check` at the top level of a cell."""
    found: dict[str, dict[str, Parameters]] = {}
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return found
    for statement in body:
        match statement:
            case ast.Expr(value=ast.Call(func=ast.Name(id="check"), args=[ast.Name(id=name)], keywords=keywords)):
                try:
                    found[name] = {word.arg: ast.literal_eval(word.value) for word in keywords if word.arg}
                except (ValueError, TypeError, RecursionError, MemoryError):
                    continue
            case _:
                pass
    return found


def _criteria(rubric: Rubric, contract: FunctionContract, in_use: dict[str, FunctionContract]) -> tuple[Criterion, ...]:
    """Those about a function, or about one that it stands for in this notebook."""
    stands = set(contract.replaces) - set(in_use)
    mine = [c for c in rubric.criteria if c.function == contract.name or c.function in stands]
    ids = {criterion.id for criterion in mine}
    return tuple(c.model_copy(update={"needs": tuple(need for need in c.needs if need in ids)}) for c in mine)


def _with_partner(contract: FunctionContract, contracts: dict[str, FunctionContract]) -> tuple[FunctionContract, ...]:
    """The contract first, then those of functions that are called along with it."""
    return (contract, *(other for other in contracts.values() if other is not contract))
