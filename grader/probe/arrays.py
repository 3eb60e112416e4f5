"""Probes for functions that take arrays or a CSV file rather than folders of images."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.probe.fiducials import probe_augmentation
from grader.probe.roles import keep_pair
from grader.probe.step import problem, run_step, write_json

__all__ = ["probe_array_augmentation", "probe_array_pipelines", "probe_parse"]

COPIES = 96
"""Of the fiducial image, among as many training images."""


def probe_array_pipelines(function: Callable[..., Any], arrays: Path, out: Path, *, seconds: float) -> None:
    """Call `function(training_images, training_labels, validation_images, validation_labels)`.

    Images are (n, 28, 28) float64 in 0..255, labels (n,) float64. Leaves the same files as `roles.probe_pipelines`.
    """
    parts = [_load(arrays, f"{part}-{what}") for part in ("training", "validation") for what in ("images", "labels")]
    step = run_step(function, *parts, seconds=seconds)
    keep_pair(step, function, out, offered=len(parts[0]), seconds=seconds)


def probe_array_augmentation(function: Callable[..., Any], arrays: Path, out: Path, *, seconds: float) -> None:
    """The same with copies of the fiducial image; leaves the files of `fiducials.probe_augmentation`."""
    labels = _load(arrays, "training-labels")
    images = np.repeat(_load(arrays, "fiducial")[None], COPIES, axis=0)
    given = (images, np.resize(labels, COPIES), images[: len(labels)].copy(), labels)
    probe_augmentation(function, given, out, seconds=seconds)


def probe_parse(function: Callable[..., Any], arrays: Path, out: Path, *, seconds: float) -> None:
    """Call `function(filename)` on a CSV file of a header and one row an image.

    Leaves `parsed.json` {error} and what came back as `parsed-images.npy` and `parsed-labels.npy`, float64.
    """
    step = run_step(function, str(arrays / "rows.csv"), seconds=seconds)
    error = step.error
    if error is None:
        try:
            images, labels = (np.asarray(part, dtype=np.float64) for part in step.value)
            np.save(out / "parsed-images.npy", images, allow_pickle=False)
            np.save(out / "parsed-labels.npy", labels, allow_pickle=False)
        except (TypeError, ValueError):
            error = problem("ReturnValue", f"it returned a {type(step.value).__name__}; expected images and labels")
    write_json(out / "parsed.json", {"error": error, "stdout": step.stdout})


def _load(folder: Path, name: str) -> NDArray[np.float64]:
    return np.asarray(np.load(folder / f"{name}.npy", allow_pickle=False), dtype=np.float64)
