"""One probe for each role of a graded function: calls it on folders made for the purpose and keeps what it did.

Each probe writes plain files below `out` and returns nothing: inside a sandbox they travel to the host, in a student's
own notebook the self-check reads them. A probe never raises for what student code does.
"""

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from grader.probe import keras_api
from grader.probe.draw import Drawn, NotDrawable, draw
from grader.probe.places import shown_in_place
from grader.probe.step import Step, problem, run_step, write_json
from grader.probe.subclassed import portable

__all__ = [
    "keep_model",
    "keep_pair",
    "probe_datasets",
    "probe_directories",
    "probe_model",
    "probe_pipelines",
    "probe_split",
    "save_model",
]

StudentFunction = Callable[..., Any]


def probe_directories(function: StudentFunction, out: Path, *, seconds: float) -> None:
    """Call `function(root_path)` with a folder that is not there yet.

    Leaves what it made in `trees/directories/root/`, and `directories.json` {error, stdout}. A function that expects
    the root to exist gets a second call with one that does.
    """
    tree = out / "trees" / "directories"
    root = tree / "root"
    tree.mkdir(parents=True, exist_ok=True)
    step = run_step(function, str(root), seconds=seconds)
    if step.error is not None and step.error["name"] == "FileNotFoundError":
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir()
        step = run_step(function, str(root), seconds=seconds)
    write_json(out / "directories.json", {"error": step.error, "stdout": step.stdout})


def probe_split(function: StudentFunction, source: Path, out: Path, *, name: str, share: float, seconds: float) -> None:
    """Call `function(source, training, validation, share)` on a copy of a challenge folder.

    Leaves `trees/NAME/{source,training,validation}/` and `NAME.json` {error, stdout, listing}; the listing holds the
    source's file names in the order in which `os.listdir` gave them before the call. Folders are passed with a closing
    slash, as the course's notebooks pass them.
    """
    tree = out / "trees" / name
    (tree / "source").mkdir(parents=True, exist_ok=True)
    for file in sorted(source.iterdir()):
        shutil.copyfile(file, tree / "source" / file.name)  # writable, so that a function that moves files shows
    folders = [tree / "source", tree / "training", tree / "validation"]
    for folder in folders:
        folder.mkdir(exist_ok=True)
    listing = os.listdir(folders[0])  # noqa: PTH208 - its order is what student code sees
    step = run_step(function, *(f"{folder}{os.sep}" for folder in folders), share, seconds=seconds)
    write_json(out / f"{name}.json", {"error": step.error, "stdout": step.stdout, "listing": listing})


def probe_pipelines(function: StudentFunction, images: Path, out: Path, *, offered: int, seconds: float) -> None:
    """Call `function(training, validation)` and draw one pass from each of the two things that it returns.

    Args:
        function: The student's.
        images: Holds `training/<class>/` and `validation/<class>/`.
        out: Gets `pipelines.json` {error}, and for each of training and validation `NAME-data.json`, `NAME-images.npy`
            (n, height, width, channels) float32 with n at most 40, and `NAME-labels.npy` (n,) or (n, k) float64.
        offered: Images in each of the two folders.
        seconds: Limit for the call, and again for each pass.
    """
    step = run_step(function, *(f"{images / name}{os.sep}" for name in ("training", "validation")), seconds=seconds)
    keep_pair(step, function, out, offered=offered, seconds=seconds)


def probe_datasets(
    function: StudentFunction, shown: Mapping[str, Path], out: Path, *, offered: int, seconds: float
) -> None:
    """Call `function()` while other images stand where it looks for its own, and draw as `probe_pipelines` does.

    Args:
        function: The student's.
        shown: Path at which it may look -> folder that it shall find there.
        out: Gets the files that `probe_pipelines` names.
        offered: Images that one data set may hold at most.
        seconds: Limit for the call, and again for each pass.
    """
    with shown_in_place(shown):  # to the end, for a data set reads its files when it is drawn from
        step = run_step(function, seconds=seconds)
        keep_pair(step, function, out, offered=offered, seconds=seconds)


def keep_pair(step: Step, function: StudentFunction, out: Path, *, offered: int, seconds: float) -> None:
    """Draw one pass from each of the two things that a call returned; the files are those of `probe_pipelines`."""
    error = step.error
    pair: tuple[Any, Any] | None = None
    if error is None:
        pair = _pair(step.value)
        if pair is None:
            error = problem("ReturnValue", f"it returned {_in_words(step.value)}; expected two iterators or data sets")
    write_json(out / "pipelines.json", {"error": error, "stdout": step.stdout})
    if pair is not None:
        for name, thing in zip(("training", "validation"), pair, strict=True):
            _keep(
                run_step(lambda thing=thing: draw(thing, offered=offered), seconds=seconds, source=function), name, out
            )


def probe_model(function: StudentFunction, out: Path, *, seconds: float, shape: Sequence[int] | None = None) -> None:
    """Call `function()` and save the model that it returns as `built.keras`, beside `built.json` {error, stdout}.

    `shape` is that of an image, for a model whose class does not tell it before it has seen one.
    """
    keras_api.library().utils.set_random_seed(1)
    step = run_step(function, seconds=seconds)
    keep_model(step, out, seconds=seconds, shape=shape)


def keep_model(step: Step, out: Path, *, seconds: float, shape: Sequence[int] | None = None) -> None:
    """Save the model that a call returned as `built.keras`, beside `built.json` {error, stdout}."""
    error = step.error
    if error is None and not isinstance(step.value, keras_api.library().Model):
        error = problem("ReturnValue", f"it returned {_in_words(step.value)}; expected a Keras model")
    if error is None:
        error = save_model(step.value, out / "built.keras", seconds=seconds, shape=shape)
    write_json(out / "built.json", {"error": error, "stdout": step.stdout})


def save_model(model: Any, path: Path, *, seconds: float, shape: Sequence[int] | None = None) -> dict[str, Any] | None:
    """Save a model in Keras's own format; the error record when that fails, and then no file is left."""
    form = run_step(lambda: portable(model, shape), seconds=seconds)
    # One that cannot be made portable is saved as it is, and refused with words where it would be loaded.
    step = run_step(lambda: (model if form.error else form.value).save(path), seconds=seconds)
    if step.error is not None:
        path.unlink(missing_ok=True)
        return problem("NotSaved", f"the model could not be saved: {step.error['name']}: {step.error['message']}")
    return None


def _pair(value: Any) -> tuple[Any, Any] | None:
    """Both parts of a returned pair, or None; never iterates a data set to find out."""
    return (value[0], value[1]) if isinstance(value, tuple | list) and len(value) == 2 else None


def _in_words(value: Any) -> str:
    if value is None:
        return "nothing (None)"
    if isinstance(value, tuple | list):
        return f"a {type(value).__name__} of {len(value)}"
    return f"one value of type {type(value).__name__}"


def _keep(step: Step, name: str, out: Path) -> None:
    import numpy as np

    error = step.error
    if error is not None and error["name"] == NotDrawable.__name__:
        error = problem("ReturnValue", error["message"])
    drawn: Drawn = step.value or Drawn()
    if drawn.images:
        np.save(out / f"{name}-images.npy", np.stack(drawn.images), allow_pickle=False)
    if drawn.labels:
        np.save(out / f"{name}-labels.npy", np.stack(drawn.labels), allow_pickle=False)
    record = {
        "error": error,
        "batch_shape": list(drawn.batch_shape),
        "label_shape": None if drawn.label_shape is None else list(drawn.label_shape),
        "batch_sizes": drawn.batch_sizes,
    }
    write_json(out / f"{name}-data.json", record)
