"""Hands: a palm, four fingers that bend at three joints and spread, a thumb, a wrist."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import cos, radians, sin

import numpy as np

from grader.datasets.drawing.solids import Cone, Vector

__all__ = ["CURVED", "FIST", "SKIN", "SLEEVE", "THUMBS", "UP", "Finger", "Hand", "hand_cones"]

SKIN, NAIL, SLEEVE = range(3)
"""Paint of the hand, of nails and of the sleeve."""


@dataclass(frozen=True)
class Finger:
    """One finger, in degrees."""

    knuckle: float
    """How far it bends towards the palm at its root; 0 is straight."""
    middle: float
    tip: float
    spread: float = 0.0
    """To the thumb's side."""
    lift: float = 0.0
    """How far its root is raised towards the palm's side, in widths of the palm: for crossed fingers."""


UP = Finger(4, 6, 4)
FIST = Finger(80, 100, 55)
CURVED = Finger(38, 48, 30)

THUMBS: Mapping[str, tuple[Vector, Vector, Vector]] = {
    # middle joint, last joint and tip, in widths of the palm from the wrist; x is the thumb's side, z is the palm's
    "beside": ((0.60, -0.62, 0.16), (0.62, -0.98, 0.26), (0.58, -1.28, 0.30)),
    "out": ((0.72, -0.48, 0.12), (1.04, -0.66, 0.12), (1.36, -0.78, 0.10)),
    "wide": ((0.66, -0.54, 0.12), (0.94, -0.86, 0.14), (1.14, -1.16, 0.14)),
    "across palm": ((0.42, -0.55, 0.40), (0.10, -0.72, 0.42), (-0.18, -0.80, 0.38)),
    "under fists": ((0.46, -0.46, 0.48), (0.12, -0.50, 0.60), (-0.20, -0.50, 0.56)),
    "over fists": ((0.60, -0.62, 0.46), (0.24, -0.84, 0.78), (-0.14, -0.84, 0.80)),
    "over ring": ((0.48, -0.56, 0.50), (0.12, -0.78, 0.72), (-0.20, -0.82, 0.76)),
    "through first": ((0.52, -0.60, 0.40), (0.32, -0.98, 0.62), (0.20, -1.30, 0.66)),
    "through second": ((0.50, -0.58, 0.38), (0.18, -0.92, 0.58), (-0.02, -1.22, 0.66)),
    "through third": ((0.48, -0.52, 0.36), (0.02, -0.76, 0.54), (-0.26, -0.98, 0.62)),
    "to fingertips": ((0.50, -0.42, 0.46), (0.36, -0.62, 0.80), (0.26, -0.88, 1.02)),
    "opposed": ((0.48, -0.30, 0.44), (0.42, -0.40, 0.80), (0.40, -0.56, 1.10)),
    "to index": ((0.60, -0.56, 0.40), (0.58, -0.86, 0.70), (0.48, -1.12, 0.88)),
    "between": ((0.56, -0.66, 0.36), (0.38, -1.06, 0.44), (0.24, -1.38, 0.46)),
    "forward": ((0.60, -0.60, 0.30), (0.66, -0.98, 0.44), (0.64, -1.34, 0.50)),
}

KNUCKLES: tuple[Vector, ...] = ((0.34, -1.02, 0.0), (0.10, -1.08, 0.02), (-0.14, -1.04, 0.0), (-0.36, -0.92, -0.03))
"""Index to little finger."""
LENGTHS = ((0.50, 0.30, 0.22), (0.56, 0.34, 0.24), (0.51, 0.31, 0.23), (0.40, 0.22, 0.19))
WIDTHS = (0.148, 0.152, 0.144, 0.124)
PALM: Vector = (0.0, -0.55, 0.0)
"""About the middle of the hand."""


@dataclass(frozen=True)
class Hand:
    """What a hand does."""

    index: Finger
    middle: Finger
    ring: Finger
    little: Finger
    thumb: str
    """Name of its place in `THUMBS`."""
    build: Mapping[str, float] = field(default_factory=dict)
    """`thick` and `long`: factors of the fingers' thickness and length."""


def hand_cones(hand: Hand, rng: np.random.Generator, *, wobble: float = 6.0, sleeve: float = 3.0) -> list[Cone]:
    """A right hand whose palm looks at us and whose fingers point up, in widths of the palm about its middle.

    Args:
        hand: What it does.
        rng: Chooses how a person's joints differ from the book.
        wobble: Deviation of each joint, in degrees.
        sleeve: Where the sleeve begins, in widths below the wrist.
    """
    thick, long = hand.build.get("thick", 1.0), hand.build.get("long", 1.0)
    cones: list[Cone] = []
    for finger, root, lengths, width in zip(
        (hand.index, hand.middle, hand.ring, hand.little), KNUCKLES, LENGTHS, WIDTHS, strict=True
    ):
        cones += _finger(finger, root, tuple(part * long for part in lengths), width * thick, rng=rng, wobble=wobble)
        foot = (root[0] * 0.55, -0.12, root[2])
        cones.append(Cone(foot, root, 0.2, 0.165 * (0.7 + 0.3 * thick)))
    cones.append(Cone((0.2, -0.3, 0.08), (0.3, -0.7, 0.06), 0.22, 0.14))  # the ball of the thumb
    cones += _thumb(THUMBS[hand.thumb], 0.158 * thick, rng, wobble)
    cones.append(Cone((0.0, -0.05, -0.02), (0.0, 0.6, -0.02), 0.29, 0.27))
    cones.append(Cone((0.0, 0.6, -0.02), (0.0, 4.5, -0.02), 0.27, 0.4))
    if sleeve < 3:
        cones.append(Cone((0.0, sleeve, -0.02), (0.0, 5.0, -0.02), 0.42, 0.55, SLEEVE))
    return [Cone(_minus(c.a, PALM), _minus(c.b, PALM), c.ra, c.rb, c.paint) for c in cones]


def _finger(
    finger: Finger, root: Vector, lengths: tuple[float, ...], width: float, *, rng: np.random.Generator, wobble: float
) -> list[Cone]:
    side = finger.spread + rng.normal(0, wobble * 0.35)
    bend, at = 0.0, (root[0], root[1], root[2] + finger.lift)
    cones = []
    for part, (joint, length) in enumerate(zip((finger.knuckle, finger.middle, finger.tip), lengths, strict=True)):
        bend += joint + rng.normal(0, wobble)
        flat = cos(radians(bend)) * length
        end = (
            at[0] + sin(radians(side)) * flat,
            at[1] - cos(radians(side)) * flat,
            at[2] + sin(radians(bend)) * length,
        )
        cones.append(Cone(at, end, width * (1.05 - 0.1 * part), width * (0.96 - 0.1 * part)))
        at = end
    return cones


def _thumb(joints: tuple[Vector, Vector, Vector], width: float, rng: np.random.Generator, wobble: float) -> list[Cone]:
    chain = [(0.2, -0.25, 0.08)]
    for far, joint in enumerate(joints):
        shake = rng.normal(0, wobble * 0.006 * (1 + far * 0.5), 3)
        chain.append((joint[0] + shake[0], joint[1] + shake[1], joint[2] + shake[2]))
    sizes = (1.25, 1.05, 0.98, 0.8)
    return [Cone(chain[i], chain[i + 1], width * sizes[i], width * sizes[i + 1]) for i in range(3)]


def _minus(a: Vector, b: Vector) -> Vector:
    return a[0] - b[0], a[1] - b[1], a[2] - b[2]
