"""Runs in the student's kernel once the notebook has ended: calls the graded functions, saves the models.

Nothing that is written here is a verdict. Each step is on its own: what one of them meets never stops the others, and
each writes its result before the next begins, so that a kill loses only what was not yet done.
"""

import json
import math
import os
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from grader.probe import arrays, callbacks, fiducials, keras_api, roles, training, transfer
from grader.probe.places import shown_in_place
from grader.probe.step import problem, run_step, write_json

__all__ = ["main", "run_probes"]

MAX_CURVES = 40
MAX_EPOCHS = 2000


def main() -> None:
    """Read `$GRADER_IN/plan.json` and probe the namespace of the running kernel, leaving files in `$GRADER_OUT`."""
    from IPython import get_ipython

    given = Path(os.environ["GRADER_IN"])
    plan = json.loads((given / "plan.json").read_text(encoding="utf-8"))
    run_probes(get_ipython().user_ns, plan, challenge=given / "challenge", out=Path(os.environ["GRADER_OUT"]))


def run_probes(namespace: Mapping[str, Any], plan: Mapping[str, Any], *, challenge: Path, out: Path) -> None:
    """Run every probe of a plan.

    Args:
        namespace: The notebook's global names.
        plan: What `grader.measure.plan.make_plan` made.
        challenge: The folder that `grader.measure.challenge.make_challenge` wrote.
        out: Where the results go; see `grader.probe.roles` for the files.
    """
    seconds = float(plan["step_seconds"])
    wanted = {function["name"]: namespace.get(function["name"]) for function in plan["functions"]}
    write_json(out / "functions.json", {name: {"defined": _usable(value)} for name, value in wanted.items()})
    _apart(out, "training.json", lambda: write_json(out / "training.json", training.told()))
    _apart(out, "history.json", lambda: _save_history(namespace, plan, out))
    _apart(out, "trained.json", lambda: _save_trained(namespace, plan, out, seconds))
    given: dict[str, Any] = {}
    for function in plan["functions"]:
        student = wanted[function["name"]]
        covered = any(_usable(wanted.get(name)) for name in function.get("replaces", ()))
        if _usable(student) and not covered:
            for file, probe in _probes(student, function["role"], plan, challenge, out, given=given):
                _apart(out, file, probe)
    _apart(out, "stump.json", partial(transfer.keep_stump, given, out, seconds=seconds))


def _usable(thing: Any) -> bool:
    """Whether there is something to probe: a function, a class, or the instance of a callback."""
    return callable(thing) or hasattr(thing, "on_epoch_end")


def _probes(
    student: Any, role: str, plan: Mapping[str, Any], challenge: Path, out: Path, *, given: dict[str, Any]
) -> Iterator[tuple[str, Callable[[], None]]]:
    """The probes of one function, each with the file that holds its result."""
    seconds = float(plan["step_seconds"])
    if role == "directories":
        yield "directories.json", partial(roles.probe_directories, student, out, seconds=seconds)
    elif role == "split":
        for split in plan["splits"]:
            probe = partial(roles.probe_split, student, challenge / split["name"], out, seconds=seconds)
            yield f"{split['name']}.json", partial(probe, name=split["name"], share=split["share"])
    elif role == "pipelines":
        probe = partial(roles.probe_pipelines, student, challenge / "images", out, seconds=seconds)
        yield "pipelines.json", partial(probe, offered=plan["offered"])
        if plan.get("augmentation"):
            folders = tuple(f"{challenge / 'fiducials' / name}{os.sep}" for name in ("training", "validation"))
            augmentation = partial(fiducials.probe_augmentation, student, folders, out, seconds=seconds)
            yield "augmentation.json", augmentation
    elif role == "datasets":
        yield from _datasets_probes(student, plan, challenge, out)
    elif role == "model":
        yield "built.json", partial(roles.probe_model, student, out, seconds=seconds, shape=plan.get("image_shape"))
    elif role == "callback":
        yield "callback.json", partial(callbacks.probe_callback, student, plan["callback"], out, seconds=seconds)
    elif role in {"parse", "array_pipelines"}:
        yield from _array_probes(student, role, plan, challenge / "arrays", out)
    else:
        yield from _transfer_probes(student, role, plan, out, given)


def _datasets_probes(
    student: Callable[..., Any], plan: Mapping[str, Any], challenge: Path, out: Path
) -> Iterator[tuple[str, Callable[[], None]]]:
    seconds, places = float(plan["step_seconds"]), plan["places"]

    def shown(folder: Path) -> dict[str, Path]:
        return {path: folder / name for name in ("training", "validation") for path in places[name]}

    probe = partial(roles.probe_datasets, student, shown(challenge / "datasets"), out, seconds=seconds)
    yield "pipelines.json", partial(probe, offered=places["offered"])
    if plan.get("augmentation"):

        def augmentation() -> None:
            with shown_in_place(shown(challenge / "marks")):
                fiducials.probe_augmentation(student, (), out, seconds=seconds)

        yield "augmentation.json", augmentation


