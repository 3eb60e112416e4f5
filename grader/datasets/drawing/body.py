"""Bodies and poses that both species share; a `Build` holds the proportions in which they differ."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from grader.datasets.drawing.figure import Figure
from grader.datasets.drawing.shapes import Points, at, blob, ellipse, points, tube

__all__ = ["Build", "lying_body", "sitting_body", "standing_body"]


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


def sitting_body(figure: Figure, build: Build) -> None:
    """A body that sits and faces us, below the head."""
    floor, hip = build.depth * 1.9 + build.height * 0.9, build.depth * 1.45
    figure.shadow(ellipse(0, floor + 0.05, hip * 1.5, 0.25), 0.4, 0.5)
    spine, widths = build.tail(figure.rng)
    side = figure.rng.choice([-1.0, 1.0])
    root = points((-hip * 0.75, floor - 0.3))
    figure.part(
        (tube(spine, widths) + root) * (side, 1),
        figure.coat.ears if figure.rng.random() < 0.5 else figure.coat.main,
        ruffle=0.015,
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
    figure.part(torso, figure.coat.main, ruffle=0.02)
    figure.part(ellipse(0, 1.25, build.neck * 0.72, 0.75), figure.coat.pale, volume=0.3, ruffle=0.03)
    for sign in (-1, 1):
        figure.part(ellipse(sign * hip * 0.78, floor - 0.42, 0.42, 0.58, sign * 14), figure.coat.main, ruffle=0.015)
        _paw(figure, (sign * hip * 0.84, floor), build.paw * 1.15)
    for sign in (-1, 1):
        x = sign * build.leg * 1.35
        leg = tube(
            points((x * 1.1, 1.3), (x, (1.3 + floor) / 2), (x, floor - 0.08)),
            (build.leg * 1.3, build.leg, build.leg * 0.95),
        )
        figure.part(leg, figure.coat.main, ruffle=0.01)
        _paw(figure, (x, floor + 0.02), build.paw)
    _collar(figure, build)
    figure.shadow(ellipse(0, 0.1, 0.8, 0.85), 0.3, 0.4)


def standing_body(figure: Figure, build: Build) -> None:
    """A body seen from the side, its head towards +x, standing or walking."""
    chest = at(-0.55, 0.75 + figure.rng.uniform(-0.1, 0.3))
    hips = chest + at(-build.length, figure.rng.uniform(-0.1, 0.15))
    ground = float(chest[1]) + build.depth * 0.8 + build.height
    stride = figure.rng.uniform(0.0, 0.5)
    figure.shadow(ellipse(float(chest[0]) - build.length / 2, ground, build.length * 0.75, 0.2), 0.4, 0.5)
    spine, widths = build.tail(figure.rng)
    figure.part(tube(spine, widths) + hips + at(-0.35, -0.25), figure.coat.main, ruffle=0.02)
    for far in (True, False):
        for root, lead in ((chest, stride), (hips, -stride)):
            step = lead if far else -lead
            top = root + at(0.0, build.depth * 0.3)
            foot = (float(top[0]) + step, ground - 0.1)
            knee = ((top[0] + foot[0]) / 2 + (0.08 if root is chest else -0.14), (top[1] + foot[1]) / 2)
            leg = tube(np.array([top, knee, foot]), (build.leg * 1.8, build.leg * 1.15, build.leg * 0.85))
            figure.part(leg, figure.coat.main, ruffle=0.012)
            if far:
                figure.dim(leg, 0.35)
            _paw(figure, (foot[0] + 0.1, ground), build.paw)
        if far:
            _trunk(figure, build, chest, hips)
    neck = tube(
        np.array([chest + at(0.05, 0.0), chest * 0.5, (0.0, 0.1)]), (build.depth * 0.85, build.neck, build.neck * 0.95)
    )
    figure.part(neck, figure.coat.main, volume=0.5, ruffle=0.015)
    _collar(figure, build)
    figure.shadow(ellipse(0, 0.1, 0.75, 0.8), 0.25, 0.35)


def lying_body(figure: Figure, build: Build) -> None:
    """A body at rest on its belly, its head towards +x."""
    chest = at(-0.45, 0.85)
    hips = chest + at(-build.length * 0.95, 0.2)
    ground = float(chest[1]) + build.depth * 0.85
    figure.shadow(ellipse(float(chest[0]) - build.length / 2, ground, build.length * 0.95, 0.25), 0.4, 0.5)
    spine, widths = build.tail(figure.rng)
    figure.part(tube(spine * (1, 0.4), widths) + hips + at(-0.4, 0.25), figure.coat.main, ruffle=0.02)
    _trunk(figure, build, chest, hips)
    thigh = ellipse(float(hips[0]) + 0.15, float(hips[1]) + 0.2, 0.72, build.depth * 0.72, -12)
    figure.part(thigh, figure.coat.main, ruffle=0.02)
    _paw(figure, (float(hips[0]) + 0.75, ground), build.paw * 1.3)
    for offset in (0.22, 0.0):
        arm = tube(
            np.array([chest + at(-0.1, 0.25), (0.2 + offset, ground - 0.12), (0.95 + offset, ground - 0.08)]),
            (build.leg * 1.7, build.leg, build.leg),
        )
        figure.part(arm, figure.coat.main, ruffle=0.012)
        _paw(figure, (1.05 + offset, ground - 0.04), build.paw)
    neck = tube(np.array([chest, chest * 0.5, (0.0, 0.1)]), (build.depth * 0.8, build.neck, build.neck * 0.9))
    figure.part(neck, figure.coat.main, volume=0.5, ruffle=0.015)
    _collar(figure, build)
    figure.shadow(ellipse(0, 0.1, 0.75, 0.8), 0.25, 0.35)


def _trunk(figure: Figure, build: Build, chest: Points, hips: Points) -> None:
    middle = (chest + hips) / 2
    trunk = blob(
        np.array(
            [
                chest + at(0.45, -0.1),
                chest + at(0.1, -build.depth),
                middle + at(0, -build.depth * 0.88),
                hips + at(-0.1, -build.depth * 0.9),
                hips + at(-0.55, -0.1),
                hips + at(-0.2, build.depth * 0.75),
                middle + at(0, build.depth * 0.8),
                chest + at(0.1, build.depth),
            ]
        )
    )
    figure.part(trunk, figure.coat.main, volume=1.2, ruffle=0.02)


def _paw(figure: Figure, place: tuple[float, float], size: float) -> None:
    x, y = place
    figure.part(ellipse(x, y - size * 0.4, size, size * 0.62), figure.coat.pale, volume=0.6)
    for toe in (-0.35, 0.35):
        toes = points((x + toe * size, y - size * 0.3), (x + toe * size * 1.05, y + size * 0.1))
        figure.line(toes, figure.coat.line, 0.03)


def _collar(figure: Figure, build: Build) -> None:
    if figure.coat.collar is not None:
        band = points(
            (-build.neck * 1.02, 0.62),
            (0, 0.98),
            (build.neck * 1.02, 0.62),
            (build.neck * 1.05, 0.84),
            (0, 1.2),
            (-build.neck * 1.05, 0.84),
        )
        figure.part(band, figure.coat.collar, volume=0.5)
        figure.part(ellipse(0, 1.28, 0.14, 0.14), (212, 180, 80), volume=0.8)
