"""The rubric of an assignment: `solutions/<week>/rubric.toml`.

It names the functions that students write, and lists the criteria with their points, parameters and wording. What a
check's parameters may be is the check's own business; `grader.judge.compile_rubric` validates those.
"""

import re
import tomllib
from collections.abc import Collection, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal, Self, get_args

from pydantic import BaseModel, Field, JsonValue, ValidationError, model_validator
from pydantic_core import ErrorDetails

from grader.base import BASES
from grader.errors import RubricError
from grader.model import Model
from grader.near import did_you_mean
from grader.observation import Provenance

__all__ = [
    "Borderline",
    "Criterion",
    "FunctionContract",
    "Role",
    "Rubric",
    "TrainingBudget",
    "explain_validation",
    "load_rubric",
]


class Role(StrEnum):
    """What a graded function does, which decides how a probe calls it."""

    DIRECTORIES = "directories"
    """`f(root_path)` makes the folders of the split data set."""
    SPLIT = "split"
    """`f(source, training, validation, share)` copies the files of one class."""
    PIPELINES = "pipelines"
    """`f(training, validation)` returns two iterators over (images, labels)."""
    MODEL = "model"
    """`f()` returns a compiled model."""
    PARSE = "parse"
    """`f(filename)` returns images (n, 28, 28) and labels (n,) from a CSV file."""
    ARRAY_PIPELINES = "array_pipelines"
    """`f(training_images, training_labels, validation_images, validation_labels)` returns two iterators."""
    DATASETS = "datasets"
    """`f()` returns two data sets, read from the place at which notebooks find their data."""
    PRETRAINED = "pretrained"
    """`f(weights)` or `f()` returns a pretrained model with frozen layers."""
    CUT = "cut"
    """`f(pretrained_model)` returns the output of one of its layers."""
    HEAD = "head"
    """`f(pretrained_model, last_output)` returns a compiled model."""
    CALLBACK = "callback"
    """A callback class, an instance, or a function that returns one, which stops training."""


class FunctionContract(Model):
    """One graded function."""

    name: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")
    role: Role
    parameters: tuple[str, ...] = ()
    """Names of its positional parameters; students may rename them, their number counts."""
    replaces: tuple[str, ...] = ()
    """Functions for which it stands in a notebook that defines it and none of them: that of another edition of the
    course. Criteria about those are then judged on this one."""
    share: float | None = Field(default=None, gt=0, lt=1)
    """Of the images of one folder, the part that it takes for training; None where there are two folders."""
    instead: dict[str, dict[str, JsonValue]] = Field(default_factory=dict)
    """Id of a criterion -> parameters that it has where this function stands for others."""


class Criterion(Model):
    """One line of the rubric."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    check: str
    title: str = Field(min_length=1)
    points: float = Field(gt=0)
    function: str = ""
    """Name of the graded function that it is about; empty when it is about the notebook or its training."""
    needs: tuple[str, ...] = ()
    """Criteria that must not have failed for this one to be judged at all."""
    goal: str = ""
    """One sentence for the points table of the student notebook: what earns the points."""
    public: bool = True
    """Students may check it themselves."""
    trust: Provenance | None = None
    """The weakest provenance that points are given for, such as `measured`; by default any will do."""
    parameters: dict[str, JsonValue] = Field(default_factory=dict)
    words: dict[str, str] = Field(default_factory=dict)
    """Mistake code -> the course's own wording, in place of the default one. Values in braces are filled in."""


class TrainingBudget(Model):
    """What training may take in one notebook, over all calls of `fit`; more is stopped cleanly, and costs nothing."""

    epochs: int | None = Field(default=None, gt=0)
    steps: int | None = Field(default=None, gt=0)
    seconds: float | None = Field(default=None, gt=0)
    """Of the processor. Where it ends training depends on how fast that is; epochs and steps end it at the same place
    everywhere."""
    leave_out: bool = True
    """Whether training of a model is left out, a step for each epoch in its place, when no criterion that depends on
    training could pass with its input and its number of units: by what those criteria `needs`, and by their
    thresholds. It costs nothing by itself."""


