"""Calls functions of a notebook as the grader's probes do; what they did is left as files."""

import inspect
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from grader.measure.callbacks import callback_cases
from grader.measure.challenge import Challenge
from grader.probe import arrays, callbacks, fiducials, roles, transfer
from grader.rubric import Role, Rubric

__all__ = ["ARRAYS", "NAMES", "PARTNERS", "TRANSFER", "call", "call_partner", "call_transfer", "count"]

TRANSFER = frozenset({Role.PRETRAINED, Role.CUT, Role.HEAD})
ARRAYS = frozenset({Role.PARSE, Role.ARRAY_PIPELINES})

SECONDS = 30.0
"""Limit of one call of the student's function."""
FIDUCIALS = "fiducials"
"""Folder of a challenge with what augmentation is measured on."""
RAW = 2.0
"""Pixel values above this one were not rescaled to the range from 0 to 1."""

NAMES = {
    Role.PIPELINES: "train_val_generators",
    Role.ARRAY_PIPELINES: "train_val_generators",
    Role.MODEL: "create_model",
    Role.PRETRAINED: "create_pre_trained_model",
    Role.CUT: "output_of_last_layer",
}
"""What functions that others depend on are called, where no rubric says."""

PARTNERS = {
    Role.MODEL: Role.PIPELINES,
    Role.HEAD: Role.PIPELINES,
    Role.PIPELINES: Role.MODEL,
    Role.ARRAY_PIPELINES: Role.MODEL,
}
"""A model is right for its data, and the reverse: the function that is called as well, where the notebook has it."""

BEFORE = {Role.CUT: (Role.PRETRAINED,), Role.HEAD: (Role.PRETRAINED, Role.CUT)}
"""What a function of transfer learning is given is what others return: they are called first."""


def count(function: object) -> int:
    """How many arguments a function has to be given."""
    try:
        parameters = inspect.signature(function).parameters.values()  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return 0
    return sum(p.default is p.empty and p.kind in {p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD} for p in parameters)


def call(
    function: Callable[..., Any], role: Role, rubric: Rubric, challenge: Challenge, *, given: Path, out: Path
) -> None:
    """Call a function as the grader would.

    Args:
        function: The student's.
        role: What it does; not one of `TRANSFER`.
        rubric: Tells what a callback is to be shown.
        challenge: Lies in `given`.
        given: Folder that holds it.
        out: Gets what the function did.
    """
    if role is Role.DIRECTORIES:
        roles.probe_directories(function, out, seconds=SECONDS)
    elif role is Role.SPLIT:
        for split in challenge.splits:
            source = given / split.name
            roles.probe_split(function, source, out, name=split.name, share=split.share, seconds=SECONDS)
    elif role is Role.PIPELINES:
        offered = challenge.offered("training")
        roles.probe_pipelines(function, given / "images", out, offered=offered, seconds=SECONDS)
        if (given / FIDUCIALS).is_dir():
            folders = tuple(f"{given / FIDUCIALS / part}{os.sep}" for part in ("training", "validation"))
            fiducials.probe_augmentation(function, folders, out, seconds=SECONDS)
    elif role is Role.ARRAY_PIPELINES:
        arrays.probe_array_pipelines(function, given / "arrays", out, seconds=SECONDS)
        if (given / FIDUCIALS).is_dir():
            arrays.probe_array_augmentation(function, given / "arrays", out, seconds=SECONDS)
    elif role is Role.PARSE:
        arrays.probe_parse(function, given / "arrays", out, seconds=SECONDS)
    elif role is Role.CALLBACK:
        callbacks.probe_callback(function, callback_cases(rubric), out, seconds=SECONDS)
    else:
        roles.probe_model(function, out, seconds=SECONDS)


def call_transfer(
    function: Callable[..., Any],
    role: Role,
    others: Mapping[str, Any],
    names: Mapping[Role, str],
    *,
    weights: str,
    out: Path,
) -> None:
    """Call the notebook's functions up to this one, each with what the one before it gave; only the last counts."""
    given: dict[str, Any] = {}
    before = [(others.get(names[each]), each) for each in BEFORE.get(role, ())]
    for each, its in [*before, (function, role)]:
        if not callable(each):
            continue
        if its is Role.PRETRAINED:
            transfer.probe_pretrained(each, weights, given, out, seconds=SECONDS)
        elif its is Role.CUT:
            transfer.probe_cut(each, given, out, seconds=SECONDS)
        else:
            transfer.probe_head(each, given, out, seconds=SECONDS)
    transfer.keep_stump(given, out, seconds=SECONDS)


def call_partner(
    role: Role, rubric: Rubric, others: Mapping[str, Any], challenge: Challenge, *, given: Path, out: Path
) -> str:
    """Call the other half of a pair of functions where it is wanted; gives its name, or nothing."""
    if role not in PARTNERS:
        return ""
    pipelines = {Role.PIPELINES, Role.ARRAY_PIPELINES}
    halves = pipelines if PARTNERS[role] is Role.PIPELINES else {PARTNERS[role]}
    contract = next((f for f in rubric.functions if f.role in halves), None)
    partner = others.get(contract.name) if contract is not None else None
    wanted = role in {Role.MODEL, Role.HEAD} or _raw_pixels(out) or (given / FIDUCIALS).is_dir()
    if contract is None or not wanted or not callable(partner):
        return ""
    call(partner, contract.role, rubric, challenge, given=given, out=out)
    return contract.name


def _raw_pixels(out: Path) -> bool:
    """Whether a pipeline leaves the rescaling to the model, so that only the model can tell if it is done."""
    path = out / "validation-images.npy"
    return path.is_file() and bool(np.load(path, allow_pickle=False).max() > RAW)
