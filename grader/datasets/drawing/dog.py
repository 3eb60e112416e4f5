"""What makes a dog: hanging or folded ears, a long muzzle with a broad nose, round dark eyes, often a tongue."""

import numpy as np

from grader.datasets.drawing.body import Build
from grader.datasets.drawing.brush import mix
from grader.datasets.drawing.figure import Figure
from grader.datasets.drawing.shapes import Points, blob, curve, ellipse, points, tube

__all__ = ["BUILD", "draw_head", "draw_profile"]

TONGUE = (214, 104, 112)
EARS = ("hanging",) * 5 + ("folded", "rose")


def _tail(rng: np.random.Generator) -> tuple[Points, tuple[float, ...]]:
    """A shorter, thicker tail from the root (0, 0) towards -x that wags upwards or hangs."""
    lift = rng.uniform(-0.3, 1.2)
    spine = points((0, 0), (-0.5, -0.2 * lift), (-0.85, -0.75 * lift), (-1.0, -1.2 * lift))
    return spine, (0.24, 0.27, 0.22, 0.08)


BUILD = Build(leg=0.25, paw=0.31, length=2.6, depth=0.95, height=1.45, neck=0.62, tail=_tail)
"""Strong legs, large paws, a deep chest."""


def draw_head(figure: Figure, turn: float) -> None:
    """A head seen from the front; `turn` (-1 to 1) is how far it looks to its +x side."""
    kind = EARS[figure.rng.integers(len(EARS))]
    shift = turn * 0.2
    long, wide = figure.rng.uniform(0.85, 1.15), figure.rng.uniform(0.92, 1.1)
    skull = blob(
        points(
            (0, -0.95), (0.5, -0.86), (0.8, -0.4), (0.78, 0.1), (0.62, 0.5), (0.42, 0.85), (0, 0.98),
            (-0.42, 0.85), (-0.62, 0.5), (-0.78, 0.1), (-0.8, -0.4), (-0.5, -0.86),
        )
    )  # fmt: skip
    figure.part(skull * (wide, 1), figure.coat.main, ruffle=0.015)
    for side in (-1, 1):
        ear = _ear(kind, figure.rng) * (side * wide, 1) - (shift * 0.4, 0)
        figure.shadow(ear, 0.12, 0.3)
        figure.part(ear, figure.coat.ears, volume=1.0, ruffle=0.016)
    blaze = blob(
        points(
            (shift * 0.7, -0.9),
            (0.13 + shift, -0.3),
            (0.34 + shift * 1.4, 0.3),
            (-0.34 + shift * 1.4, 0.3),
            (-0.13 + shift, -0.3),
        )
    )
    if figure.rng.random() < 0.5:
        figure.part(blaze, figure.coat.pale, volume=0, ruffle=0.012)
    x = shift * 1.8
    _tongue_and_jaw(figure, x, long)
    cheeks = blob(
        points(
            (x * 0.8, -0.02),
            (x + 0.3, 0.12),
            (x + 0.48, 0.5 * long),
            (x + 0.36, 0.78 * long),
            (x, 0.7 * long),
            (x - 0.36, 0.78 * long),
            (x - 0.48, 0.5 * long),
            (x - 0.3, 0.12),
        )
    )
    figure.shadow(cheeks, 0.12, 0.3)
    figure.part(cheeks, figure.coat.pale, volume=0.9, ruffle=0.01)
    _nose(figure, (x, 0.2), 1.2)
    for side in (-1, 1):
        lip = points(
            (x, 0.36), (x + side * 0.03, 0.62 * long), (x + side * 0.2, 0.74 * long), (x + side * 0.42, 0.62 * long)
        )
        figure.line(curve(lip), figure.coat.line, 0.045)
        for dot in ((0.2, 0.46), (0.3, 0.54), (0.28, 0.4)):
            figure.flat(ellipse(x + side * dot[0], dot[1], 0.022, 0.022, count=8), figure.coat.line)
        size = 0.155
        iris = mix(figure.coat.eye, (66, 40, 24), 0.5)
        figure.eye(
            (side * 0.36 + shift, -0.2), (size, size * 0.95), slant=0, iris=iris, pupil=(size * 0.62, size * 0.62)
        )
        brow = ellipse(side * 0.36 + shift, -0.47, 0.14, 0.06, side * 14)
        figure.part(brow, figure.coat.pale, volume=0)


