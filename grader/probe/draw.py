"""Draws one pass from whatever a student's pipeline function returned: iterators, data sets, any iterable of (x, y)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Drawn", "NotDrawable", "as_batch", "draw", "elements"]

MAX_IMAGES = 40
MAX_BATCHES = 40
MAX_BYTES = 64 * 2**20
"""Of the float32 images that are kept."""


class NotDrawable(Exception):
    """What was returned yields no batches of images; the text says so to the student."""


@dataclass
class Drawn:
    """One bounded pass."""

    images: list[NDArray[np.float32]] = field(default_factory=list)
    """Single images, each (height, width, channels)."""
    labels: list[NDArray[np.float64]] = field(default_factory=list)
    """One label an image, each () or (k,)."""
    batch_sizes: list[int] = field(default_factory=list)
    batch_shape: tuple[int, ...] = ()
    """Shape of the first batch of images."""
    label_shape: tuple[int, ...] | None = None
    """Shape of the first batch of labels; None when there are none."""


def draw(thing: Any, *, offered: int) -> Drawn:
    """One pass over a pipeline, cut off at 40 images.

    Args:
        thing: A Keras iterator or `PyDataset`, a `tf.data.Dataset`, or any iterable of (images, labels).
        offered: How many images its folder holds; an iterable without a length is left after as many.

    Raises:
        NotDrawable: It cannot be iterated, or its elements are no batches of images of one size.
    """
    drawn = Drawn()
    limit = MAX_IMAGES
    if not _is_sized(thing):
        limit = min(limit, offered)
    for number, element in enumerate(elements(thing)):
        images, labels = as_batch(element)
        if not drawn.batch_sizes:
            drawn.batch_shape = images.shape
            drawn.label_shape = None if labels is None else labels.shape
        elif images.shape[1:] != drawn.batch_shape[1:]:
            raise NotDrawable(
                f"one batch holds images of shape {drawn.batch_shape[1:]} and another {images.shape[1:]}; "
                "all images must have one size"
            )
        drawn.batch_sizes.append(len(images))
        room = min(limit, MAX_BYTES // max(1, images[0].nbytes if len(images) else 1)) - len(drawn.images)
        drawn.images.extend(images[:room])
        if labels is not None:
            drawn.labels.extend(labels[:room])
        if len(drawn.images) >= limit or room <= len(images) or number + 1 >= MAX_BATCHES:
            break
    return drawn


def _is_sized(thing: Any) -> bool:
    try:
        return len(thing) > 0
    except (TypeError, AttributeError, NotImplementedError):
        return False


def elements(thing: Any) -> Iterator[Any]:
    """One pass over the batches of a pipeline; Keras iterators, which never end by themselves, end after an epoch.

    A pair of plain arrays, as `fit(x, y)` takes them, is one batch.

    Raises:
        NotDrawable: It cannot be iterated.
    """
    if isinstance(thing, tuple | list) and [getattr(part, "ndim", None) for part in thing[:2]] in ([4, 1], [4, 2]):
        yield thing
        return
    if _is_sized(thing) and hasattr(thing, "__getitem__"):  # Keras iterators start over at their end
        for index in range(len(thing)):
            yield thing[index]
        return
    try:
        iterator = iter(thing)
    except TypeError as error:
        raise NotDrawable(f"a value of type {type(thing).__name__} yields no batches") from error
    yield from iterator


def as_batch(element: Any) -> tuple[NDArray[np.float32], NDArray[np.float64] | None]:
    """Images (n, h, w, c) float32 and labels (n,) or (n, k) float64 of one element, or None for no labels.

    Raises:
        NotDrawable: It is no batch of images.
    """
    labels: Any = None
    images: Any = element
    if isinstance(element, tuple | list):
        if len(element) not in (1, 2, 3):
            raise NotDrawable(f"an element has {len(element)} parts; expected a pair (images, labels)")
        images, labels = element[0], element[1] if len(element) > 1 else None
    if isinstance(images, dict | tuple | list):
        raise NotDrawable(f"images come as a {type(images).__name__}; expected one array or tensor")
    pixels = np.asarray(images)
    if pixels.ndim == 3 and labels is not None and np.shape(labels)[:1] == pixels.shape[:1]:
        raise NotDrawable(
            f"it yields batches of images of shape {pixels.shape}, without a channel axis; "
            "add one, as with np.expand_dims(images, -1)"
        )
    if pixels.ndim == 3:
        raise NotDrawable(
            f"it yields single images of shape {pixels.shape}; group them into batches, as with .batch(32)"
        )
    if pixels.ndim != 4 or pixels.dtype.kind not in "fiub":
        raise NotDrawable(
            f"it yields arrays of shape {pixels.shape} and type {pixels.dtype}; "
            "expected batches of images, (batch, height, width, channels)"
        )
    answers = None if labels is None else np.asarray(labels)
    if answers is not None and (answers.dtype.kind not in "fiub" or answers.shape[:1] != pixels.shape[:1]):
        raise NotDrawable(
            f"the labels have shape {answers.shape} and type {answers.dtype} beside {len(pixels)} images; "
            "expected one number or one row of numbers for each image"
        )
    return pixels.astype(np.float32), None if answers is None else answers.astype(np.float64)
