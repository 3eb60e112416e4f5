"""Finds which challenge image an output image was made from, and how it was moved, turned or mirrored on the way."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grader.measure.resize import Geometry, area_thumbnail, fit_geometry

__all__ = ["Alignment", "Match", "align", "best_geometry", "match_images"]

THUMB = 16
"""Side of the thumbnails that are compared first."""

PAD = 24
"""Side of the frame in which thumbnails are shifted, so that a shift does not wrap around."""

SURE = 0.8
"""Correlation above which an output is taken for that image without a search. The images are independent noise with
about a hundred degrees of freedom: two different ones stay well below 0.7."""

CLEARLY = 0.02
"""By how much the correlation has to be better for another way of treating the aspect ratio to be believed."""

ANGLES = np.arange(-180, 180, 15)
ZOOMS = (0.8, 1.0, 1.25)
WORK = 40
"""Side of the images on which an alignment is refined."""

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Match:
    """A guess at where one output image comes from."""

    source: int
    """Index among the sources."""
    score: float
    """Correlation, at most 1."""
    matrix: NDArray[np.float64]
    """(2, 2): a point of the output, (y, x) in -1..1 about the centre, to the point of the source shown there."""
    shift: NDArray[np.float64]
    """(2,), added after the matrix."""


@dataclass(frozen=True)
class Alignment:
    """A refined guess: output(u) = gain * source(matrix u + shift) + bias."""

    matrix: NDArray[np.float64]
    shift: NDArray[np.float64]
    gain: float
    bias: float
    residual: float
    """Root mean square over the part of the frame that the source covers, in units of the source's range of 255."""


def best_geometry(outputs: Array, sources: Sequence[NDArray[np.uint8]]) -> Geometry:
    """How the aspect ratio of the sources was treated, judged by how well unmoved sources explain the outputs."""
    thumbs = _normal(area_thumbnail(outputs, THUMB, THUMB))
    scores: dict[Geometry, float] = {}
    geometries: tuple[Geometry, ...] = ("stretch", "crop", "pad")
    for geometry in geometries:
        known = _normal(_thumbs(sources, outputs.shape[1:3], geometry, THUMB))
        scores[geometry] = float(np.mean(np.max(np.abs(_correlate(thumbs, known)), axis=1)))
        if scores["stretch"] + CLEARLY >= 1:  # a correlation cannot be better by that
            return "stretch"
    # Stretching is what every loader does unless told otherwise; another answer has to be clearly better.
    best = max(scores, key=lambda g: scores[g])
    return best if scores[best] > scores["stretch"] + CLEARLY else "stretch"


def match_images(outputs: Array, sources: Sequence[NDArray[np.uint8]], geometry: Geometry) -> list[Match]:
    """The most likely source of each output, whatever flip, rotation, shift or moderate zoom lies between them.

    Args:
        outputs: (n, h, w, c) float32, finite.
        sources: Decoded challenge images with c channels.
        geometry: What `best_geometry` found.
    """
    thumbs = _normal(area_thumbnail(outputs, THUMB, THUMB))
    known = _thumbs(sources, outputs.shape[1:3], geometry, THUMB)
    mirrors = [(down, across) for down in (1, -1) for across in (1, -1)]
    tables = [_correlate(thumbs, _normal(known[:, ::down, ::across])) for down, across in mirrors]
    matches: list[Match | None] = []
    for rows in zip(*tables, strict=True):
        kind = max(range(len(mirrors)), key=lambda k: rows[k].max())
        best = int(rows[kind].argmax())
        score = float(rows[kind][best])
        sure = score >= SURE or score == 0  # a blank image is like no other, and needs no search
        matches.append(Match(best, score, np.diag(np.array(mirrors[kind], float)), np.zeros(2)) if sure else None)
    if any(match is None for match in matches):
        search = _Search(_thumbs(sources, outputs.shape[1:3], geometry, WORK), outputs.shape[1:3])
        return [match or search.best(thumb) for match, thumb in zip(matches, thumbs, strict=True)]
    return [match for match in matches if match is not None]


def align(output: Array, source: Array, start: Match) -> Alignment:
    """Refine a match by Gauss-Newton steps on the affine map, gain and bias (Lucas and Kanade 1981).

    Args:
        output: (h, w, c) float32.
        source: (h, w, c) float32 in 0..255, resized as the pipeline does it, not moved.
        start: Where to begin.
    """
    target, image = (area_thumbnail(a, WORK, WORK).astype(np.float64) for a in (output, source))
    slope_y, slope_x = (np.gradient(image, axis=axis) * (WORK / 2) for axis in (0, 1))
    grid = _grid(WORK)
    matrix, shift = start.matrix.copy(), start.shift.copy()
    best = Alignment(matrix, shift, 0.0, 0.0, np.inf)
    for _ in range(20):
        points = grid @ matrix.T + shift
        inside = (np.abs(points) <= 1).all(axis=-1)
        if inside.mean() < 0.25:
            break
        here, there = points[inside], grid[inside]
        values, y = _sample(image, here), target[inside]
        gain, bias = _line(values, y)
        left = y - gain * values - bias
        residual = float(np.sqrt(np.mean(left**2)) / max(abs(gain) * 255, 1e-12))
        if residual < best.residual:
            best = Alignment(matrix.copy(), shift.copy(), gain, bias, residual)
        gy, gx = gain * _sample(slope_y, here), gain * _sample(slope_x, here)
        u = there[:, None, :]
        columns = [gy * u[..., 0], gy * u[..., 1], gx * u[..., 0], gx * u[..., 1], gy, gx, values, np.ones_like(values)]
        system = np.stack([column.ravel() for column in columns], axis=1)
        normal = system.T @ system
        normal[np.diag_indices(8)] *= 1 + 1e-6  # a flat image leaves the map undetermined
        normal[np.diag_indices(8)] += 1e-9
        step = np.linalg.solve(normal, system.T @ left.ravel())
        matrix += np.clip(step[:4].reshape(2, 2), -0.3, 0.3)
        shift += np.clip(step[4:6], -0.3, 0.3)
        if np.abs(step[:6]).max() < 1e-4:
            break
    return best