class Borderline(Model):
    """What becomes of a result whose interval holds a threshold, so that chance could have decided it."""

    seeds: tuple[int, ...] = (2, 3)
    """The notebook is run again with each of them, on other holdout images, and all runs together decide; none for one
    run that decides alone. The first run has the seed 1."""
    checks: tuple[Literal["holdout_accuracy", "overfitting_gap", "train_accuracy"], ...] = (
        "holdout_accuracy",
        "train_accuracy",
    )
    """Whose borderline results are worth another run."""

    @model_validator(mode="after")
    def _other_seeds(self) -> Self:
        if len({1, *self.seeds}) != 1 + len(self.seeds) or not all(0 <= seed < 2**32 for seed in self.seeds):
            raise ValueError("the seeds differ from each other and from 1, the first run's, and lie below 2**32")
        return self


class Rubric(Model):
    """The criteria of one assignment, in the order in which they are reported."""

    schema_version: Literal[1] = 1
    title: str = Field(min_length=1)
    goals: tuple[str, ...] = ()
    """What the student will be able to do, shown at the head of the notebook."""
    functions: tuple[FunctionContract, ...] = Field(min_length=1)
    model_variable: str = "model"
    """Name of the notebook's variable that holds the trained model."""
    history_variable: str = "history"
    """Name of the notebook's variable that holds what `fit` returned."""
    weights: str = ""
    """Path inside the sandbox of the week's pretrained weights; where it is empty, that of the course's base."""
    bases: dict[str, dict[str, dict[str, JsonValue]]] = Field(default_factory=dict)
    """Name of a pretrained base -> id of a criterion -> parameters that it has with that base."""
    training: TrainingBudget = TrainingBudget()
    """Without one, training ends with the time of its cell."""
    borderline: Borderline = Borderline()
    """Results that chance could have decided."""
    image_shape: tuple[int, int, int]
    """(height, width, channels) of the images that the model takes."""
    criteria: tuple[Criterion, ...] = Field(min_length=1)

    @property
    def max_score(self) -> float:
        """All points that can be earned."""
        return round(sum(c.points for c in self.criteria), 2)

    def in_use(self, defined: Collection[str]) -> tuple[FunctionContract, ...]:
        """The contracts that a notebook with these functions is held to; see `FunctionContract.replaces`."""
        taken: set[str] = set()
        left_out: set[str] = set()
        for function in self.functions:
            if function.replaces:
                stands = function.name in defined and not set(function.replaces) & set(defined)
                taken |= set(function.replaces) if stands else set()
                left_out |= set() if stands else {function.name}
        return tuple(f for f in self.functions if f.name not in taken | left_out)

    @model_validator(mode="after")
    def _stand_for_known_ones(self) -> Self:
        names, criteria = {f.name for f in self.functions}, {c.id for c in self.criteria}
        for function in self.functions:
            for name in function.replaces:
                if name not in names - {function.name}:
                    raise ValueError(f"'{function.name}' replaces '{name}', which is not another one of the functions")
            if unknown := sorted(set(function.instead) - criteria):
                raise ValueError(f"'{function.name}' is about '{unknown[0]}', which is not a criterion")
        return self

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        seen: set[str] = set()
        for criterion in self.criteria:
            if criterion.id in seen:
                raise ValueError(f"two criteria have the id '{criterion.id}'; ids must differ")
            for need in criterion.needs:
                if need not in seen:
                    known = ", ".join(sorted(seen)) or "none yet"
                    raise ValueError(
                        f"criterion '{criterion.id}' needs '{need}', which is not a criterion above it (above: {known})"
                    )
            seen.add(criterion.id)
        names = [f.name for f in self.functions]
        for criterion in self.criteria:
            if criterion.function and criterion.function not in names:
                raise ValueError(
                    f"criterion '{criterion.id}' is about '{criterion.function}', which is not one of the functions: "
                    + ", ".join(names)
                )
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"function '{name}' is listed twice")
        for base, changes in self.bases.items():
            if base not in BASES:
                raise ValueError(
                    f"there is no pretrained base '{base}'. {did_you_mean(base, BASES)}There are: {', '.join(BASES)}"
                )
            if unknown := sorted(set(changes) - seen):
                raise ValueError(f"base '{base}' is about '{unknown[0]}', which is not a criterion")
        return self

    def with_base(self, name: str) -> Self:
        """The rubric as it is for a pretrained base; unchanged where no function loads one."""
        if not any(function.role is Role.PRETRAINED for function in self.functions):
            return self
        changes = self.bases.get(name, {})
        criteria = tuple(
            criterion.model_copy(update={"parameters": {**criterion.parameters, **changes.get(criterion.id, {})}})
            for criterion in self.criteria
        )
        return self.model_copy(update={"criteria": criteria, "weights": self.weights or BASES[name].inside})


