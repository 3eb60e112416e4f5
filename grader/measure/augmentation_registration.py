"""Finds the affine map that lies between the fiducial pattern and one output image."""

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage  # type: ignore[import-untyped]

from grader.measure.augmentation_pattern import LUMINANCE, SIGMA, Pattern

__all__ = ["Placement", "Register"]

WORK = 64
"""Longer side of the image that marks are looked for in."""
TRIED, REFINED = 60, 3
"""Guesses that are compared with the pixels, and those of them that are worth a refinement."""
CANDIDATES = 7
"""Spots of each kind, light and dark, that may be marks; borders that were filled in make some more."""
NEAR = 2.5
"""Distance, in pixels of that image, within which a spot is taken for the mark that is expected there."""
STRETCH = (0.4, 2.5)
"""Smallest and largest factor by which a believable map stretches."""
REACH = 0.36
"""Only what shows the middle of the pattern counts; further out lies ground, and what was filled in."""
SURE = 0.98
"""Correlation from which on no other guess is tried."""
ALIKE = 0.9
"""Correlation with the pattern from which on a placement is believed."""

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Placement:
    """Output point u shows source point `matrix @ u + offset`; both (y, x) from the middle, in pixels of the output."""

    matrix: Array
    """(2, 2)."""
    offset: Array
    """(2,)."""
    likeness: float
    """Correlation of luminance with the pattern so placed."""
    blur: float = 0.0
    """Variance that was added to the marks, in units of their own."""


