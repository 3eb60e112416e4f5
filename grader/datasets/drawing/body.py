"""Bodies and poses that both species share; a `Build` holds the proportions in which they differ."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from grader.datasets.drawing.brush import Brush, Colour, mix
from grader.datasets.drawing.coat import Coat
from grader.datasets.drawing.shapes import Frame, Points, blob, ellipse, fur, points, tube

__all__ = ["Build", "draw_eye", "lying_body", "sitting_body", "standing_body"]


@dataclass(frozen=True)
class Build:
    """Proportions, in radii of the head."""

    leg: float
    """Half the width of a leg."""
    paw: float
    length: float
    """Shoulder to hip."""
    depth: float
    """Half the height of the chest."""
    height: float
    """Length of the free part of the legs."""
    neck: float
    tail: Callable[[np.random.Generator], tuple[Points, tuple[float, ...]]]
    """Spine and half widths of a tail that leaves its root (0, 0) towards -x."""


def draw_eye(
    brush: Brush,
    head: Frame,
    at: tuple[float, float],
    radii: tuple[float, float],
    slant: float,
    iris: Colour,
    pupil: tuple[float, float],
) -> None:
    """An eye with its rim, iris, pupil and glint; sizes in radii of the head, the slant in degrees."""
    x, y = at
    brush.flat(head(ellipse(x, y, radii[0] * 1.18, radii[1] * 1.22, slant)), (28, 24, 24))
    brush.flat(head(ellipse(x, y, *radii, slant)), iris)
    brush.flat(
        head(ellipse(x, y + radii[1] * 0.35, radii[0] * 0.7, radii[1] * 0.5, slant)), mix(iris, (255, 255, 230), 0.25)
    )
    brush.flat(head(ellipse(x, y, *pupil)), (12, 10, 12))
    glint = radii[1] * 0.24
    side = brush.light[0] * (-1 if head.mirrored else 1)
    brush.flat(head(ellipse(x + side * radii[0] * 0.3, y - radii[1] * 0.4, glint, glint)), (252, 252, 252))


def sitting_body(brush: Brush, head: Frame, coat: Coat, build: Build, rng: np.random.Generator) -> None:
    """A body that sits and faces us, below the head."""
    floor, hip = build.depth * 1.9 + build.height * 0.9, build.depth * 1.45
    brush.shadow(head(ellipse(0, floor + 0.05, hip * 1.5, 0.25)), head.unit * 0.4, 0.5)
    spine, widths = build.tail(rng)
    side = rng.choice([-1.0, 1.0])
    root = points((-hip * 0.75, floor - 0.3))
    brush.part(
        head(fur((tube(spine, widths) + root) * (side, 1), rng, 0.015)), coat.ears if rng.random() < 0.5 else coat.main
    )
    torso = blob(
        points(
            (0, 0.2),
            (build.neck, 0.5),
            (build.neck * 1.25, 1.2),
            (hip * 0.95, floor - 0.7),
            (hip * 0.8, floor),
            (-hip * 0.8, floor),
            (-hip * 0.95, floor - 0.7),
            (-build.neck * 1.25, 1.2),
            (-build.neck, 0.5),
        )
    )
    brush.part(head(fur(torso, rng, 0.02)), coat.main)
    brush.part(head(fur(ellipse(0, 1.25, build.neck * 0.72, 0.75), rng, 0.03)), coat.pale, 0.3)
    for sign in (-1, 1):
        brush.part(head(fur(ellipse(sign * hip * 0.78, floor - 0.42, 0.42, 0.58, sign * 14), rng, 0.015)), coat.main)
        _paw(brush, head, coat, (sign * hip * 0.84, floor), build.paw * 1.15)
    for sign in (-1, 1):
        x = sign * build.leg * 1.35
        leg = tube(
            points((x * 1.1, 1.3), (x, (1.3 + floor) / 2), (x, floor - 0.08)),
            (build.leg * 1.3, build.leg, build.leg * 0.95),
        )
        brush.part(head(fur(leg, rng, 0.01)), coat.main)
        _paw(brush, head, coat, (x, floor + 0.02), build.paw)
    _collar(brush, head, coat, build)
    brush.shadow(head(ellipse(0, 0.1, 0.8, 0.85)), head.unit * 0.3, 0.4)


def standing_body(brush: Brush, head: Frame, coat: Coat, build: Build, rng: np.random.Generator) -> None:
    """A body seen from the side, its head towards +x, standing or walking."""
    chest = points((-0.55, 0.75 + rng.uniform(-0.1, 0.3)))[0]
    hips = chest + (-build.length, rng.uniform(-0.1, 0.15))
    ground = float(chest[1]) + build.depth * 0.8 + build.height
    stride = rng.uniform(0.0, 0.5)
    brush.shadow(
        head(ellipse(float(chest[0]) - build.length / 2, ground, build.length * 0.75, 0.2)), head.unit * 0.4, 0.5
    )
    spine, widths = build.tail(rng)
    brush.part(head(fur(tube(spine, widths) + hips + (-0.35, -0.25), rng, 0.02)), coat.main)
    for far in (True, False):
        for root, step in ((chest, stride), (hips, -stride)):
            step = step if far else -step
            top = root + (0.0, build.depth * 0.3)
            foot = (float(top[0]) + step, ground - 0.1)
            knee = ((top[0] + foot[0]) / 2 + (0.08 if root is chest else -0.14), (top[1] + foot[1]) / 2)
            leg = tube(np.array([top, knee, foot]), (build.leg * 1.8, build.leg * 1.15, build.leg * 0.85))
            brush.part(head(fur(leg, rng, 0.012)), coat.main)
            if far:
                brush.flat(head(leg), brush.shade, 0.35)
            _paw(brush, head, coat, (foot[0] + 0.1, ground), build.paw)
        if far:
            _trunk(brush, head, coat, build, chest, hips, rng)
    neck = tube(
        np.array([chest + (0.05, 0.0), chest * 0.5, (0.0, 0.1)]), (build.depth * 0.85, build.neck, build.neck * 0.95)
    )
    brush.part(head(fur(neck, rng, 0.015)), coat.main, 0.5)
    _collar(brush, head, coat, build)
    brush.shadow(head(ellipse(0, 0.1, 0.75, 0.8)), head.unit * 0.25, 0.35)


def lying_body(brush: Brush, head: Frame, coat: Coat, build: Build, rng: np.random.Generator) -> None:
    """A body at rest on its belly, its head towards +x."""
    chest = points((-0.45, 0.85))[0]
    hips = chest + (-build.length * 0.95, 0.2)
    ground = float(chest[1]) + build.depth * 0.85
    brush.shadow(
        head(ellipse(float(chest[0]) - build.length / 2, ground, build.length * 0.95, 0.25)), head.unit * 0.4, 0.5
    )
    spine, widths = build.tail(rng)
    brush.part(head(fur(tube(spine * (1, 0.4), widths) + hips + (-0.4, 0.25), rng, 0.02)), coat.main)
    _trunk(brush, head, coat, build, chest, hips, rng)
    thigh = ellipse(float(hips[0]) + 0.15, float(hips[1]) + 0.2, 0.72, build.depth * 0.72, -12)
    brush.part(head(fur(thigh, rng, 0.02)), coat.main)
    _paw(brush, head, coat, (float(hips[0]) + 0.75, ground), build.paw * 1.3)
    for offset in (0.22, 0.0):
        arm = tube(
            np.array([chest + (-0.1, 0.25), (0.2 + offset, ground - 0.12), (0.95 + offset, ground - 0.08)]),
            (build.leg * 1.7, build.leg, build.leg),
        )
        brush.part(head(fur(arm, rng, 0.012)), coat.main)
        _paw(brush, head, coat, (1.05 + offset, ground - 0.04), build.paw)
    neck = tube(np.array([chest, chest * 0.5, (0.0, 0.1)]), (build.depth * 0.8, build.neck, build.neck * 0.9))
    brush.part(head(fur(neck, rng, 0.015)), coat.main, 0.5)
    _collar(brush, head, coat, build)
    brush.shadow(head(ellipse(0, 0.1, 0.75, 0.8)), head.unit * 0.25, 0.35)


def _trunk(
    brush: Brush, head: Frame, coat: Coat, build: Build, chest: Points, hips: Points, rng: np.random.Generator
) -> None:
    middle = (chest + hips) / 2
    trunk = blob(
        np.array(
            [
                chest + (0.45, -0.1),
                chest + (0.1, -build.depth),
                middle + (0, -build.depth * 0.88),
                hips + (-0.1, -build.depth * 0.9),
                hips + (-0.55, -0.1),
                hips + (-0.2, build.depth * 0.75),
                middle + (0, build.depth * 0.8),
                chest + (0.1, build.depth),
            ]
        )
    )
    brush.part(head(fur(trunk, rng, 0.02)), coat.main, 1.2)


def _paw(brush: Brush, head: Frame, coat: Coat, at: tuple[float, float], size: float) -> None:
    x, y = at
    brush.part(head(ellipse(x, y - size * 0.4, size, size * 0.62)), coat.pale, 0.6)
    for toe in (-0.35, 0.35):
        toes = points((x + toe * size, y - size * 0.3), (x + toe * size * 1.05, y + size * 0.1))
        brush.line(head(toes), coat.line, head.unit * 0.03)


def _collar(brush: Brush, head: Frame, coat: Coat, build: Build) -> None:
    if coat.collar is not None:
        band = points(
            (-build.neck * 1.02, 0.62),
            (0, 0.98),
            (build.neck * 1.02, 0.62),
            (build.neck * 1.05, 0.84),
            (0, 1.2),
            (-build.neck * 1.05, 0.84),
        )
        brush.part(head(band), coat.collar, 0.5)
        brush.part(head(ellipse(0, 1.28, 0.14, 0.14)), (212, 180, 80), 0.8)
