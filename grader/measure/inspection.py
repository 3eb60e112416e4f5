"""Prepares the second sandbox: which models are let in, and the pixels that they are to predict on."""

import json
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from grader.measure.archive import check_archive
from grader.measure.augmentation_pattern import Pattern
from grader.measure.evidence import Evidence, Ran
from grader.measure.files import BadFile
from grader.observation import Observations, Pipeline

__all__ = ["ImageSource", "inspection_inputs", "saved_model_problem"]

MAX_MODEL_BYTES = 2**30
MAX_PIXEL_BYTES = 2**29
"""Of one set of images that a model is to predict on."""

FEW = 8
"""Images for the range at the first convolution."""


class ImageSource(Protocol):
    """The part of `grader.datasets.LabelledImages` that measuring needs."""

    @property
    def labels(self) -> tuple[int, ...]:
        """Index into `classes`, one for each image."""

    @property
    def classes(self) -> tuple[str, ...]:
        """Alphabetical."""

    @property
    def codes(self) -> tuple[int, ...]:
        """The label of each class in a CSV file of the set; empty where that is its index."""

    def pixel_file(
        self, height: int, width: int, channels: int, interpolation: Literal["nearest", "bilinear"], otherwise: Path
    ) -> Path:
        """A file of all images, uint8 (n, height, width, channels): one that is shared, or else written `otherwise`."""


def saved_model_problem(path: Path) -> str | None:
    """Why a `.keras` file is not let into the second sandbox; None for a file that may go in."""
    try:
        check_archive(path, max_bytes=MAX_MODEL_BYTES)
    except BadFile as error:
        return f"The saved model is not a file that Keras wrote: {error}"
    return None


def inspection_inputs(
    observations: Observations,
    result: Ran,
    training: ImageSource,
    holdout: ImageSource,
    folder: Path,
    *,
    image_shape: tuple[int, int, int] = (150, 150, 3),
    pattern: Pattern | None = None,
    weights: Path | None = None,
) -> dict[str, Path]:
    """Write what `grader.probe.inspect` needs; empty when there is no model to look at.

    Images are prepared as the student's validation pipeline prepares them: its size, its way of resizing, its scale and
    offset. Where that pipeline could not be measured, the size is the assignment's and the model decides on the scale:
    raw pixels for one that rescales by itself, 1/255 otherwise.

    Args:
        observations: From `after_run`.
        result: Of the first sandbox, with its files.
        training: Labelled training images; only their pixels are written.
        holdout: The holdout; only its pixels are written.
        folder: Where to write; made when missing.
        image_shape: (height, width, channels) that the assignment asks for.
        weights: File of the week's pretrained weights, where it has one.
        pattern: Where augmentation is to be measured, the fiducial pattern, for layers at the front of the model.

    Returns:
        Name inside the sandbox -> file.
    """
    inputs = {
        f"{which}.keras": path
        for which, described in (
            ("built", observations.built_model),
            ("trained", observations.trained_model),
            ("stump", observations.cut_model),
        )
        if described is None
        and (path := result.files.get(f"{which}.keras")) is not None
        and saved_model_problem(path) is None
    }
    if not inputs:
        return {}
    folder.mkdir(parents=True, exist_ok=True)
    pipeline = observations.validation_data
    usable = pipeline is not None and _plausible(pipeline)
    shape = pipeline.image_shape if pipeline is not None and usable else image_shape
    drawn = Evidence(result).array("validation-images.npy", ndim=(4,)) if usable else None
    ready = drawn is not None and bool(np.isfinite(drawn[:FEW]).all())
    arrays: dict[str, NDArray[Any]] = {}
    if drawn is not None and ready:
        arrays["pixels.npy"] = drawn[:FEW].astype(np.float32)
    if "trained.keras" in inputs or not ready:
        interpolation: Literal["nearest", "bilinear"] = "nearest"
        if pipeline is not None and usable and pipeline.interpolation != "nearest":
            interpolation = "bilinear"
        sets = {"train.npy": training, "holdout.npy": holdout}
        if "trained.keras" not in inputs:  # nothing predicts on them
            del sets["holdout.npy"]
        given: dict[str, Path] = {}
        for name, source in sets.items():
            if len(source.labels) * int(np.prod(shape)) <= MAX_PIXEL_BYTES:
                given[name] = source.pixel_file(shape[0], shape[1], shape[2], interpolation, folder / name)
        if "train.npy" in given and "pixels.npy" not in arrays:
            arrays["pixels.npy"] = np.load(given["train.npy"], mmap_mode="r")[:FEW].astype(np.float32)
        if "trained.keras" in inputs:
            inputs |= given
    if pattern is not None and shape[2] in (1, 3):
        arrays["fiducial.npy"] = pattern.render(*shape)[None]
    if weights is not None:
        inputs["weights.h5"] = weights
    for name, array in arrays.items():
        np.save(folder / name, array, allow_pickle=False)
        inputs[name] = folder / name
    plan = {
        "scale": pipeline.scale if pipeline is not None and usable else None,
        "offset": pipeline.offset if pipeline is not None and usable else 0.0,
        "pixels_ready": ready,
        "front": next((w for w in ("built", "trained") if f"{w}.keras" in inputs and "fiducial.npy" in arrays), None),
        "label_form": observations.training_data.label_form if observations.training_data else "integers",
    }
    inputs["plan.json"] = folder / "plan.json"
    inputs["plan.json"].write_text(json.dumps(plan), encoding="utf-8")
    return inputs


def _plausible(pipeline: Pipeline) -> bool:
    """Whether its measurement can be relied on: our images came out of it, at a size that can be had."""
    return (
        len(pipeline.image_shape) == 3
        and pipeline.image_shape[2] in (1, 3)
        and pipeline.images > 0
        and pipeline.scale > 0
        and pipeline.distortion < 1
    )
