"""What a call of `check(function, ...)` asks for: which probe is wanted is told from the checks, and makes a rubric."""

from collections.abc import Mapping, Sequence
from typing import Any

from grader.rubric import Criterion, FunctionContract, Role, Rubric
from grader.selfcheck.calling import NAMES, PARTNERS, count

__all__ = ["Parameters", "role_of", "rubric_of"]

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]
"""Of one check, as in the rubric; a list of them where a check is made twice."""

ROLES = {
    "callback_stops": Role.CALLBACK,
    "cut_layer": Role.CUT,
    "augmentation": Role.PIPELINES,
    "data_split": Role.SPLIT,
    "dropout": Role.MODEL,
    "frozen_base": Role.PRETRAINED,
    "generator": Role.PIPELINES,
    "input_shape": Role.MODEL,
    "layer_stack": Role.MODEL,
    "loss_activation": Role.MODEL,
    "metrics": Role.MODEL,
    "no_augmentation": Role.PIPELINES,
    "optimizer": Role.MODEL,
    "output_layer": Role.MODEL,
    "parameter_budget": Role.MODEL,
    "pretrained_weights": Role.PRETRAINED,
}
"""What a function does, told from the checks that it is to pass."""

TITLES = {
    "callback_stops": "when it stops",
    "cut_layer": "the cut",
    "data_split": "the split",
    "frozen_base": "frozen",
    "function_defined": "what it makes",
    "generator": "images and labels",
    "input_shape": "the input",
    "layer_stack": "the layers",
    "loss_activation": "loss, output and labels fit",
    "metrics": "accuracy is watched",
    "no_augmentation": "validation images are left alone",
    "output_layer": "the output",
    "pretrained_weights": "the weights",
}


def role_of(arguments: int, criteria: Mapping[str, Parameters]) -> Role:
    """What a function does, as far as its checks and the number of its arguments tell."""
    found = next((ROLES[check_name] for check_name in criteria if check_name in ROLES), Role.DIRECTORIES)
    rows = _rows(criteria.get("function_defined", {}))
    if any(row.get("returns_model") for row in rows):
        found = Role.MODEL
    if any(row.get("parses_rows") for row in rows):
        found = Role.PARSE
    if found is Role.PIPELINES and arguments == 4:  # images and labels, of training and of validation
        found = Role.ARRAY_PIPELINES
    # What makes a model out of nothing takes no argument; what puts a head on a base takes the base and its output.
    return Role.HEAD if found is Role.MODEL and arguments == 2 else found


def rubric_of(
    name: str, role: Role, criteria: Mapping[str, Parameters], others: Mapping[str, Any] | None = None
) -> Rubric:
    """A rubric of just these checks.

    Args:
        name: Of the function.
        role: What it does.
        criteria: Name of a check -> its parameters.
        others: What else the notebook defines, by name.
    """
    rows = [(check_name, row) for check_name, parameters in criteria.items() for row in _rows(parameters)]
    functions = [FunctionContract(name=name, role=role)]
    if role in PARTNERS:
        other = PARTNERS[role]
        partner = (others or {}).get(NAMES[other])
        if other is Role.PIPELINES and callable(partner) and count(partner) == 4:
            other = Role.ARRAY_PIPELINES
        functions.append(FunctionContract(name=NAMES[other], role=other))
    return Rubric(
        title="Self-check",
        functions=tuple(functions),
        image_shape=(150, 150, 3),
        criteria=tuple(
            Criterion(
                id=f"check-{number}",
                check=check_name,
                title=TITLES.get(check_name, check_name.replace("_", " ")),
                points=1,
                function=name,
                parameters=row,
            )
            for number, (check_name, row) in enumerate(rows, 1)
        ),
    )


def _rows(parameters: Parameters) -> list[dict[str, Any]]:
    return [dict(parameters)] if isinstance(parameters, Mapping) else [dict(row) for row in parameters]
