"""Takes affine maps apart into rotation, shear, zoom, shift and flips, in the order in which they were put together.

A map alone does not tell that order: a zoom before a rotation looks like a shear after it. Many samples do. Settings
are drawn independently of each other, each from an interval, so under the right order they fill a box, and under a
wrong one they fill a larger, skewed body. The order whose box is smallest explains the samples best: it is the one of
the greatest likelihood for uniform distributions.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Moves", "factor"]

Array = NDArray[np.float64]

FLOORS = {"rotation": 0.4, "shear": 0.5, "zoom": 0.006, "shift": 0.004}
"""Ranges below these (degrees, degrees, factor, share of the side) are noise, and no order is preferred for them."""

MIRROR_X, MIRROR_Y = np.diag([1.0, -1.0]), np.diag([-1.0, 1.0])
ALL_ROUND = 80.0
"""Degrees. A rotation that goes on to here may go all the way round; then upside down means turned, not flipped."""


@dataclass(frozen=True)
class Moves:
    """One number a sample, n in all."""

    rotation: Array
    """Degrees, counter-clockwise as one sees it, -180..180."""
    shear: Array
    """Degrees."""
    zoom_height: Array
    """How much more of the source is seen: 1.2 shows 20 % more, so things look smaller; 1 for none."""
    zoom_width: Array
    height_shift: Array
    """Share of the height."""
    width_shift: Array
    horizontal_flip: NDArray[np.bool_]
    vertical_flip: NDArray[np.bool_]


def factor(matrices: Array, offsets: Array, height: int, width: int) -> Moves:
    """Take maps apart.

    Args:
        matrices: (n, 2, 2), output point to source point, (y, x) in pixels from the middle.
        offsets: (n, 2), added to that, in pixels.
        height: Of the image, in pixels.
        width: Likewise.
    """
    best: Moves | None = None
    smallest = np.inf
    for moves, volume in _candidates(matrices, offsets / np.array([height, width])):
        if volume < smallest - 1e-9:
            best, smallest = moves, volume
    if best is None:
        raise ValueError("no map to take apart")
    return best


def _candidates(matrices: Array, offsets: Array) -> Iterator[tuple[Moves, float]]:
    for flips_first in (False, True):
        for upright in _flips(matrices):
            flips = np.where(upright.mirrored[:, None, None], MIRROR_X, np.eye(2))
            flips = np.where(upright.overturned[:, None, None], flips @ MIRROR_Y, flips)
            # Flips are their own inverses: taken off on the side on which they were put on.
            plain = flips @ matrices if flips_first else matrices @ flips
            moved = np.einsum("nij,nj->ni", flips, offsets) if flips_first else offsets
            for swapped in (False, True):  # which axis a shear leaves as it is
                for turned in (False, True):  # zoom first, rotation last
                    for slanted in (False, True):  # whether shearing keeps lengths along the slope, or heights
                        angles = _angles(plain, swapped=swapped, turned=turned, slanted=slanted)
                        for shift, bulk in _shifts(plain, moved, angles):
                            yield _moves(angles, shift, upright), _volume(angles, shift) + bulk


@dataclass(frozen=True)
class _Upright:
    mirrored: NDArray[np.bool_]
    overturned: NDArray[np.bool_]


def _flips(matrices: Array) -> Iterator[_Upright]:
    """Which samples are mirrored, and which are upside down rather than turned."""
    mirrored = np.linalg.det(matrices) < 0
    plain = np.where(mirrored[:, None, None], matrices @ MIRROR_X, matrices)
    angle = np.degrees(np.arctan2(plain[:, 1, 0] - plain[:, 0, 1], plain[:, 0, 0] + plain[:, 1, 1]))
    over = np.abs(angle) > 90
    if not over.any():
        yield _Upright(mirrored, over)
        return
    folded = np.where(over, angle - np.sign(angle) * 180, angle)
    if np.abs(folded).max() > ALL_ROUND:
        yield _Upright(mirrored, np.zeros_like(over))
    else:  # half a turn is both flips at once, and that is how Keras' RandomFlip() does it
        yield _Upright(mirrored ^ over, over)


@dataclass(frozen=True)
class _Angles:
    rotation: Array
    shear: Array
    zoom: Array
    """(n, 2): height, width."""


def _angles(matrices: Array, *, swapped: bool, turned: bool, slanted: bool) -> _Angles:
    """R S Z with R a rotation, S a shear along the first axis and Z a zoom; `turned`: Z S R."""
    m = np.swapaxes(matrices, 1, 2) if turned else matrices
    m = m[:, ::-1, ::-1] if swapped else m
    first, second = m[:, :, 0], m[:, :, 1]
    rotation = np.degrees(np.arctan2(first[:, 1], first[:, 0]))
    between = np.degrees(np.arctan2(second[:, 1], second[:, 0])) - rotation - 90
    shear = (between + 180) % 360 - 180
    long = np.linalg.norm(second, axis=1)
    zoom = np.stack([np.linalg.norm(first, axis=1), long * np.cos(np.radians(shear)) if slanted else long], axis=1)
    if swapped != turned:
        rotation = -rotation
    rotation = np.where(rotation < -179.5, rotation + 360, rotation)  # half a turn has one name
    return _Angles(rotation, shear, zoom[:, ::-1] if swapped else zoom)


def _shifts(matrices: Array, offsets: Array, angles: _Angles) -> Iterator[tuple[Array, float]]:
    """Shifts (n, 2) as made after all else, after the rotation, or before all; with what that does to the volume."""
    yield offsets, 0.0
    turn = np.radians(angles.rotation)
    cos, sin = np.cos(turn), np.sin(turn)
    back = np.stack([cos * offsets[:, 0] + sin * offsets[:, 1], -sin * offsets[:, 0] + cos * offsets[:, 1]], axis=1)
    yield back, 0.0
    log_area = float(np.log(np.abs(np.linalg.det(matrices))).mean())
    yield np.einsum("nij,nj->ni", np.linalg.inv(matrices), offsets), log_area
    yield offsets / angles.zoom, log_area
    yield back / angles.zoom, log_area


def _volume(angles: _Angles, shift: Array) -> float:
    """Logarithm of the volume of the box that the samples fill."""
    parts = [(angles.rotation, "rotation"), (angles.shear, "shear")]
    parts += [(angles.zoom[:, i], "zoom") for i in (0, 1)] + [(shift[:, i], "shift") for i in (0, 1)]
    volume = sum(float(np.log(max(float(np.ptp(values)), FLOORS[name]))) for values, name in parts)
    # Where nothing is random, nothing but the size of what was done can speak for one order or the other.
    sizes = (np.abs(angles.shear).mean() / 90, np.abs(angles.rotation).mean() / 180)
    return volume + 0.1 * float(sum(sizes))


def _moves(angles: _Angles, shift: Array, upright: _Upright) -> Moves:
    return Moves(
        rotation=angles.rotation,
        shear=angles.shear,
        zoom_height=angles.zoom[:, 0],
        zoom_width=angles.zoom[:, 1],
        height_shift=shift[:, 0],
        width_shift=shift[:, 1],
        horizontal_flip=upright.mirrored,
        vertical_flip=upright.overturned,
    )
