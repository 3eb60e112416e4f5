"""What an image pipeline really does, read from the pixels and labels that it gave for images that the grader chose."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from grader.measure.challenge import Challenge
from grader.measure.labels import Labels, measure_labels
from grader.measure.matching import Match, align, best_geometry, match_images
from grader.measure.resize import RESIZERS, Geometry, Resizer, resize
from grader.observation import CodeError, Pipeline

__all__ = ["measure_pipeline"]

UNTOUCHED = 0.012
"""Root-mean-square distance, in units of the pixel range, up to which an image counts as merely resized and
rescaled. JPEG decoders and resizers that round differently stay below 0.008; a shift by one pixel in 150 or a
rotation by one degree is 0.019 or more."""

ALIGNED = 0.05
"""Distance after alignment up to which flip, shift and rotation are believed to explain the image; small images lose
some detail."""

KNOWN = 0.5
"""Correlation below which an output image is none of ours."""

Array = NDArray[np.float32]


@dataclass(frozen=True)
class _Image:
    """One output image beside its source."""

    gain: float
    bias: float
    distance: float
    """To the source merely resized, with this image's own gain and bias, in units of the pixel range."""
    changes: frozenset[str]
    explained: bool = True
    """The source, moved or lit otherwise, looks like it; where it does not, it may be another image's."""


UNKNOWN = _Image(gain=0.0, bias=0.0, distance=1.0, changes=frozenset({"other"}), explained=False)
"""Stands for an image that is none of ours."""


def measure_pipeline(
    images: Array,
    labels: NDArray[np.floating] | None,
    challenge: Challenge,
    *,
    folder: Literal["training", "validation"],
    batch_size: int,
    label_shape: tuple[int, ...] = (),
    error: CodeError | None = None,
) -> Pipeline:
    """Compare output images with the challenge images that went in.

    Args:
        images: (n, height, width, channels) float32, as they came out.
        labels: (n,) or (n, k) float64, or None.
        challenge: What the folders held.
        folder: The one that this pipeline was to read.
        batch_size: Images in the first batch.
        label_shape: Shape of the first batch of labels.
        error: What was raised on the way.
    """
    finite = np.clip(np.nan_to_num(images), -1e12, 1e12)  # room for squares in float32
    channels = images.shape[-1]
    facts: dict[str, Any] = {
        "image_shape": images.shape[1:],
        "batch_size": batch_size,
        "images": len(images),
        "low": float(finite.min()),
        "high": float(finite.max()),
        "label_shape": label_shape,
        "error": error,
    }
    sources = [image.pixels(1 if channels == 1 else 3) for image in challenge.images]
    outputs = finite[..., :3] if channels == 4 else finite
    if outputs.shape[-1] != sources[0].shape[-1] or min(outputs.shape[1:3]) < 8:
        found = measure_labels(labels, [None] * len(images), len(challenge.classes))
        return Pipeline(**facts, **_label_facts(found), distortion=1.0, changes=("other",))

    size = outputs.shape[1], outputs.shape[2]
    geometry = best_geometry(outputs, sources)
    matches = match_images(outputs, sources, geometry)
    known = [match.score >= KNOWN for match in matches]
    resizer = _find_resizer(outputs, sources, matches, geometry)
    resized = [resize(sources[m.source], *size, geometry, resizer) for m in matches]
    compared = [
        _compare(y, x, m) if ours else UNKNOWN for y, x, m, ours in zip(outputs, resized, matches, known, strict=True)
    ]
    scale, offset = _common_line(outputs, resized, compared)
    distances = [
        _distance(y, x, scale, offset) if ours else 1.0 for y, x, ours in zip(outputs, resized, known, strict=True)
    ]
    changes: set[str] = set().union(*(c.changes for c in compared))
    if any(_differs(c, scale, offset) for c in compared if not c.changes):
        changes.add("brightness")
    # In small images a strong shift now and then looks more like a turn of another image: that says nothing of labels.
    explained = [image.explained for image in compared]
    sure = explained if 2 * sum(explained) >= len(explained) else known
    origins = [challenge.images[m.source] if told else None for m, told in zip(matches, sure, strict=True)]
    truth = [None if origin is None else challenge.classes.index(origin.label) for origin in origins]
    found = measure_labels(labels, truth, len(challenge.classes))
    return Pipeline(
        **facts,
        **_label_facts(found),
        scale=scale,
        offset=offset,
        interpolation=resizer.name,
        from_other_folder=sum(origin is not None and origin.folder != folder for origin in origins),
        distortion=max(distances),
        changes=tuple(sorted(changes)),
        sources=tuple(m.source if ours else -1 for m, ours in zip(matches, known, strict=True)),
    )


def _label_facts(found: Labels) -> dict[str, Any]:
    return {
        "label_form": found.form,
        "label_values": found.values,
        "classes": found.classes,
        "labels_right": found.right,
        "naming": found.naming,
    }


def _find_resizer(
    outputs: Array, sources: list[NDArray[np.uint8]], matches: list[Match], geometry: Geometry
) -> Resizer:
    """The method that explains the outputs best, asked of the six that were moved least."""
    sample = sorted(range(len(outputs)), key=lambda i: -matches[i].score)[:6]
    size = outputs.shape[1], outputs.shape[2]
    costs = []
    for resizer in RESIZERS:
        pairs = [
            (outputs[i], _move(resize(sources[matches[i].source], *size, geometry, resizer), matches[i]))
            for i in sample
        ]
        costs.append(float(np.mean([_distance(y, x, *_line(x, y)) for y, x in pairs])))
    best = min(range(len(RESIZERS)), key=lambda i: costs[i])
    usual = min((i for i, r in enumerate(RESIZERS) if r.name != "other"), key=lambda i: costs[i])
    # Smooth images look much the same whichever filter resized them; an unusual one has to be clearly better.
    return RESIZERS[best if costs[best] < 0.6 * costs[usual] else usual]