def _array_probes(
    student: Callable[..., Any], role: str, plan: Mapping[str, Any], arrays_: Path, out: Path
) -> Iterator[tuple[str, Callable[[], None]]]:
    seconds = float(plan["step_seconds"])
    if role == "parse":
        yield "parsed.json", partial(arrays.probe_parse, student, arrays_, out, seconds=seconds)
        return
    yield "pipelines.json", partial(arrays.probe_array_pipelines, student, arrays_, out, seconds=seconds)
    if plan.get("augmentation"):
        yield "augmentation.json", partial(arrays.probe_array_augmentation, student, arrays_, out, seconds=seconds)


def _transfer_probes(
    student: Callable[..., Any], role: str, plan: Mapping[str, Any], out: Path, given: dict[str, Any]
) -> Iterator[tuple[str, Callable[[], None]]]:
    seconds = float(plan["step_seconds"])
    if role == "pretrained":
        weights = str(plan.get("weights", ""))
        yield "pretrained.json", partial(transfer.probe_pretrained, student, weights, given, out, seconds=seconds)
    elif role == "cut":
        yield "cut.json", partial(transfer.probe_cut, student, given, out, seconds=seconds)
    elif role == "head":
        yield "built.json", partial(transfer.probe_head, student, given, out, seconds=seconds)


def _apart(out: Path, file: str, probe: Callable[[], None]) -> None:
    """Run one probe; what goes wrong in our own code, as on a patched `os`, is written down and stops nothing."""
    try:
        probe()
    except BaseException as error:  # noqa: BLE001 - the student's process may hold anything
        write_json(out / file, {"error": problem(type(error).__name__, f"the probe could not finish: {error}")})


def _save_history(namespace: Mapping[str, Any], plan: Mapping[str, Any], out: Path) -> None:
    history = namespace.get(plan["history_variable"])
    if history is None:
        history = getattr(namespace.get(plan["model_variable"]), "history", None)
    curves = history if isinstance(history, Mapping) else getattr(history, "history", None)
    if not isinstance(curves, Mapping) or not curves:
        name = plan["history_variable"]
        write_json(
            out / "history.json", {"error": problem("NotFound", f"no variable '{name}' holds what fit returned")}
        )
        return
    kept = {
        str(name)[:80]: [_finite(v) for v in list(values)[:MAX_EPOCHS]]
        for name, values in list(curves.items())[:MAX_CURVES]
    }
    write_json(out / "history.json", {"error": None, "curves": kept})


def _finite(value: Any) -> float | None:
    number = float(value)
    return number if math.isfinite(number) else None


def _save_trained(namespace: Mapping[str, Any], plan: Mapping[str, Any], out: Path, seconds: float) -> None:
    model = _find_trained(namespace, plan, keras_api.library())
    if model is None:
        error = problem("NotFound", f"no variable '{plan['model_variable']}' holds a Keras model")
    else:
        # After a save of the optimizer's moments the file is three times as large, and nobody reads them.
        run_step(lambda: _forget_moments(model), seconds=seconds)
        failed = roles.save_model(model, out / "trained.keras", seconds=seconds)
        write_json(out / "trained.json", {"error": failed})
        return
    write_json(out / "trained.json", {"error": error})


def _find_trained(namespace: Mapping[str, Any], plan: Mapping[str, Any], keras: Any) -> Any:
    """The model of the plan's variable, or that of the history, or the only trained one; trained ones first."""
    named = [namespace.get(plan["model_variable"]), getattr(namespace.get(plan["history_variable"]), "model", None)]
    named = [model for model in named if isinstance(model, keras.Model)]
    for model in named:
        if _updates(model):
            return model
    others = {
        id(v): v for name, v in list(namespace.items()) if not name.startswith("_") and isinstance(v, keras.Model)
    }
    trained = [model for model in others.values() if _updates(model)]
    if len(trained) == 1:
        return trained[0]
    return named[0] if named else None


def _updates(model: Any) -> int:
    """How many steps its optimizer has taken."""
    try:
        return int(model.optimizer.iterations)
    except (AttributeError, TypeError, ValueError):
        return 0


def _forget_moments(model: Any) -> None:
    if model.optimizer is not None:
        model.optimizer = type(model.optimizer).from_config(model.optimizer.get_config())
