"""Drives a student's callback with made-up logs, and writes down when it wanted training to stop."""

import copy
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from grader.probe import keras_api
from grader.probe.old_keras import Logs
from grader.probe.step import problem, run_step, write_json

__all__ = ["probe_callback"]


def probe_callback(thing: Any, cases: Sequence[dict[str, Any]], out: Path, *, seconds: float) -> None:
    """Show a callback the end of an epoch for each case.

    Args:
        thing: A callback class, an instance, or a function that returns one.
        cases: {name, logs} each.
        out: Gets `callback.json` {error, cases: [{name, stopped, error}]}.
        seconds: Limit for each case.
    """
    keras = keras_api.library()
    rows: list[dict[str, Any]] = []
    first = run_step(lambda: _instance(thing), seconds=seconds, source=_source(thing))
    error = first.error
    if error is None and not isinstance(first.value, keras.callbacks.Callback):
        error = problem("ReturnValue", f"it is no Keras callback but a {type(first.value).__name__}")
    if error is None:
        for case in cases:
            model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
            step = run_step(lambda model=model, case=case: _drive(_instance(thing), model, Logs(case["logs"])),
                            seconds=seconds, source=_source(thing))  # fmt: skip
            rows.append({"name": case["name"], "stopped": bool(model.stop_training), "error": step.error})
        told = [row["error"] for row in rows]
        if told and all(each is not None and each["name"] == "NotImplementedError" for each in told):
            error = told[0]  # nobody has written it yet
    write_json(out / "callback.json", {"error": error, "cases": rows})


def _instance(thing: Any) -> Any:
    """A callback that has seen nothing yet."""
    if isinstance(thing, type):
        return thing()
    if hasattr(thing, "on_epoch_end"):
        return copy.copy(thing)
    return thing()


def _source(thing: Any) -> Any:
    """What tells the student's lines from a library's."""
    return getattr(thing, "on_epoch_end", thing)


def _drive(callback: Any, model: Any, logs: dict[str, Any]) -> None:
    model.stop_training = False
    callback.set_model(model)
    callback.set_params({"epochs": 20, "steps": 10, "verbose": 0})
    callback.on_train_begin({})
    callback.on_epoch_begin(0, {})
    callback.on_epoch_end(0, logs)