def draw_profile(figure: Figure) -> None:
    """A head seen from the side, looking towards +x."""
    long = figure.rng.uniform(0.85, 1.25)
    tip = 0.6 + 0.95 * long
    open_mouth = figure.rng.random() < 0.6
    if open_mouth:
        jaw = blob(
            points((0.2, 0.5), (tip * 0.6, 0.62), (tip * 0.86, 0.74), (tip * 0.8, 0.88), (0.4, 0.84), (0.0, 0.7))
        )
        figure.part(jaw, figure.coat.pale, volume=0.6)
        mouth = points((0.35, 0.46), (tip * 0.9, 0.5), (tip * 0.8, 0.78), (0.5, 0.66))
        figure.flat(mouth, (70, 26, 30))
        hang = figure.rng.uniform(0.2, 0.6)
        tongue = tube(points((0.5, 0.6), (tip * 0.72, 0.66), (tip * 0.8, 0.9 + hang)), (0.08, 0.15, 0.13))
        figure.part(tongue, TONGUE, volume=0.7)
    skull = blob(
        points(
            (-0.2, -0.84),
            (0.3, -0.76),
            (0.56, -0.38),
            (0.8, -0.14),
            (tip - 0.06, -0.04),
            (tip, 0.2),
            (tip - 0.1, 0.48),
            (0.6, 0.56),
            (0.2, 0.74),
            (-0.5, 0.74),
            (-0.84, 0.2),
            (-0.72, -0.5),
        )
    )
    figure.part(skull, figure.coat.main, ruffle=0.014)
    snout = blob(
        points((0.75, 0.0), (tip - 0.08, 0.02), (tip - 0.02, 0.24), (tip - 0.14, 0.44), (0.75, 0.5), (0.6, 0.25))
    )
    figure.part(snout, figure.coat.pale, volume=0.5, ruffle=0.01)
    figure.line(curve(points((tip - 0.1, 0.46), (0.7, 0.5), (0.42, 0.42))), figure.coat.line, 0.045)
    _nose(figure, (tip - 0.02, 0.04), 0.8)
    figure.eye((0.4, -0.24), (0.13, 0.14), slant=0, iris=mix(figure.coat.eye, (66, 40, 24), 0.5), pupil=(0.09, 0.09))
    ear = _ear("hanging", figure.rng) * (-1, 1) + (0.42, 0.05)
    figure.shadow(ear, 0.12, 0.3)
    figure.part(ear, figure.coat.ears, volume=1.0, ruffle=0.016)


def _ear(kind: str, rng: np.random.Generator) -> Points:
    """The ear on the +x side."""
    long, out = rng.uniform(0.8, 1.25), rng.uniform(-0.08, 0.12)
    if kind == "hanging":
        knots = points(
            (0.42, -0.84),
            (0.82, -0.78),
            (1.06 + out, -0.2),
            (1.14 + out, 0.4 * long),
            (0.94 + out, 0.78 * long),
            (0.74, 0.4 * long),
            (0.66, -0.3),
        )
    elif kind == "folded":  # stands at its root, the tip falls forwards
        knots = points(
            (0.3, -0.86),
            (0.62, -1.16),
            (0.98, -1.02),
            (1.1 + out, -0.6),
            (0.92, -0.3 * long),
            (0.72, -0.5),
            (0.5, -0.62),
        )
    else:  # rose: folded back and outwards
        knots = points((0.4, -0.8), (0.78, -0.92), (1.22 + out, -0.72), (1.36 + out, -0.36), (1.08, -0.3), (0.8, -0.38))
    return blob(knots)


def _tongue_and_jaw(figure: Figure, x: float, long: float) -> None:
    if figure.rng.random() < 0.65:
        jaw = blob(
            points(
                (x - 0.34, 0.6 * long),
                (x + 0.34, 0.6 * long),
                (x + 0.26, 1.02 * long),
                (x, 1.1 * long),
                (x - 0.26, 1.02 * long),
            )
        )
        figure.part(jaw, figure.coat.pale, volume=0.8, ruffle=0.01)
        figure.flat(ellipse(x, 0.78 * long, 0.26, 0.18), (70, 26, 30))
        hang, sway = figure.rng.uniform(0.15, 0.55), figure.rng.uniform(-0.15, 0.15)
        tongue = tube(
            points((x, 0.7 * long), (x + sway * 0.4, 0.95 * long), (x + sway, 1.0 * long + hang)), (0.16, 0.2, 0.17)
        )
        figure.part(tongue, TONGUE, volume=0.7)
        figure.line(
            points((x + sway * 0.1, 0.82 * long), (x + sway * 0.8, 0.95 * long + hang * 0.8)),
            mix(TONGUE, (90, 20, 30), 0.5),
            0.03,
        )


def _nose(figure: Figure, at: tuple[float, float], size: float) -> None:
    x, y = at
    nose = (
        blob(points((-0.21, -0.06), (0, -0.12), (0.21, -0.06), (0.17, 0.1), (0.05, 0.19), (-0.05, 0.19), (-0.17, 0.1)))
        * size
        + at
    )
    figure.part(nose, mix(figure.coat.nose, (40, 32, 34), 0.4), volume=0.3)
    figure.flat(
        ellipse(x - 0.05 * size, y - 0.05 * size, 0.07 * size, 0.03 * size),
        mix(figure.coat.nose, (255, 255, 255), 0.45),
    )