class _Search:
    """All sources under all coarse transformations, ready to be compared with one output after the other."""

    def __init__(self, sources: Array, frame: tuple[int, int]) -> None:
        self.matrices = []
        grid = _grid(THUMB)
        aspect = np.diag([frame[0], frame[1]]).astype(np.float64)
        templates = []
        side = sources.shape[1]
        layers = np.moveaxis(sources, 0, -2).reshape(side, side, -1)  # all sources at once, as so many channels
        for flip in (1.0, -1.0):
            for angle in np.radians(ANGLES):
                turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
                for zoom in ZOOMS:
                    matrix = np.linalg.inv(aspect) @ (turn / zoom) @ np.diag([1.0, flip]) @ aspect
                    self.matrices.append(matrix)
                    points = np.clip(grid @ matrix.T, -1, 1)
                    views = _sample(layers, points).reshape(THUMB, THUMB, len(sources), -1)
                    templates.append(_normal(np.moveaxis(views, 2, 0).astype(np.float32)))
        stack = np.stack(templates)  # (transformations, sources, THUMB, THUMB, c)
        self.shape = stack.shape[:2]
        flat = stack.reshape(-1, *stack.shape[2:])
        self.spectra = np.conj(np.fft.rfft2(flat, (PAD, PAD), axes=(1, 2))).astype(np.complex64)

    def best(self, thumb: Array) -> Match:
        spectrum = np.fft.rfft2(thumb, (PAD, PAD), axes=(0, 1)).astype(np.complex64)
        products = np.einsum("nijc,ijc->nij", self.spectra, spectrum)
        scores = np.fft.irfft2(products, (PAD, PAD), axes=(1, 2)).reshape(len(self.spectra), -1)
        index, place = divmod(int(scores.argmax()), PAD * PAD)
        kind, source = divmod(index, self.shape[1])
        moved = np.array(divmod(place, PAD), float)
        moved[moved > PAD / 2] -= PAD
        matrix = self.matrices[kind]
        return Match(source, float(scores[index, place]), matrix, -matrix @ (moved * 2 / THUMB))


def _thumbs(sources: Sequence[NDArray[np.uint8]], frame: tuple[int, ...], geometry: Geometry, side: int) -> Array:
    return np.stack([area_thumbnail(fit_geometry(s, frame[0], frame[1], geometry), side, side) for s in sources])


def _normal(thumbs: Array) -> Array:
    """Each thumbnail (…, h, w, c) without the mean of each channel, and of unit length; a blank one stays zero."""
    centred = thumbs - thumbs.mean(axis=(-3, -2), keepdims=True)
    norm = np.sqrt((centred**2).sum(axis=(-3, -2, -1), keepdims=True))
    return np.asarray(np.divide(centred, norm, out=np.zeros_like(centred), where=norm > 1e-12))


def _correlate(outputs: Array, sources: Array) -> Array:
    return np.asarray(outputs.reshape(len(outputs), -1) @ sources.reshape(len(sources), -1).T)


def _grid(side: int) -> NDArray[np.float64]:
    """(side, side, 2): centres of the cells, (y, x) in -1..1."""
    at = (np.arange(side) + 0.5) * 2 / side - 1
    return np.stack(np.meshgrid(at, at, indexing="ij"), axis=-1)


def _sample(image: NDArray[np.floating], points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bilinear values of a square image (s, s, c) at points (..., 2) in -1..1: (..., c)."""
    side = image.shape[0]
    at = np.clip((points + 1) * side / 2 - 0.5, 0, side - 1)
    low = np.minimum(at.astype(int), side - 2)
    fy, fx = np.moveaxis((at - low)[..., None], -2, 0)
    y, x = low[..., 0], low[..., 1]
    top = image[y, x] * (1 - fx) + image[y, x + 1] * fx
    bottom = image[y + 1, x] * (1 - fx) + image[y + 1, x + 1] * fx
    return np.asarray(top * (1 - fy) + bottom * fy, dtype=np.float64)


def _line(x: NDArray[np.floating], y: NDArray[np.floating]) -> tuple[float, float]:
    """Least-squares (a, b) of y = a x + b over all values."""
    mean_x, mean_y = float(x.mean()), float(y.mean())
    spread = float(((x - mean_x) ** 2).mean())
    a = float(((x - mean_x) * (y - mean_y)).mean()) / spread if spread > 1e-9 else 0.0
    return a, mean_y - a * mean_x