def _move(source: Array, match: Match) -> Array:
    """The source mirrored as the match says; other movements are left to `align`."""
    if np.abs(match.matrix).tolist() != [[1, 0], [0, 1]]:
        return source
    down, across = (int(step) for step in np.diag(match.matrix))
    return source[::down, ::across]


def _compare(output: Array, source: Array, match: Match) -> _Image:
    gain, bias = _line(source, output)
    straight = _distance(output, source, gain, bias)
    if straight <= UNTOUCHED:
        return _Image(gain, bias, straight, frozenset())
    for mirror in (source[:, ::-1], source[::-1], source[::-1, ::-1]):
        line = _line(mirror, output)
        if _distance(output, mirror, *line) <= UNTOUCHED:
            return _Image(*line, straight, frozenset({"flip"}))
    return _moved(output, source, match, straight)


def _moved(output: Array, source: Array, match: Match, straight: float) -> _Image:
    found = align(output, source, match)
    if found.residual > ALIGNED or found.residual > 0.5 * straight:  # moving it explains little
        kind = "brightness" if _explained_by_light(output, source) else "other"
        return _Image(found.gain, found.bias, straight, frozenset({kind}), explained=kind == "brightness")
    size = np.diag([output.shape[0], output.shape[1]]).astype(float)
    pixels = size @ found.matrix @ np.linalg.inv(size)  # in square pixels, where angles mean what they say
    flipped = bool(np.linalg.det(pixels) < 0)
    if flipped:
        pixels = pixels @ np.diag([1.0, -1.0])
    u, stretch, v = np.linalg.svd(pixels)
    turn = u @ v
    angle = abs(float(np.degrees(np.arctan2(turn[1, 0], turn[0, 0]))))
    if flipped and angle > 178:
        angle = 0.0  # mirrored top to bottom is mirrored left to right and turned around
    sizes = {
        "rotation": angle / 1.0,
        "shift": np.abs(found.shift).max() / 0.01,
        "other": np.abs(stretch - 1).max() / 0.02,
    }
    changes = {name for name, size in sizes.items() if size > 1}
    if flipped:
        changes.add("flip")
    if not changes:
        changes.add(max(sizes, key=lambda name: sizes[name]))
    return _Image(found.gain, found.bias, straight, frozenset(changes))


def _explained_by_light(output: Array, source: Array) -> bool:
    """Whether each channel is the source's with its own gain and bias, leaving out pixels that were cut off."""
    low, high = float(output.min()), float(output.max())
    margin = 0.02 * (high - low)
    for c in range(output.shape[-1]):
        y, x = output[..., c], source[..., c]
        inner = (y > low + margin) & (y < high - margin) & (x > 8) & (x < 247)
        if inner.mean() < 0.1 or _distance(y[inner], x[inner], *_line(x[inner], y[inner])) > 2 * UNTOUCHED:
            return False
    return True


def _common_line(outputs: Array, resized: list[Array], compared: list[_Image]) -> tuple[float, float]:
    """Scale and offset of the pipeline: over its untouched images where there are any.

    Where every image was moved, those that could be aligned count; and where none could, the sorted pixel values of
    outputs and sources are compared: movements hardly change the distribution of values.
    """
    still = [i for i, image in enumerate(compared) if not image.changes]
    if still:
        return _line(np.stack([resized[i] for i in still]), np.stack([outputs[i] for i in still]))
    aligned = [image for image in compared if image.changes & {"flip", "rotation", "shift"}]
    if aligned:
        return float(np.median([image.gain for image in aligned])), float(np.median([image.bias for image in aligned]))
    x, y = np.sort(np.stack(resized), axis=None), np.sort(outputs, axis=None)
    return _line(x, y)


def _differs(image: _Image, scale: float, offset: float) -> bool:
    """Whether an unmoved image got a gain or bias of its own."""
    if scale == 0:
        return False
    ends = (image.bias - offset, image.gain * 255 + image.bias - scale * 255 - offset)
    return max(abs(end) for end in ends) > 0.03 * abs(scale) * 255


def _line(x: Array, y: Array) -> tuple[float, float]:
    """Least-squares (a, b) of y = a x + b over all pixels."""
    xs, ys = x.astype(np.float64), y.astype(np.float64)
    mean_x, mean_y = float(xs.mean()), float(ys.mean())
    spread = float(((xs - mean_x) ** 2).mean())
    a = float(((xs - mean_x) * (ys - mean_y)).mean()) / spread if spread > 1e-9 else 0.0
    return a, mean_y - a * mean_x


def _distance(y: Array, x: Array, scale: float, offset: float) -> float:
    """RMS of y - (scale x + offset) in units of the pixel range; 1 at most, and for a pipeline without any contrast."""
    if abs(scale) * 255 < 1e-12:
        return 1.0
    left = (y.astype(np.float64) - scale * x - offset) / (scale * 255)
    return min(1.0, float(np.sqrt(np.mean(left**2))))
