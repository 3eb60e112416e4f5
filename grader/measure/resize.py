"""The resizing that image pipelines do, redone with numpy and Pillow."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

__all__ = ["RESIZERS", "Geometry", "Resizer", "area_thumbnail", "fit_geometry", "resize"]

Geometry = Literal["stretch", "crop", "pad"]
"""What becomes of the aspect ratio: changed, kept by cutting, kept by black bars."""

Pixels = NDArray[np.float32]


@dataclass(frozen=True)
class Resizer:
    """One way to resize."""

    name: Literal["nearest", "bilinear", "other"]
    resize: Callable[[Pixels, int, int], Pixels]
    """(h, w, c) float32, height, width -> (height, width, c) float32."""


def fit_geometry(pixels: NDArray[np.uint8], height: int, width: int, geometry: Geometry) -> Pixels:
    """Cut or pad an image (h, w, c) about its centre to the aspect ratio of height to width; float32 out."""
    image: Pixels = pixels.astype(np.float32)
    h, w = image.shape[:2]
    if geometry == "crop":
        keep_h, keep_w = min(h, int(w * height / width)), min(w, int(h * width / height))
        top, left = (h - keep_h) // 2, (w - keep_w) // 2
        cut: Pixels = image[top : top + keep_h, left : left + keep_w]
        return cut
    if geometry == "pad":
        full_h, full_w = max(h, int(w * height / width)), max(w, int(h * width / height))
        top, left = (full_h - h) // 2, (full_w - w) // 2
        bars = ((top, full_h - h - top), (left, full_w - w - left), (0, 0))
        padded: Pixels = np.pad(image, bars)
        return padded
    return image


def resize(pixels: NDArray[np.uint8], height: int, width: int, geometry: Geometry, resizer: Resizer) -> Pixels:
    """An image (h, w, c) at another size, (height, width, c) float32, as `image_dataset_from_directory` gets there."""
    if geometry != "pad":
        return resizer.resize(fit_geometry(pixels, height, width, geometry), height, width)
    # As `tf.image.resize_with_pad`: the bars come after resizing, so that their edges stay sharp.
    # It counts in float32, which now and then makes an image one pixel narrower than it should be.
    sides, target = np.array(pixels.shape[:2], np.float32), np.array((height, width), np.float32)
    exact_h, exact_w = (sides / (sides / target).max()).tolist()
    h, w = int(exact_h), int(exact_w)
    top, left = max(0, int((height - exact_h) / 2)), max(0, int((width - exact_w) / 2))
    inner = resizer.resize(pixels.astype(np.float32), h, w)
    padded: Pixels = np.pad(inner, ((top, height - h - top), (left, width - w - left), (0, 0)))
    return padded


def area_thumbnail(images: NDArray[np.float32], height: int, width: int) -> NDArray[np.float32]:
    """Mean pixel of each cell of a grid: (..., h, w, c) -> (..., height, width, c)."""
    *many, h, w, c = images.shape
    rows, columns = _area_weights(h, height), _area_weights(w, width)
    lines = rows @ images.astype(np.float32, copy=False).reshape(-1, h, w * c)  # (n, height, w c)
    cells = columns @ lines.reshape(-1, w, c)  # (n height, width, c)
    return np.asarray(cells.reshape(*many, height, width, c), dtype=np.float32)


def _area_weights(size: int, cells: int) -> NDArray[np.float32]:
    """(cells, size): how much of each pixel lies in each cell; rows sum to 1."""
    edges = np.linspace(0, size, cells + 1)
    starts = np.arange(size)
    overlap = np.minimum(edges[1:, None], starts + 1) - np.maximum(edges[:-1, None], starts)
    return np.asarray(np.clip(overlap, 0, None) / (size / cells), dtype=np.float32)


def _pillow(method: Image.Resampling) -> Callable[[Pixels, int, int], Pixels]:
    def resize(image: Pixels, height: int, width: int) -> Pixels:
        planes = [Image.fromarray(np.ascontiguousarray(image[..., c])) for c in range(image.shape[-1])]
        return np.stack([np.asarray(plane.resize((width, height), method)) for plane in planes], axis=-1)

    return resize


def _plain_bilinear(image: Pixels, height: int, width: int) -> Pixels:
    """As `tf.image.resize` does it: centres of pixels half a pixel in, no smoothing when it shrinks."""
    for axis, size in ((0, height), (1, width)):
        at = np.clip((np.arange(size) + 0.5) * image.shape[axis] / size - 0.5, 0, image.shape[axis] - 1)
        below = np.floor(at).astype(int)
        above = np.minimum(below + 1, image.shape[axis] - 1)
        share = (at - below).astype(np.float32).reshape([-1 if a == axis else 1 for a in range(3)])
        image = np.take(image, below, axis) * (1 - share) + np.take(image, above, axis) * share
    return image


RESIZERS = (
    Resizer("nearest", _pillow(Image.Resampling.NEAREST)),
    Resizer("bilinear", _plain_bilinear),
    Resizer("bilinear", _pillow(Image.Resampling.BILINEAR)),
    Resizer("other", _pillow(Image.Resampling.BICUBIC)),
    Resizer("other", _pillow(Image.Resampling.LANCZOS)),
    Resizer("other", _pillow(Image.Resampling.BOX)),
)
"""Keras's `flow_from_directory` (nearest), `image_dataset_from_directory` (bilinear), Pillow's and other methods."""
