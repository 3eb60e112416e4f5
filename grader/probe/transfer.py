"""Probes for the three functions of transfer learning, each of which is given what the one before it returned."""

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

from grader.probe import keras_api
from grader.probe.roles import keep_model, save_model
from grader.probe.step import problem, run_step, write_json

__all__ = ["keep_stump", "probe_cut", "probe_head", "probe_pretrained"]

Given = dict[str, Any]
"""What earlier probes got: `base`, a model, and `last`, a tensor."""


def probe_pretrained(function: Callable[..., Any], weights: str, given: Given, out: Path, *, seconds: float) -> None:
    """Call `function(weights)`, or `function()` where it takes no parameter; leaves `pretrained.json` {error}."""
    step = run_step(function, *((weights,) if _takes(function) else ()), seconds=seconds)
    error = step.error
    if error is None and not isinstance(step.value, keras_api.library().Model):
        error = problem("ReturnValue", f"it returned a {type(step.value).__name__}; expected a Keras model")
    if error is None:
        given["base"] = step.value
    write_json(out / "pretrained.json", {"error": error, "stdout": step.stdout})


def probe_cut(function: Callable[..., Any], given: Given, out: Path, *, seconds: float) -> None:
    """Call `function(base)`; leaves `cut.json` {error}. Where it cut is read from the saved model."""
    error, stdout = _missing(given, "base"), ""
    if error is None:
        step = run_step(function, given["base"], seconds=seconds)
        error, stdout = step.error, step.stdout
        if error is None and not hasattr(step.value, "shape"):
            error = problem("ReturnValue", f"it returned a {type(step.value).__name__}; expected the output of a layer")
        if error is None:
            given["last"] = step.value
    write_json(out / "cut.json", {"error": error, "stdout": stdout})


def probe_head(function: Callable[..., Any], given: Given, out: Path, *, seconds: float) -> None:
    """Call `function(base, last)`; saves the model as `built.keras` beside `built.json` {error}, as `probe_model`."""
    error = _missing(given, "base") or _missing(given, "last")
    if error is not None:
        write_json(out / "built.json", {"error": error, "stdout": ""})
        return
    keep_model(run_step(function, given["base"], given["last"], seconds=seconds), out, seconds=seconds)


def keep_stump(given: Given, out: Path, *, seconds: float) -> None:
    """Save the base under a head of ours as `stump.keras`, where the student's own head gave no model.

    So the base and the place of the cut can be judged before the head is written. Cut where the student cuts it, or at
    its end where that is not told yet.
    """
    keras = keras_api.library()
    base = given.get("base")
    if base is None or (out / "built.keras").exists():
        return

    def build() -> Any:
        end = given.get("last", base.outputs[0])
        return keras.Model(base.inputs, keras.layers.Dense(1)(keras.layers.Flatten()(end)))

    step = run_step(build, seconds=seconds)
    if step.error is None:
        save_model(step.value, out / "stump.keras", seconds=seconds)


def _missing(given: Given, name: str) -> dict[str, Any] | None:
    if name in given:
        return None
    what = {"base": "pretrained model", "last": "output of its last layer"}[name]
    return problem("NotReached", f"there was no {what} to give it")


def _takes(function: Callable[..., Any]) -> bool:
    try:
        return bool(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return True
