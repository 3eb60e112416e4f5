"""A trial of one student function: called, measured and judged."""

import inspect
import random
import secrets
import tempfile
import textwrap
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

import numpy as np

from grader.bases.choice import choose_base
from grader.judge import compile_rubric, judge
from grader.measure import observe
from grader.measure.challenge import make_challenge
from grader.measure.challenge_arrays import write_arrays
from grader.measure.plan import wants_augmentation
from grader.notebook import NotebookNode, nbformat
from grader.observation import RunStatus
from grader.probe import harvest
from grader.probe.step import write_json
from grader.rubric import Role, Rubric
from grader.scorecard import Verdict
from grader.selfcheck.asked import Parameters, role_of, rubric_of
from grader.selfcheck.calling import ARRAYS, NAMES, PARTNERS, TRANSFER, call, call_partner, call_transfer, count
from grader.selfcheck.models import with_base, with_front, with_model

__all__ = ["try_function", "try_out"]


def try_out(
    function: Callable[..., Any], criteria: Mapping[str, Parameters], *, classes: tuple[str, ...] = ("cats", "dogs")
) -> tuple[Verdict, ...]:
    """One verdict a check.

    Args:
        function: The student's; the others that it needs are those beside it.
        criteria: Name of a check -> its parameters.
        classes: Of the week's data set, as its folders are named.

    Raises:
        RubricError: A check is unknown, or a parameter is wrong.
    """
    name = getattr(function, "__name__", "this")
    others = getattr(function, "__globals__", {})
    role = role_of(count(function), criteria)
    rubric = rubric_of(name, role, criteria, others)
    return try_function(function, rubric, others=others, classes=classes, source=_source(function))


def try_function(
    function: Callable[..., Any] | None,
    rubric: Rubric,
    *,
    others: Mapping[str, Any],
    classes: tuple[str, ...],
    source: NotebookNode,
    names: Mapping[Role, str] = MappingProxyType({}),
) -> tuple[Verdict, ...]:
    """One verdict a criterion.

    Args:
        function: The student's; None where the notebook has none of its name.
        rubric: Its first function is this one, and all criteria are about it.
        others: What else the notebook defines, by name.
        classes: Of the week's data set, as its folders are named.
        source: Cells that hold the function's source, as far as it is known.
        names: Role -> name of the function that has it, where it is not the usual one.

    Raises:
        RubricError: A check is unknown, or a parameter is wrong.
    """
    with tempfile.TemporaryDirectory(prefix="self-check-") as folder, _dice_kept():
        return _judged(
            function,
            rubric,
            others=others,
            classes=classes,
            source=source,
            names={**NAMES, **names},
            folder=Path(folder),
        )


def _judged(
    function: Callable[..., Any] | None,
    rubric: Rubric,
    *,
    others: Mapping[str, Any],
    classes: tuple[str, ...],
    source: NotebookNode,
    names: Mapping[Role, str],
    folder: Path,
) -> tuple[Verdict, ...]:
    name, role = rubric.functions[0].name, rubric.functions[0].role
    bound = compile_rubric(rubric, where=f"check({name}, ...)")
    given, out = folder / "challenge", folder / "out"
    challenge = make_challenge(given, secrets.randbits(32), classes=classes, fiducials=wants_augmentation(rubric))
    if any(contract.role in ARRAYS for contract in rubric.functions):
        write_arrays(given / "arrays", challenge.seed)
    out.mkdir()
    called = []
    weights = ""
    if function is not None:
        called.append(name)
        if role in TRANSFER:
            weights = str(choose_base()[1])
            call_transfer(function, role, others, names, weights=weights, out=out)
        else:
            call(function, role, rubric, challenge, given=given, out=out)
        called += filter(None, [call_partner(role, rubric, others, challenge, given=given, out=out)])
    write_json(out / "functions.json", {each: {"defined": True} for each in called})
    ran = _Ran.of(out)
    seen = observe.after_run(ran, source, rubric, challenge)
    seen = seen.model_copy(update={"augmentation": observe.augmentation(seen, ran, rubric, challenge)})
    if role in PARTNERS:
        seen = with_model(seen, out)
    if wants_augmentation(rubric):
        seen = with_front(seen, challenge, out)
    return judge(bound, with_base(seen, out, Path(weights)) if weights else seen)


def _source(function: Callable[..., Any]) -> NotebookNode:
    """A notebook of the function's own source, as far as Python can tell it."""
    notebook = nbformat.v4.new_notebook()
    with suppress(OSError, TypeError):
        notebook.cells.append(nbformat.v4.new_code_cell(textwrap.dedent(inspect.getsource(function))))
    return notebook


@dataclass(frozen=True)
class _Ran:
    """What a sandbox would have sent: the files that lie in `out`, and lists of the trees below it."""

    records: tuple[dict[str, Any], ...]
    files: Mapping[str, Path]
    status: RunStatus = RunStatus.OK
    message: str = ""
    seconds: float = 0.0

    @classmethod
    def of(cls, out: Path) -> Self:
        trees = sorted(path for path in (out / "trees").glob("*") if path.is_dir())
        return cls(
            records=tuple({"kind": "tree", "root": path.name, "entries": harvest.list_tree(path)} for path in trees),
            files={path.name: path for path in sorted(out.iterdir()) if path.is_file()},
        )


@contextmanager
def _dice_kept() -> Iterator[None]:
    """The random numbers that follow are those that would have come without a self-check."""
    python, numpy_state = random.getstate(), np.random.get_state()
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy_state)