class Register:
    """Places outputs of one size.

    Args:
        pattern: What went in.
        height: Of the outputs.
        width: Of the outputs.
    """

    def __init__(self, pattern: Pattern, height: int, width: int) -> None:
        self.pattern = pattern
        self.factor = WORK / max(height, width)
        self.size = np.array([height, width]) * self.factor
        self.shape = tuple(int(n) for n in np.round(self.size))
        self.marks = pattern.places * self.size
        self.sigma = SIGMA * self.size
        self.bright = pattern.light > 0
        grid = np.stack(np.meshgrid(*(np.arange(n) + 0.5 - n / 2 for n in self.shape), indexing="ij"), axis=-1)
        self.grid: Array = grid.reshape(-1, 2)

    def place(self, image: NDArray[np.floating]) -> Placement | None:
        """The map of one image (height, width, channels); None when the pattern cannot be found in it."""
        pixels = image.astype(np.float64)
        light = pixels @ LUMINANCE if pixels.shape[-1] == 3 else pixels[..., 0]
        grey = self._work(light)
        best = self._best(grey, grey)
        if best is None or best.likeness < ALIKE:
            best = self._best(grey, self._work(_without_borders(light)))
        if best is None or best.likeness < ALIKE:
            return None
        return Placement(best.matrix, best.offset / self.factor, best.likeness, best.blur)

    def _best(self, grey: Array, plain: Array) -> Placement | None:
        """The best placement in `grey`, from spots that are seen in `plain`."""
        best: Placement | None = None
        for start in self._starts(grey, *self._spots(plain)):
            found = self._refine(grey, *start)
            if found is not None and (best is None or found.likeness > best.likeness):
                best = found
            if best is not None and best.likeness > SURE:
                break
        return best

    def _work(self, grey: Array) -> Array:
        """An image at working size, mean 0 and deviation 1."""
        blur = 0.5 / self.factor if self.factor < 0.7 else 0.0
        small = ndimage.zoom(
            ndimage.gaussian_filter(grey, blur) if blur else grey,
            (self.shape[0] / grey.shape[0], self.shape[1] / grey.shape[1]),
            order=1 if self.factor < 1 else 3,
            grid_mode=True,
            mode="nearest",
        )
        spread = float(small.std())
        return np.asarray((small - small.mean()) / (spread if spread > 1e-12 else 1.0))

    def _spots(self, grey: Array) -> tuple[Array, NDArray[np.bool_]]:
        """(k, 2) centres of round spots, strongest first, and whether each is light; edges are no spots."""
        s = 2.2
        yy, xx, yx = (ndimage.gaussian_filter(grey, s, order=o) for o in ((2, 0), (0, 2), (1, 1)))
        round_: Array = yy * xx - yx**2
        peaks = (round_ == ndimage.maximum_filter(round_, 5)) & (round_ > 1e-6)
        at = np.argwhere(peaks)
        at = at[np.argsort(-round_[peaks])]
        light = (yy + xx)[at[:, 0], at[:, 1]] < 0
        keep = np.concatenate([np.flatnonzero(light)[:CANDIDATES], np.flatnonzero(~light)[:CANDIDATES]])
        return at[keep] + 0.5 - np.array(self.shape) / 2, light[keep]

    def _starts(self, grey: Array, spots: Array, light: NDArray[np.bool_]) -> "list[tuple[Array, Array]]":
        """Guesses (matrix, offset), best first: three marks set on three spots, judged by where that puts the rest."""
        lights, darks = np.flatnonzero(light), np.flatnonzero(~light)
        quick = [t for t in self._triples if t[0] == 0 and t[1] == 1]  # white and black are nearly always the strongest
        found = self._judge(spots, light, quick, {0: lights[:2], 1: darks[:2]})
        if not found or found[0][0] < len(self.marks) - 1:
            found += self._judge(spots, light, self._triples, {})
        found.sort(key=lambda row: -row[0])
        if found and found[0][0] < len(self.marks) - 1:
            coarse = self.grid.reshape(*self.shape, 2)[::2, ::2].reshape(-1, 2), grey[::2, ::2].ravel()
            found = sorted(found[:TRIED], key=lambda row: -self._likeness(*coarse, row[1], row[2]))
        return [(matrix, offset) for _, matrix, offset in found[:REFINED]]

    def _likeness(self, grid: Array, values: Array, matrix: Array, offset: Array) -> float:
        """Correlation of the pattern under a map with the values (n,) at some points (n, 2) of the output."""
        points = grid @ matrix.T + offset
        inside = (np.abs(points / self.size) < REACH).all(axis=1)
        if inside.sum() < 30:
            return -1.0
        return _correlation(self._pattern(points[inside], 0.0)[0], values[inside])

    @cached_property
    def _triples(self) -> list[tuple[int, int, int]]:
        """Three marks that lie well off one line."""

        def area(t: tuple[int, int, int]) -> float:
            a, b, c = self.marks[list(t)]
            return abs(float((b - a)[0] * (c - a)[1] - (b - a)[1] * (c - a)[0]))

        return [t for t in combinations(range(len(self.marks)), 3) if area(t) > 0.015 * float(self.size.prod())]

    def _judge(
        self,
        spots: Array,
        light: NDArray[np.bool_],
        triples: list[tuple[int, int, int]],
        only: dict[int, NDArray[np.intp]],
    ) -> list[tuple[float, Array, Array]]:
        choices = [only.get(m, np.flatnonzero(light == self.bright[m])) for m in range(len(self.marks))]
        rows = []
        for triple in triples:
            a, b, c = np.meshgrid(*(choices[m] for m in triple), indexing="ij")
            picked = np.stack([a.ravel(), b.ravel(), c.ravel()], axis=1)
            picked = picked[(np.diff(np.sort(picked, axis=1), axis=1) > 0).all(axis=1)]  # three different spots
            if len(picked):
                known = np.concatenate([self.marks[list(triple)], np.ones((3, 1))], axis=1)
                rows.append(np.einsum("ij,njk->nik", np.linalg.inv(known), spots[picked]))
        if not rows:
            return []
        maps = np.concatenate(rows)  # (n, 3, 2): a mark (y, x, 1) times it is its place in the output
        stretch = np.linalg.svd(maps[:, :2], compute_uv=False)
        maps = maps[(stretch[:, 1] > STRETCH[0]) & (stretch[:, 0] < STRETCH[1])]
        if not len(maps):
            return []
        there = np.einsum("mi,nij->nmj", np.concatenate([self.marks, np.ones((len(self.marks), 1))], axis=1), maps)
        inside = (np.abs(there) < self.size / 2 - 1).all(axis=-1)
        far = np.linalg.norm(there[:, :, None] - spots[None, None], axis=-1)
        far = np.where(light[None, None] == self.bright[None, :, None], far, np.inf).min(axis=-1)
        hit = far < NEAR
        score = hit.sum(axis=1) - 0.3 * (inside & ~hit).sum(axis=1) - 0.2 * (~inside).sum(axis=1)
        score -= 0.02 * np.where(hit, far, 0).sum(axis=1)
        found = []
        for index in np.argsort(-score)[:TRIED]:
            matrix = np.linalg.inv(maps[index, :2].T)
            found.append((float(score[index]), matrix, -matrix @ maps[index, 2]))
        return found

    def _refine(self, grey: Array, matrix: Array, offset: Array) -> Placement | None:
        """Gauss-Newton steps on map, blur, gain and level, over the pixels that show the middle of the pattern.

        Blur is a parameter of its own, so that resizing and interpolation, which widen marks, are not taken for zoom.
        """
        values = grey.ravel()
        likeness, blur = -1.0, 0.0
        for _ in range(12):
            points = self.grid @ matrix.T + offset
            inside = (np.abs(points / self.size) < REACH).all(axis=1)
            if inside.sum() < 60:
                return None
            here, y = self.grid[inside], values[inside]
            shown, slope, wider = self._pattern(points[inside], blur)
            likeness = _correlation(shown, y)
            gain = float(((shown - shown.mean()) * y).mean() / max(shown.var(), 1e-12))
            left = y - y.mean() - gain * (shown - shown.mean())
            g = gain * slope
            columns = np.stack([g[:, 0] * here[:, 0], g[:, 0] * here[:, 1], g[:, 1] * here[:, 0], g[:, 1] * here[:, 1],
                                g[:, 0], g[:, 1], gain * wider, shown, np.ones_like(y)], axis=1)  # fmt: skip
            normal = columns.T @ columns
            normal[np.diag_indices(9)] *= 1 + 1e-6
            normal[np.diag_indices(9)] += 1e-9
            step = np.linalg.solve(normal, columns.T @ left)
            change = np.clip(step[:4].reshape(2, 2), -0.2, 0.2), np.clip(step[4:6], -3, 3)
            matrix, offset = matrix + change[0], offset + change[1]
            blur = float(np.clip(blur + step[6], -0.3, 1.0))
            if np.abs(change[0]).max() < 2e-5 and np.abs(change[1]).max() < 5e-4:
                break
        stretch = np.linalg.svd(matrix, compute_uv=False)
        if not np.isfinite(stretch).all() or stretch[1] < 1 / STRETCH[1] or stretch[0] > 1 / STRETCH[0]:
            return None
        return Placement(matrix, offset, likeness, blur)

    def _pattern(self, points: Array, blur: float) -> tuple[Array, Array, Array]:
        """Luminance (n,) of the blurred pattern at points (n, 2), over the ground; its slope (n, 2) and d/d blur (n,).

        Blur is the variance that was added, in units of the marks' own.
        """
        # (marks, n): what is summed up lies in long rows.
        down, across = ((points[:, a] - self.marks[:, a, None]) / self.sigma[a] for a in (0, 1))
        square, wide = down**2 + across**2, 1 + blur
        blobs = np.exp(-0.5 * square / wide) * self.pattern.light[:, None] / wide
        slopes = [-(blobs * away).sum(axis=0) for away in (down, across)]
        slope = np.stack(slopes, axis=1) / (self.sigma * wide)
        return blobs.sum(axis=0), slope, (blobs * (square / (2 * wide**2) - 1 / wide)).sum(axis=0)


def _without_borders(grey: Array) -> Array:
    """The image with what was filled in at its edges, black or white, made as dark as the ground.

    The corners of such areas look like marks, all the more in small images.
    """
    low, high = float(grey.min()), float(grey.max())
    margin = 0.04 * (high - low)
    filled = np.zeros(grey.shape, dtype=bool)
    for extreme in (grey <= low + margin, grey >= high - margin):
        areas, count = ndimage.label(extreme)
        edge = np.unique(np.concatenate([areas[0], areas[-1], areas[:, 0], areas[:, -1]]))
        for area in edge[edge > 0] if count else ():
            filled |= areas == area
    if not filled.any() or filled.mean() > 0.8:
        return grey
    ground = float(np.median(grey[~filled]))
    # One pixel more: interpolation mixes what lies on both sides of the border.
    return np.where(ndimage.binary_dilation(filled), ground, grey)


def _correlation(a: Array, b: Array) -> float:
    a, b = a - a.mean(), b - b.mean()
    norm = float(np.sqrt((a**2).sum() * (b**2).sum()))
    return float((a * b).sum() / norm) if norm > 1e-12 else 0.0
