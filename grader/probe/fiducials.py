"""Passes fiducial images through a student's training pipeline, or the front of a model, again and again.

What comes out is kept at 8 bits and at most 160 pixels a side: more does not tell more, and all of it has to travel.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.probe import keras_api
from grader.probe.draw import as_batch, elements
from grader.probe.step import problem, run_step, write_json

__all__ = ["SAMPLES", "claims", "front_samples", "keep", "probe_augmentation", "through_front"]

SAMPLES = 240
BATCH = 32
"""Images that a model takes at once."""
MOST_SIDE = 160
"""Larger images are shrunk by a whole number, each pixel the mean of a square."""
MAX_PASSES = 40

SETTINGS = {
    "rotation": ("rotation_range", 1.0),
    "shear": ("shear_range", 1.0),
    "height_shift": ("height_shift_range", 1.0),
    "width_shift": ("width_shift_range", 1.0),
    "brightness": ("channel_shift_range", 1 / 255),
}
"""Setting -> attribute of `ImageDataGenerator`, and what turns that into the units of a setting."""


def probe_augmentation(function: Callable[..., Any], arguments: tuple[Any, ...], out: Path, *, seconds: float) -> None:
    """Call `function(*arguments)` on fiducial images and draw from the first thing that it returns, pass after pass.

    Leaves `augmentation.json` {error, low, high, claimed, images} and `augmentation.npy` (n, height, width, channels)
    uint8, where 0 stands for the value `low` and 255 for `high`.
    """
    step = run_step(function, *arguments, seconds=seconds)
    error, drawn, said = step.error, None, {}
    if error is None:
        pair = step.value
        first = pair[0] if isinstance(pair, tuple | list) and len(pair) == 2 else None
        if first is None:
            error = problem("ReturnValue", "it did not return two iterators or data sets")
        else:
            drawing = run_step(lambda: _draw(first, seconds / 2), seconds=seconds, source=function)
            error, drawn, said = drawing.error, drawing.value, claims(first)
    record: dict[str, Any] = {"error": error, "claimed": said}
    if drawn is not None and len(drawn):
        record |= keep(drawn, out / "augmentation.npy")
    write_json(out / "augmentation.json", record)


def keep(images: NDArray[np.float32], path: Path) -> dict[str, Any]:
    """Write images (n, h, w, c) as uint8; gives the values that 0 and 255 stand for."""
    finite = np.clip(np.nan_to_num(images), -1e9, 1e9)
    low, high = float(finite.min()), float(finite.max())
    span = high - low if high > low else 1.0
    np.save(path, ((finite - low) / span * 255).round().astype(np.uint8), allow_pickle=False)
    return {"low": low, "high": low + span, "images": len(images)}


def front_samples(model: Any, image: NDArray[np.uint8], scale: float, offset: float) -> NDArray[np.float32] | None:
    """What reaches a model's first convolution for one image: first as in use, then many times as in training.

    Args:
        model: A Keras model.
        image: (1, height, width, channels), the fiducial image.
        scale: Of the student's pipeline.
        offset: Likewise.

    Returns:
        (1 + n, height, width, channels); None where the model has no convolution, the image does not fit, or a first
        batch arrives as it does in use.
    """
    prepared = np.asarray(image.astype(np.float32) * np.float32(scale) + np.float32(offset), dtype=np.float32)
    plain = through_front(model, prepared, training=False)
    if plain is None:
        return None
    keras_api.library().utils.set_random_seed(1)
    first = through_front(model, np.repeat(prepared, BATCH, axis=0), training=True)
    if first is not None and first.shape[1:] == plain.shape[1:] and (first == plain).all():
        return None  # by far the most models: nothing random stands at their front
    keras_api.library().utils.set_random_seed(1)
    many = through_front(model, np.repeat(prepared, SAMPLES, axis=0), training=True)
    return None if many is None or many.shape[1:] != plain.shape[1:] else np.concatenate([plain, many])


def through_front(model: Any, images: NDArray[np.float32], *, training: bool) -> NDArray[np.float32] | None:
    """What reaches a model's first convolution for images (n, h, w, c); None when it has none or they do not fit."""
    from grader.probe.describe import flat_layers

    convolutions = [layer for layer in flat_layers(model) if "Conv" in type(layer).__name__]
    heard: list[NDArray[np.float32]] = []

    def listen(inputs: Any, *args: Any, **kwargs: Any) -> Any:
        del args, kwargs
        if hasattr(inputs, "numpy"):
            heard.append(np.asarray(inputs, dtype=np.float32))
        raise _HeardError

    for layer in convolutions:
        layer.call = listen
    try:
        for start in range(0, len(images), BATCH):
            count = len(heard)
            try:
                model(images[start : start + BATCH], training=training)
            except Exception:  # noqa: BLE001 - ours, or of a model that the images do not fit
                if len(heard) == count:
                    return None
    finally:
        for layer in convolutions:
            del layer.call
    return np.concatenate([shrink(part) for part in heard]) if heard else None


class _HeardError(Exception):
    """Stops a model after its front; the rest would only cost time."""


def shrink(images: NDArray[np.float32]) -> NDArray[np.float32]:
    """Images (n, h, w, c) with each side at most 160 pixels."""
    by = -(-max(images.shape[1:3]) // MOST_SIDE)
    if by == 1:
        return images
    n, h, w, c = images.shape
    cut = images[:, : h - h % by, : w - w % by]
    return np.asarray(cut.reshape(n, h // by, by, w // by, by, c).mean(axis=(2, 4)), dtype=np.float32)


def claims(thing: Any) -> dict[str, list[float]]:
    """The settings that an `ImageDataGenerator` behind an iterator has written on it; what it does may differ."""
    generator = getattr(thing, "image_data_generator", None)
    said: dict[str, list[float]] = {}
    try:
        for name, (attribute, unit) in SETTINGS.items():
            value = getattr(generator, attribute, 0)
            most = float(np.max(np.abs(np.asarray(value, dtype=float)))) * unit if value is not None else 0.0
            if most:
                said[name] = [-most, most]
        for names, attribute in ((("zoom_height", "zoom_width"), "zoom_range"), (("brightness",), "brightness_range")):
            value = getattr(generator, attribute, None)
            ends = None if value is None else [float(value[0]) - 1, float(value[1]) - 1]
            if ends is not None and any(ends):
                said |= dict.fromkeys(names, ends)
        for name in ("horizontal_flip", "vertical_flip"):
            if getattr(generator, name, False):
                said[name] = [0.0, 1.0]
    except (TypeError, ValueError, IndexError):
        pass  # attributes that say nothing readable claim nothing
    return {name: ends for name, ends in said.items() if np.isfinite(ends).all()}


def _draw(thing: Any, seconds: float) -> NDArray[np.float32]:
    """Up to 240 images of one size, from as many passes as that takes; fewer when time runs out."""
    until = time.monotonic() + seconds
    found: list[NDArray[np.float32]] = []
    for _ in range(MAX_PASSES):
        before = len(found)
        for element in elements(thing):
            images, _labels = as_batch(element)
            made = shrink(images)
            if found and made.shape[1:] != found[0].shape:
                break
            found.extend(made)
            if len(found) >= SAMPLES or time.monotonic() > until:
                return np.stack(found[:SAMPLES])
        if len(found) == before:  # it can be gone through once only
            break
    return np.stack(found) if found else np.zeros((0, 1, 1, 1), np.float32)
