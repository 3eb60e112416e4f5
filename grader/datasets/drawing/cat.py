"""What makes a cat: pointed ears, a round face with slit eyes and whiskers, a slim tail that curls."""

import numpy as np

from grader.datasets.drawing.body import Build
from grader.datasets.drawing.brush import mix
from grader.datasets.drawing.figure import Figure
from grader.datasets.drawing.shapes import Points, blob, curve, ellipse, points

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


def draw_head(figure: Figure, turn: float) -> None:
    """A head seen from the front; `turn` (-1 to 1) is how far it looks to its +x side."""
    high, spread, lean = figure.rng.uniform(0.95, 1.25), figure.rng.uniform(0.9, 1.1), figure.rng.uniform(-0.1, 0.1)
    shift = turn * 0.22
    for side in (-1, 1):
        tip = (side * (0.74 * spread + lean) + shift * 0.4, -0.35 - high)
        outer, inner = (side * 0.93, -0.1), (side * 0.14 - shift * 0.3, -0.74)
        ear = _ear(outer, tip, inner)
        figure.part(ear, figure.coat.ears, volume=0.6, ruffle=0.012)
        centre = np.array([side * 0.6, -0.62])
        figure.part(centre + (ear - centre) * (0.58, 0.68), figure.coat.skin, volume=0.7)
    face = blob(points((0, -0.86), (0.55, -0.74), (0.92, -0.3), (1.04, 0.2), (0.78, 0.6), (0.34, 0.86), (0, 0.9)))
    face = np.vstack([face[: len(face) // 7 * 6], (face[: len(face) // 7 * 6] * (-1, 1))[::-1]])
    figure.part(face, figure.coat.main, ruffle=0.018)
    for side in (-1, 1):  # cheek tufts
        tuft = points(
            (side * 0.82, 0.2), (side * 1.2, 0.42), (side * 0.9, 0.46), (side * 1.06, 0.68), (side * 0.6, 0.7)
        )
        figure.part(tuft, figure.coat.main, volume=0, ruffle=0.02)
    figure.part(ellipse(shift * 1.3, 0.5, 0.44, 0.34), figure.coat.pale, volume=0.4, ruffle=0.012)
    openness = figure.rng.uniform(0.15, 0.25)
    pupil = figure.rng.uniform(0.12, 0.42)
    for side in (-1, 1):
        x = side * 0.42 + shift
        slant = side * -10
        figure.eye(
            (x, -0.1), (0.24, openness), slant=slant, iris=figure.coat.eye, pupil=(0.22 * pupil, openness * 0.95)
        )
    _nose_and_mouth(figure, shift * 1.5)
    _whiskers(figure, shift * 1.4, (-1, 1))


def draw_profile(figure: Figure) -> None:
    """A head seen from the side, looking towards +x."""
    high = figure.rng.uniform(0.95, 1.25)
    far = _ear((0.4, -0.6), (0.42, -0.3 - high), (-0.1, -0.75))
    figure.part(far, figure.coat.ears, volume=0.3)
    figure.dim(far, 0.25)
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
    figure.part(skull, figure.coat.main, ruffle=0.018)
    figure.part(ellipse(0.72, 0.38, 0.28, 0.24), figure.coat.pale, volume=0.4, ruffle=0.01)
    near = _ear((-0.62, -0.4), (-0.32, -0.38 - high), (0.2, -0.72))
    figure.part(near, figure.coat.ears, volume=0.6, ruffle=0.012)
    centre = np.array([-0.2, -0.72])
    figure.part(centre + (near - centre) * (0.5, 0.62), figure.coat.skin, volume=0.7)
    figure.eye((0.46, -0.14), (0.16, 0.19), slant=12, iris=figure.coat.eye, pupil=(0.05, 0.17))
    figure.part(blob(points((0.88, 0.06), (1.04, 0.12), (0.98, 0.24))), figure.coat.nose, volume=0)
    figure.line(curve(points((0.98, 0.24), (0.86, 0.42), (0.62, 0.44))), figure.coat.line, 0.035)
    _whiskers(figure, 0.5, (1,))
    _whiskers(figure, 0.85, (-1,))


def _ear(outer: tuple[float, float], tip: tuple[float, float], inner: tuple[float, float]) -> Points:
    """A triangle with slightly bulging sides."""
    a, b, c = np.array(outer), np.array(tip), np.array(inner)
    out = np.array([a[0] - c[0], -0.3])
    out /= np.linalg.norm(out) * 12
    return np.vstack(
        [curve(np.array([a, (a + b) / 2 + out, b])), curve(np.array([b, (b + c) / 2 - out * (1, -0.6), c]))]
    )


def _nose_and_mouth(figure: Figure, x: float) -> None:
    width = 0.035
    nose = blob(points((x - 0.14, 0.23), (x, 0.2), (x + 0.14, 0.23), (x + 0.05, 0.34), (x, 0.38), (x - 0.05, 0.34)), 4)
    for side in (-1, 1):
        lip = points((x, 0.38), (x + side * 0.04, 0.54), (x + side * 0.2, 0.6), (x + side * 0.36, 0.52))
        figure.line(curve(lip), figure.coat.line, width)
    figure.part(nose, figure.coat.nose, volume=0)
    figure.flat(ellipse(x - 0.04, 0.25, 0.04, 0.02), mix(figure.coat.nose, (255, 255, 255), 0.5))


def _whiskers(figure: Figure, x: float, sides: tuple[int, ...]) -> None:
    reach, droop = figure.rng.uniform(0.9, 1.3), figure.rng.uniform(-0.1, 0.2)
    colour = (230, 226, 218) if figure.rng.random() < 0.6 else (44, 40, 40)
    for side in sides:
        for row, rise in enumerate((-0.22, 0.0, 0.22)):
            start = (x + side * 0.26, 0.42 + row * 0.07)
            bend = (x + side * (0.26 + reach * 0.55), 0.4 + rise * 0.6 + row * 0.05)
            end = (x + side * (0.26 + reach), 0.42 + rise + droop + row * 0.06)
            figure.line(curve(points(start, bend, end)), colour, 0.028)
