"""What the solution reaches with other seeds: measured by grading it, and kept beside its rubric."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import libcst as cst
from pydantic import ValidationError

from grader.audit.chance import Measured
from grader.audit.edit import replace
from grader.audit.mutants import Cell, Template
from grader.audit.pattern import Captures
from grader.errors import CourseError
from grader.observation import Accuracy, Observations
from grader.rubric import Rubric

__all__ = ["FILE", "measured", "read_seeds", "seeded", "write_seeds"]

FILE = "seeds.json"
FACTS = ("train_accuracy", "holdout_accuracy")
"""Checks that compare the fact of the same name with a threshold."""


def seeded(template: Template, seed: int) -> tuple[Cell, ...]:
    """The solution with another seed, for its split, its weights and its batches.

    Raises:
        CourseError: It sets none.
    """
    cells, changed = [], False
    for cell in template.cells:
        new = _seeded(cell.source, seed) if cell.kind == "code" else None
        changed = changed or new is not None
        cells.append(cell if new is None else Cell(cell.kind, new, cell.functions))
    if not changed:
        raise CourseError(
            "the solution sets no seed, so that there is no other one to try",
            where=template.week,
            remedy="Let it call keras.utils.set_random_seed(1) before it makes its model.",
        )
    return tuple(cells)


def _seeded(source: str, seed: int) -> str | None:
    try:
        module = cst.parse_module(source)
    except cst.ParserSyntaxError:
        return None
    find = "keras.utils.set_random_seed(S)"
    new = replace(module, [module], find, f"keras.utils.set_random_seed({seed})", take="all", known=Captures())
    return None if new is None else new.code


def measured(rubric: Rubric, runs: Sequence[Observations]) -> list[Measured]:
    """What the runs reached at each threshold for an accuracy."""
    found = []
    for criterion in rubric.criteria:
        if criterion.check in FACTS:
            facts: list[Accuracy] = [fact for run in runs if (fact := getattr(run, criterion.check)) is not None]
            if len(facts) != len(runs):
                raise CourseError(
                    f"{len(runs) - len(facts)} of {len(runs)} seeds gave no accuracy for '{criterion.id}'"
                )
            totals = [sum(row) for row in facts[0].confusion]
            found.append(
                Measured(
                    criterion=criterion.id,
                    images=facts[0].images,
                    correct=tuple(fact.correct for fact in facts),
                    largest=max(totals) / sum(totals),
                )
            )
    return found


def write_seeds(folder: Path, found: Sequence[Measured], versions: Mapping[str, str]) -> Path:
    """Keep what was measured beside the rubric."""
    data = {"versions": dict(versions), "measured": [one.model_dump(mode="json") for one in found]}
    path = folder / FILE
    path.write_text(json.dumps(data) + "\n", encoding="utf-8")
    return path


def read_seeds(folder: Path) -> list[Measured]:
    """What was measured; nothing where it never was.

    Raises:
        CourseError: The file is not what `write_seeds` wrote.
    """
    path = folder / FILE
    if not path.is_file():
        return []
    try:
        return [Measured.model_validate(one) for one in json.loads(path.read_text(encoding="utf-8"))["measured"]]
    except (ValueError, KeyError, TypeError, ValidationError) as error:
        raise CourseError(
            "this is not what `grader audit WEEK --seeds N` writes",
            where=str(path),
            remedy="Delete it and measure again.",
        ) from error
