"""Reads what happened to brightness, contrast and colours of one output image once its map is known."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grader.measure.augmentation_pattern import SIGMA, Pattern
from grader.measure.augmentation_registration import Placement

__all__ = ["Light", "read_light"]

Array = NDArray[np.float64]

ENDS = (0, 1)
"""The marks that reach black and white, where pixels are often cut off; their light is not measured."""
WIDE = 2.6
"""A mark is summed up as far out as this many times its width; what blurring moves further out is reckoned with."""


@dataclass(frozen=True)
class Light:
    """How the pixels of one image came from the source's, in units of 0..255."""

    level: float
    """What the ground became; it was 100."""
    gain: float
    """By what differences between grey levels were multiplied."""
    tint: float
    """Largest difference that was made between the channels, as a share of the pixel range."""


def read_light(image: NDArray[np.floating], placement: Placement, pattern: Pattern) -> Light | None:
    """Compare an image (h, w, c), already in units of the source's 0..255, with the pattern placed in it.

    None when too little of it is seen.
    """
    height, width, channels = image.shape
    size = np.array([height, width], float)
    y, x = np.arange(height)[:, None] + 0.5 - height / 2, np.arange(width) + 0.5 - width / 2
    down, across = ((a * y + b * x + c).ravel() for (a, b), c in zip(placement.matrix, placement.offset, strict=True))
    down, across = down / height, across / width
    # Squares of distances, (marks, pixels), in widths of a mark.
    away = ((down - pattern.places[:, :1]) ** 2 + (across - pattern.places[:, 1:]) ** 2) / SIGMA**2
    pixels = image.reshape(-1, channels)
    inside = (np.abs(down) < 0.42) & (np.abs(across) < 0.42)
    ground = pixels[inside & (away.min(axis=0) > (WIDE + 1) ** 2)]
    if len(ground) < 12:
        return None
    levels = np.median(ground, axis=0).astype(np.float64)
    wide = 1 + max(placement.blur, 0.0)
    contrast = pattern.contrast(channels)
    expected, measured = [], []
    for mark in range(len(pattern.places)):
        near = away[mark] < WIDE**2
        in_frame = (np.abs(_seen_at(pattern.places[mark] * size, placement)) < size / 2 - 2).all()
        if mark in ENDS or not in_frame or not near.any():
            continue
        total = pixels[near].sum(axis=0, dtype=np.float64) - levels * near.sum()
        # Neighbours reach into each other, so what all marks add here counts.
        shown = (np.exp(-0.5 * away[:, near] / wide) / wide).T @ contrast
        expected.append(shown.sum(axis=0))
        measured.append(total)
    if len(expected) < 2:
        return None
    return _compare(np.array(expected), np.array(measured), levels)


def _seen_at(point: Array, placement: Placement) -> Array:
    """Where a source point (2,) is seen in the output."""
    return np.asarray(np.linalg.solve(placement.matrix, point - placement.offset), dtype=np.float64)


def _compare(expected: Array, measured: Array, levels: Array) -> Light:
    """(marks, channels) each: what the marks should add up to, and what they do."""
    sides = []
    for side in (expected.mean(axis=1) > 0, expected.mean(axis=1) < 0):
        square = float((expected[side] ** 2).sum())
        if square > 0:
            sides.append(float((expected[side] * measured[side]).sum()) / square)
    # Light that is too strong cuts the light marks off, light that is too weak the dark ones: the larger gain is right.
    gain = float(np.mean(sides)) if max(sides) - min(sides) < 0.06 * max(map(abs, sides)) else max(sides)
    tint = 0.0
    if expected.shape[1] > 1:
        tint = float(np.abs(levels - levels.mean()).max())
        if len(expected) >= 3 and abs(gain) > 1e-6:
            # What remains after the common gain, as a change of the marks' own peaks.
            scale = float(np.abs(expected).max())
            rest = measured - gain * expected
            rest -= rest.mean(axis=1, keepdims=True)
            tint = max(tint, float(np.abs(rest).max()) / scale * 75)
    return Light(level=float(levels.mean()), gain=gain, tint=tint / 255)
