"""Outlines as arrays of points of shape (n, 2), and frames that carry them from an animal's units to pixels."""

from dataclasses import dataclass
from math import cos, radians, sin

import numpy as np
from numpy.typing import NDArray

__all__ = ["Frame", "Points", "at", "blob", "curve", "ellipse", "fur", "points", "tube"]

Points = NDArray[np.float64]
"""Float64 of shape (n, 2): x to the right, y downwards."""


@dataclass(frozen=True)
class Frame:
    """A place on the canvas: where a part's own (0, 0) lies, how many pixels its unit is, its tilt and its facing."""

    x: float
    """Pixels."""
    y: float
    """Pixels."""
    unit: float
    """Pixels per unit."""
    tilt: float = 0.0
    """Degrees, clockwise on the screen."""
    mirrored: bool = False

    def __call__(self, outline: Points) -> Points:
        """The outline in pixels."""
        side = -1.0 if self.mirrored else 1.0
        c, s = cos(radians(self.tilt)) * self.unit, sin(radians(self.tilt)) * self.unit
        turn = np.array([[side * c, side * s], [-s, c]])
        return np.asarray(outline @ turn + (self.x, self.y))

    def child(self, x: float, y: float, size: float = 1.0, tilt: float = 0.0) -> "Frame":
        """A frame whose origin is (x, y) of this one, `size` times as large and tilted further by `tilt` degrees."""
        origin = self(np.array([[x, y]]))[0]
        turned = self.tilt + (-tilt if self.mirrored else tilt)
        return Frame(float(origin[0]), float(origin[1]), self.unit * size, turned, self.mirrored)


def at(x: float, y: float) -> Points:
    """The one place (x, y), an array of shape (2,) that adds to outlines."""
    return np.array((x, y), dtype=np.float64)


def points(*pairs: tuple[float, float]) -> Points:
    """The pairs as one array of shape (n, 2)."""
    return np.array(pairs, dtype=np.float64)


def ellipse(x: float, y: float, rx: float, ry: float, tilt: float = 0.0, *, count: int = 36) -> Points:
    """An ellipse about (x, y), tilted by degrees, as `count` points."""
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    c, s = cos(radians(tilt)), sin(radians(tilt))
    px, py = rx * np.cos(angle), ry * np.sin(angle)
    return np.stack([x + c * px - s * py, y + s * px + c * py], axis=1)


def curve(knots: Points, steps: int = 8) -> Points:
    """A smooth open line through the knots (Catmull-Rom), `steps` points for each stretch."""
    padded = np.vstack([2 * knots[0] - knots[1], knots, 2 * knots[-1] - knots[-2]])
    return np.vstack([_catmull_rom(padded, steps), knots[-1:]])


def blob(knots: Points, steps: int = 8) -> Points:
    """A smooth closed outline through the knots (Catmull-Rom)."""
    return _catmull_rom(np.vstack([knots[-1:], knots, knots[:2]]), steps)


def tube(spine: Points, widths: tuple[float, ...]) -> Points:
    """The outline of a limb or tail: a smooth spine whose half widths go through `widths` from root to round tip."""
    line = curve(spine)
    along = np.gradient(line, axis=0)
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    normal = np.stack([-along[:, 1], along[:, 0]], axis=1)
    half = np.interp(np.linspace(0, 1, len(line)), np.linspace(0, 1, len(widths)), widths)[:, None]
    round_tip = line[-1] + half[-1] * (along[-1] * 0.9)
    return np.vstack([line + normal * half, round_tip, (line - normal * half)[::-1]])


def fur(outline: Points, rng: np.random.Generator, amount: float) -> Points:
    """The closed outline with its edge ruffled like fur, by about `amount` of its own units."""
    closed = np.vstack([outline, outline[:1]])
    middle = (closed[:-1] + closed[1:]) / 2
    dense = np.empty((2 * len(outline), 2))
    dense[0::2], dense[1::2] = outline, middle
    outwards = dense - dense.mean(axis=0)
    outwards /= np.maximum(np.linalg.norm(outwards, axis=1, keepdims=True), 1e-9)
    return np.asarray(dense + outwards * rng.normal(0, amount, (len(dense), 1)))


def _catmull_rom(knots: Points, steps: int) -> Points:
    t = np.linspace(0, 1, steps, endpoint=False)[None, :, None]
    a, b, c, d = (knots[i : len(knots) - 3 + i, None, :] for i in range(4))
    line = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    return np.asarray(line.reshape(-1, 2))
