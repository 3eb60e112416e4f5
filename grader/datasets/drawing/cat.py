"""What makes a cat: pointed ears, a round face with slit eyes and whiskers, a slim tail that curls."""

import numpy as np

from grader.datasets.drawing.body import Build, draw_eye
from grader.datasets.drawing.brush import Brush, mix
from grader.datasets.drawing.coat import Coat
from grader.datasets.drawing.shapes import Frame, Points, blob, curve, ellipse, fur, points

__all__ = ["BUILD", "draw_head", "draw_profile"]


def _tail(rng: np.random.Generator) -> tuple[Points, tuple[float, ...]]:
    """A long slim tail from the root (0, 0) towards -x, its tip curled."""
    lift, curl = rng.uniform(-0.2, 1.0), rng.uniform(0.2, 0.6)
    spine = points(
        (0, 0),
        (-0.7, 0.1 - 0.2 * lift),
        (-1.2, -0.7 * lift),
        (-1.35, -1.5 * lift),
        (-1.3 + curl, -1.8 * lift - 0.3),
        (-0.9 + curl, -1.5 * lift - 0.3),
    )
    return spine, (0.17, 0.16, 0.15, 0.14, 0.12, 0.09)


BUILD = Build(leg=0.2, paw=0.24, length=2.7, depth=0.82, height=1.25, neck=0.55, tail=_tail)
"""Slim legs, small paws, a supple body."""


def draw_head(brush: Brush, head: Frame, coat: Coat, turn: float, rng: np.random.Generator) -> None:
    """A head seen from the front; `turn` (-1 to 1) is how far it looks to its +x side."""
    high, spread, lean = rng.uniform(0.95, 1.25), rng.uniform(0.9, 1.1), rng.uniform(-0.1, 0.1)
    shift = turn * 0.22
    for side in (-1, 1):
        tip = (side * (0.74 * spread + lean) + shift * 0.4, -0.35 - high)
        outer, inner = (side * 0.93, -0.1), (side * 0.14 - shift * 0.3, -0.74)
        ear = _ear(outer, tip, inner)
        brush.part(head(fur(ear, rng, 0.012)), coat.ears, 0.6)
        centre = np.array([side * 0.6, -0.62])
        brush.part(head(centre + (ear - centre) * (0.58, 0.68)), coat.skin, 0.7)
    face = blob(points((0, -0.86), (0.55, -0.74), (0.92, -0.3), (1.04, 0.2), (0.78, 0.6), (0.34, 0.86), (0, 0.9)))
    face = np.vstack([face[: len(face) // 7 * 6], (face[: len(face) // 7 * 6] * (-1, 1))[::-1]])
    brush.part(head(fur(face, rng, 0.018)), coat.main)
    for side in (-1, 1):  # cheek tufts
        tuft = points(
            (side * 0.82, 0.2), (side * 1.2, 0.42), (side * 0.9, 0.46), (side * 1.06, 0.68), (side * 0.6, 0.7)
        )
        brush.part(head(fur(tuft, rng, 0.02)), coat.main, 0)
    brush.part(head(fur(ellipse(shift * 1.3, 0.5, 0.44, 0.34), rng, 0.012)), coat.pale, 0.4)
    openness = rng.uniform(0.15, 0.25)
    pupil = rng.uniform(0.12, 0.42)
    for side in (-1, 1):
        x = side * 0.42 + shift
        slant = side * -10
        draw_eye(brush, head, (x, -0.1), (0.24, openness), slant, coat.eye, (0.22 * pupil, openness * 0.95))
    _nose_and_mouth(brush, head, coat, shift * 1.5)
    _whiskers(brush, head, shift * 1.4, (-1, 1), rng)


def draw_profile(brush: Brush, head: Frame, coat: Coat, rng: np.random.Generator) -> None:
    """A head seen from the side, looking towards +x."""
    high = rng.uniform(0.95, 1.25)
    far = _ear((0.4, -0.6), (0.42, -0.3 - high), (-0.1, -0.75))
    brush.part(head(far), coat.ears, 0.3)
    brush.flat(head(far), brush.shade, 0.25)
    skull = blob(
        points(
            (-0.1, -0.86),
            (0.4, -0.74),
            (0.74, -0.32),
            (1.0, 0.12),
            (0.96, 0.36),
            (0.7, 0.6),
            (0.2, 0.8),
            (-0.5, 0.74),
            (-0.9, 0.2),
            (-0.72, -0.5),
        )
    )
    brush.part(head(fur(skull, rng, 0.018)), coat.main)
    brush.part(head(fur(ellipse(0.72, 0.38, 0.28, 0.24), rng, 0.01)), coat.pale, 0.4)
    near = _ear((-0.62, -0.4), (-0.32, -0.38 - high), (0.2, -0.72))
    brush.part(head(fur(near, rng, 0.012)), coat.ears, 0.6)
    centre = np.array([-0.2, -0.72])
    brush.part(head(centre + (near - centre) * (0.5, 0.62)), coat.skin, 0.7)
    draw_eye(brush, head, (0.46, -0.14), (0.16, 0.19), 12, coat.eye, (0.05, 0.17))
    brush.part(head(blob(points((0.88, 0.06), (1.04, 0.12), (0.98, 0.24)))), coat.nose, 0)
    brush.line(head(curve(points((0.98, 0.24), (0.86, 0.42), (0.62, 0.44)))), coat.line, head.unit * 0.035)
    _whiskers(brush, head, 0.5, (1,), rng)
    _whiskers(brush, head, 0.85, (-1,), rng)


def _ear(outer: tuple[float, float], tip: tuple[float, float], inner: tuple[float, float]) -> Points:
    """A triangle with slightly bulging sides."""
    a, b, c = np.array(outer), np.array(tip), np.array(inner)
    out = np.array([a[0] - c[0], -0.3])
    out /= np.linalg.norm(out) * 12
    return np.vstack(
        [curve(np.array([a, (a + b) / 2 + out, b])), curve(np.array([b, (b + c) / 2 - out * (1, -0.6), c]))]
    )


def _nose_and_mouth(brush: Brush, head: Frame, coat: Coat, x: float) -> None:
    width = head.unit * 0.035
    nose = blob(points((x - 0.14, 0.23), (x, 0.2), (x + 0.14, 0.23), (x + 0.05, 0.34), (x, 0.38), (x - 0.05, 0.34)), 4)
    for side in (-1, 1):
        lip = points((x, 0.38), (x + side * 0.04, 0.54), (x + side * 0.2, 0.6), (x + side * 0.36, 0.52))
        brush.line(head(curve(lip)), coat.line, width)
    brush.part(head(nose), coat.nose, 0)
    brush.flat(head(ellipse(x - 0.04, 0.25, 0.04, 0.02)), mix(coat.nose, (255, 255, 255), 0.5))


def _whiskers(brush: Brush, head: Frame, x: float, sides: tuple[int, ...], rng: np.random.Generator) -> None:
    reach, droop = rng.uniform(0.9, 1.3), rng.uniform(-0.1, 0.2)
    pale = (236, 234, 228) if rng.random() < 0.8 else (60, 56, 56)
    for side in sides:
        for row, rise in enumerate((-0.22, 0.0, 0.22)):
            start = (x + side * 0.26, 0.42 + row * 0.07)
            bend = (x + side * (0.26 + reach * 0.55), 0.4 + rise * 0.6 + row * 0.05)
            end = (x + side * (0.26 + reach), 0.42 + rise + droop + row * 0.06)
            brush.line(head(curve(points(start, bend, end))), pale, head.unit * 0.026)
