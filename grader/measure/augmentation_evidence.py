"""Augmentation from what came out of the sandboxes: of the training data, and of layers at the front of the model."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue

from grader.measure.augmentation import join, measure_augmentation
from grader.measure.augmentation_pattern import Pattern
from grader.measure.evidence import Evidence
from grader.observation import Augmentation, CodeError, Layer, Pipeline

__all__ = ["join", "layer_claims", "measure_front", "read_augmentation", "read_front"]

Claims = dict[str, tuple[float, float]]

STILL = 0.1
"""Distortion up to which validation images tell how training images are rescaled."""


def read_augmentation(evidence: Evidence, pattern: Pattern, validation: Pipeline | None) -> Augmentation | None:
    """What the training data does to images; None when its probe left nothing.

    Args:
        evidence: Of the first sandbox.
        pattern: What was in the fiducial images.
        validation: What is known about the validation data, which is rescaled in the same way.
    """
    record = evidence.json("augmentation.json")
    if record is None:
        return None
    images = _images(evidence, "augmentation.npy", record)
    if images is None:
        error = evidence.error("augmentation.json")
        error = error or CodeError(name="NoImages", message="it yielded no batch of images")
        return Augmentation(error=error, claimed=_claims(record.get("claimed")))
    return measure_augmentation(images, pattern, line=_line_of(validation), claimed=_claims(record.get("claimed")))


def read_front(evidence: Evidence, pattern: Pattern, layers: Iterable[Layer]) -> Augmentation | None:
    """What layers at the front of the model do while it trains; None when they do nothing, or were not asked.

    Args:
        evidence: Of the second sandbox.
        pattern: What was in the fiducial image.
        layers: Of the model.
    """
    records = evidence.of_kind("front")
    images = _images(evidence, "front.npy", records[0]) if records else None
    return None if images is None or len(images) < 2 else measure_front(images, pattern, layers)


def measure_front(images: NDArray[np.float32], pattern: Pattern, layers: Iterable[Layer]) -> Augmentation | None:
    """What layers at the front of the model do while it trains; None when they do nothing.

    Args:
        images: (1 + n, height, width, channels), what reaches the first convolution: first as in use, then n times as
            in training.
        pattern: What was in the fiducial image.
        layers: Of the model.
    """
    plain, many = images[0], images[1:]
    if np.abs(many - plain).max() <= 1.5 * float(np.ptp(images)) / 255:  # but for rounding to 8 bits
        return None
    return measure_augmentation(
        many, pattern, line=_line_between(plain, pattern), place="model", claimed=layer_claims(layers)
    )


def layer_claims(layers: Iterable[Layer]) -> Claims:
    """What Keras' random layers have written on them, in the units of the settings.

    `RandomContrast(0.3)` and the like keep a pair: how far below and above.
    """
    said: Claims = {}
    for layer in layers:
        s = layer.settings
        if layer.kind == "RandomRotation":
            said |= _pairs({"rotation": s.get("factor")}, unit=360)
        elif layer.kind == "RandomZoom":
            height = s.get("height_factor")
            said |= _pairs({"zoom_height": height, "zoom_width": s.get("width_factor") or height})
        elif layer.kind == "RandomTranslation":
            said |= _pairs({"height_shift": s.get("height_factor"), "width_shift": s.get("width_factor")})
        elif layer.kind == "RandomBrightness":
            said |= _pairs({"brightness": s.get("factor")})
        elif layer.kind == "RandomContrast":
            said |= {name: (-pair[0], pair[1]) for name, pair in _pairs({"contrast": s.get("factor")}).items()}
        elif layer.kind == "RandomFlip":
            mode = str(s.get("mode", ""))
            said |= {f"{name}_flip": (0.0, 1.0) for name in ("horizontal", "vertical") if name in mode}
    return said


def _pairs(values: Mapping[str, JsonValue], unit: float = 1.0) -> Claims:
    said: Claims = {}
    for name, value in values.items():
        ends = value if isinstance(value, list) else [-value, value] if isinstance(value, int | float) else []
        numbers = [float(end) * unit for end in ends if isinstance(end, int | float) and math.isfinite(end)]
        if len(numbers) == 2:
            said[name] = (numbers[0], numbers[1])
    return said


def _claims(raw: Any) -> Claims:
    return _pairs(raw) if isinstance(raw, dict) and len(raw) < 40 else {}


def _images(evidence: Evidence, name: str, record: Mapping[str, Any]) -> NDArray[np.float32] | None:
    images = evidence.array(name, ndim=(4,))
    low, high = record.get("low"), record.get("high")
    if images is None or not isinstance(low, int | float) or not isinstance(high, int | float):
        return None
    if images.shape[-1] not in (1, 3) or not 8 <= min(images.shape[1:3]) <= max(images.shape[1:3]) <= 200:
        return None
    return np.asarray(images / 255 * (float(high) - float(low)) + float(low), dtype=np.float32)


def _line_of(validation: Pipeline | None) -> tuple[float, float] | None:
    if validation is None or validation.error is not None or validation.distortion > STILL or validation.scale <= 0:
        return None
    return validation.scale, validation.offset


def _line_between(plain: NDArray[np.float32], pattern: Pattern) -> tuple[float, float] | None:
    """Scale and offset from the pattern to an image that was not augmented; None where it does not look like it."""
    source = pattern.render(*plain.shape).astype(np.float64).ravel()
    target = plain.astype(np.float64).ravel()
    scale, offset = np.polyfit(source, target, 1)
    alike = np.corrcoef(source, target)[0, 1] if np.ptp(target) > 0 else 0.0
    return (float(scale), float(offset)) if alike > 0.95 and scale > 0 else None
