"""Figures in three dimensions: round cones in space, turned, and painted with depth and light."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, cos, floor, radians, sin

import numpy as np
from numpy.typing import NDArray

from grader.datasets.drawing.brush import Colour

__all__ = ["Cone", "Shot", "Turn", "Vector", "place", "render"]

Vector = tuple[float, float, float]
"""x to the right, y downwards, z towards us."""
Floats = NDArray[np.float32]
GRID = 1 / 1024
"""Pixels: places are rounded to it, so that the last bits of a machine's sine never show in a picture."""


@dataclass(frozen=True)
class Cone:
    """A limb: a cone with round ends from `a` to `b`."""

    a: Vector
    b: Vector
    ra: float
    """Radius at `a`."""
    rb: float
    paint: int = 0
    """Index of its colour."""


@dataclass(frozen=True)
class Turn:
    """How a figure stands before us, in degrees: turned about its upright axis, then pitched, then rolled."""

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0

    def __call__(self, point: Vector) -> Vector:
        """The point after the turn."""
        x, y, z = point
        c, s = cos(radians(self.yaw)), sin(radians(self.yaw))
        x, z = c * x + s * z, c * z - s * x
        c, s = cos(radians(self.pitch)), sin(radians(self.pitch))
        y, z = c * y - s * z, c * z + s * y
        c, s = cos(radians(self.roll)), sin(radians(self.roll))
        return c * x - s * y, s * x + c * y, z


@dataclass(frozen=True)
class Shot:
    """What a camera sees of a figure, arrays of one shape (height, width)."""

    shade: Floats
    """Light that comes back, 0 to about 1.3; meaningless where there is nothing."""
    paint: NDArray[np.int16]
    """Index of the colour; -1 where there is nothing."""

    @property
    def mask(self) -> NDArray[np.bool_]:
        """Where the figure is."""
        return np.asarray(self.paint >= 0)

    def coloured(self, colours: Sequence[Colour], texture: Floats | float = 1.0) -> Floats:
        """The figure in colours by index, float32 of shape (height, width, 3), 0 to about 330."""
        table = np.array(colours, dtype=np.float32)[np.maximum(self.paint, 0)]
        return np.asarray(table * (self.shade * np.float32(1) * texture)[..., None], dtype=np.float32)


def place(
    cones: Sequence[Cone], turn: Turn, unit: float, origin: tuple[float, float], *, mirrored: bool = False
) -> list[Cone]:
    """The cones in pixels: turned, scaled by `unit` and moved so that their (0, 0, 0) comes to `origin`."""
    side = -1.0 if mirrored else 1.0

    def put(point: Vector) -> Vector:
        x, y, z = turn(point)
        return _rounded((origin[0] + side * x * unit, origin[1] + y * unit, z * unit))

    return [Cone(put(c.a), put(c.b), _round(c.ra * unit), _round(c.rb * unit), c.paint) for c in cones]


def render(
    cones: Sequence[Cone], size: tuple[int, int], light: Vector, *, ambient: float = 0.35, gloss: float = 0.0
) -> Shot:
    """Looks at cones that are given in pixels, from in front and without perspective.

    Args:
        cones: What there is to see.
        size: Width and height in pixels.
        light: Where the light comes from; any length but 0.
        ambient: Share of light that comes from everywhere, 0 to 1.
        gloss: Strength of a highlight, 0 to 1.
    """
    width, height = size
    depth = np.full((height, width), -np.inf, dtype=np.float32)
    shot = Shot(np.zeros((height, width), dtype=np.float32), np.full((height, width), -1, dtype=np.int16))
    norm = sum(part * part for part in light) ** 0.5
    toward = np.array([round(part / norm, 6) for part in light], dtype=np.float32)
    for cone in cones:
        near = cone.b if cone.b[2] + cone.rb > cone.a[2] + cone.ra else cone.a
        radius = cone.rb if near is cone.b else cone.ra
        for part in (cone, Cone(near, near, radius, radius, cone.paint)):
            _paint(part, depth, shot, toward, ambient=ambient, gloss=gloss)
    return shot


def _paint(cone: Cone, depth: Floats, shot: Shot, light: Floats, *, ambient: float, gloss: float) -> None:
    """Paints one cone where it is nearer than what is there."""
    (ax, ay, az), (bx, by, bz) = cone.a, cone.b
    most = max(cone.ra, cone.rb)
    left, right = max(0, floor(min(ax, bx) - most)), min(depth.shape[1], ceil(max(ax, bx) + most) + 1)
    top, bottom = max(0, floor(min(ay, by) - most)), min(depth.shape[0], ceil(max(ay, by) + most) + 1)
    if left >= right or top >= bottom:
        return
    x = np.arange(left, right, dtype=np.float32)[None, :] - np.float32(ax)
    y = np.arange(top, bottom, dtype=np.float32)[:, None] - np.float32(ay)
    dx, dy = np.float32(bx - ax), np.float32(by - ay)
    length = dx * dx + dy * dy
    if length < 1e-3:
        share = np.zeros((bottom - top, right - left), dtype=np.float32)
    else:
        share = np.clip((x * dx + y * dy) / length, np.float32(0), np.float32(1))
    nx, ny = x - share * dx, y - share * dy
    radius = np.float32(cone.ra) + share * np.float32(cone.rb - cone.ra)
    level = np.float32(az) + share * np.float32(bz - az)
    high = radius * radius - nx * nx - ny * ny
    inside = high > 0
    rise = np.sqrt(np.maximum(high, np.float32(0)))
    window = np.s_[top:bottom, left:right]
    seen = inside & (level + rise > depth[window])
    facing = (nx * light[0] + ny * light[1] + rise * light[2]) / radius
    lit = np.float32(ambient) + np.float32(1 - ambient) * np.maximum(facing, np.float32(0))
    lit = lit * (np.float32(0.8) + np.float32(0.2) * rise / radius)  # edges that turn away darken a little
    if gloss:
        lit = lit + np.float32(gloss) * np.maximum(facing, np.float32(0)) ** 16
    np.copyto(depth[window], level + rise, where=seen)
    np.copyto(shot.shade[window], lit, where=seen)
    np.copyto(shot.paint[window], np.int16(cone.paint), where=seen)


def _round(value: float) -> float:
    return round(value / GRID) * GRID


def _rounded(point: Vector) -> Vector:
    return _round(point[0]), _round(point[1]), _round(point[2])