def load_rubric(path: Path) -> Rubric:
    """Read and validate a rubric.

    Raises:
        RubricError: The file is missing, is not TOML, or breaks a rule; names the line or key and the allowed values.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise RubricError("there is no rubric", where=str(path), remedy="every week needs a rubric.toml") from error
    except (OSError, UnicodeDecodeError) as error:
        raise RubricError(f"the rubric cannot be read: {error}", where=str(path)) from error
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # not all that tomllib raises is its own
        raise RubricError(f"this is not valid TOML: {error}", where=str(path)) from error
    try:
        return Rubric.model_validate(data)
    except ValidationError as error:
        where, message = explain_validation(error, data, Rubric)
        line = _line_of(text, data, error)
        raise RubricError(message, where=f"{path}{line}: {where}" if where else f"{path}{line}") from error


def explain_validation(error: ValidationError, data: Any, model: type[BaseModel] | None = None) -> tuple[str, str]:
    """The key that the first problem concerns, and what is wrong with it.

    Args:
        error: What pydantic found.
        data: What was validated.
        model: By which model; it knows the keys that a misspelt one may have meant.
    """
    first = _first(error)
    node = data
    words: list[str] = []
    for part in first["loc"]:
        if isinstance(part, int):
            node = node[part] if isinstance(node, list) and part < len(node) else None
            name = node.get("id") or node.get("name") if isinstance(node, dict) else None
            words[-1:] = [f"{words[-1] if words else ''}[{name or part}]"]
        else:
            node = node.get(part) if isinstance(node, dict) else None
            words.append(str(part))
    message = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        hint = did_you_mean(words[-1], _known_keys(model, first["loc"])) if model is not None else ""
        message = f"unknown key. {hint}Remove it or correct its spelling"
    elif node is not None and not isinstance(node, dict | list):
        message = f"{message} (found {node!r})"
    more = error.error_count() - 1
    if more:
        message += f" (and {more} more problem{'s' if more > 1 else ''})"
    return ".".join(words), message


def _first(error: ValidationError) -> ErrorDetails:
    """The problem to tell of: a key that nobody knows goes first, for the one that is missing may be it, misspelt."""
    problems = error.errors(include_url=False)
    return next((problem for problem in problems if problem["type"] == "extra_forbidden"), problems[0])


def _known_keys(model: type[BaseModel], loc: tuple[int | str, ...]) -> set[str]:
    """The keys that may stand where `loc` ends; those of names and places in a list are their values'."""
    models = {model}
    for part in loc[:-1]:
        fields = [one.model_fields[part] for one in models if isinstance(part, str) and part in one.model_fields]
        models = {found for field in fields for found in _models_in(field.annotation)} if fields else models
    return {name for one in models for name in one.model_fields}


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)


def _line_of(text: str, data: Any, error: ValidationError) -> str:
    """':LINE' of the criterion or key concerned, as far as it can be told; empty otherwise."""
    loc = _first(error)["loc"]
    anchor = None
    if len(loc) > 1 and isinstance(loc[0], str) and isinstance(loc[1], int):
        rows = data.get(loc[0])
        row = rows[loc[1]] if isinstance(rows, list) and loc[1] < len(rows) else None
        name = row.get("id") or row.get("name") if isinstance(row, dict) else None
        anchor = re.compile(rf"""^\s*(id|name)\s*=\s*["']{re.escape(str(name))}["']""") if name else None
    elif loc:
        anchor = re.compile(rf"^\s*{re.escape(str(loc[0]))}\s*=")
    if anchor is not None:
        for number, line in enumerate(text.splitlines(), 1):
            if anchor.match(line):
                return f":{number}"
    return ""
