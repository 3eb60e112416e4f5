"""The hand signs of the alphabet, but for J and Z, which move."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from grader.datasets.drawing.coat import noise
from grader.datasets.drawing.hand import CURVED, FIST, UP, Finger, Hand, hand_cones
from grader.datasets.drawing.solids import Turn, place, render

__all__ = ["LETTERS", "SIDE", "draw_sign"]

SIDE = 28
"""Pixels."""
OVERSIZE = 3
LETTERS = "ABCDEFGHIKLMNOPQRSTUVWXY"


FACING = Turn()


@dataclass(frozen=True)
class Sign:
    """A hand and how it is held."""

    hand: Hand
    turn: Turn = FACING
    closer: float = 1.0
    """How much closer the camera comes, as a compact hand would else fill little of the picture."""


def _spread(finger: Finger, degrees: float) -> Finger:
    return replace(finger, spread=degrees)


def _all(finger: Finger, thumb: str) -> Hand:
    return Hand(finger, finger, finger, finger, thumb)


CLAW = Finger(48, 112, 60)
ROUND = Finger(58, 52, 36)
HANGING = Finger(78, 72, 18)
TUCKED = Finger(86, 108, 62)
PINCH = Finger(52, 62, 34)
TOUCH = Finger(74, 66, 36)
HOOK = Finger(14, 88, 58)

NEAR = 1.25

SIGNS: Mapping[str, Sign] = {
    "A": Sign(_all(FIST, "beside"), closer=NEAR),
    "B": Sign(_all(UP, "across palm")),
    "C": Sign(_all(CURVED, "opposed"), Turn(yaw=-62)),
    "D": Sign(Hand(UP, TOUCH, TOUCH, TOUCH, "to fingertips"), Turn(yaw=-28)),
    "E": Sign(_all(CLAW, "under fists"), closer=NEAR),
    "F": Sign(Hand(PINCH, _spread(UP, 2), _spread(UP, -8), _spread(UP, -20), "to index")),
    "G": Sign(Hand(UP, FIST, FIST, FIST, "forward"), Turn(yaw=-55, roll=-84)),
    "H": Sign(Hand(UP, UP, FIST, FIST, "over ring"), Turn(yaw=-20, roll=-84)),
    "I": Sign(Hand(FIST, FIST, FIST, _spread(UP, -8), "over fists")),
    "K": Sign(Hand(_spread(UP, 9), Finger(42, 6, 4, -6), FIST, FIST, "between"), Turn(yaw=-24)),
    "L": Sign(Hand(UP, FIST, FIST, FIST, "out")),
    "M": Sign(Hand(HANGING, HANGING, HANGING, TUCKED, "through third"), closer=NEAR),
    "N": Sign(Hand(HANGING, HANGING, TUCKED, TUCKED, "through second"), Turn(yaw=10), closer=NEAR),
    "O": Sign(_all(ROUND, "to fingertips"), Turn(yaw=-62)),
    "P": Sign(Hand(_spread(UP, 9), Finger(48, 6, 4, -6), FIST, FIST, "between"), Turn(yaw=-30, roll=-138)),
    "Q": Sign(Hand(UP, FIST, FIST, FIST, "forward"), Turn(yaw=-55, roll=-168)),
    "R": Sign(Hand(Finger(8, 6, 4, -19, 0.16), Finger(2, 6, 4, 15, -0.02), FIST, FIST, "over ring")),
    "S": Sign(_all(FIST, "over fists"), closer=NEAR),
    "T": Sign(Hand(Finger(74, 84, 40, 6), FIST, FIST, FIST, "through first"), Turn(yaw=-12), closer=NEAR),
    "U": Sign(Hand(UP, UP, FIST, FIST, "over ring")),
    "V": Sign(Hand(_spread(UP, 16), _spread(UP, -11), FIST, FIST, "over ring")),
    "W": Sign(Hand(_spread(UP, 17), UP, _spread(UP, -17), FIST, "over ring")),
    "X": Sign(Hand(HOOK, FIST, FIST, FIST, "over ring"), Turn(yaw=-26)),
    "Y": Sign(Hand(FIST, FIST, FIST, _spread(UP, -24), "out")),
}


def draw_sign(letter: str, rng: np.random.Generator) -> Image.Image:
    """A grey picture of 28 x 28 pixels of a hand that makes the letter."""
    sign = SIGNS[letter]
    hand = replace(sign.hand, build={"thick": rng.uniform(0.88, 1.2), "long": rng.uniform(0.88, 1.1)})
    side = SIDE * OVERSIZE
    turn = Turn(
        sign.turn.yaw + rng.normal(0, 4.5), sign.turn.pitch + rng.normal(0, 4.5), sign.turn.roll + rng.normal(0, 4.5)
    )
    unit = side * rng.uniform(0.3, 0.36) * sign.closer
    x, y = side * rng.uniform(0.46, 0.56), side * rng.uniform(0.54, 0.64)
    if abs(sign.turn.roll) > 45:  # a hand that points sideways or down reaches in from the other side
        x, y = side * rng.uniform(0.51, 0.61), side * rng.uniform(0.43, 0.53)
    cones = place(hand_cones(hand, rng, wobble=3), turn, unit, (x, y))
    light = (rng.uniform(-0.9, 0.9), rng.uniform(-1.2, -0.2), rng.uniform(0.5, 0.9))
    shot = render(cones, (side, side), light, ambient=rng.uniform(0.2, 0.45))
    return _photograph(shot.shade, shot.mask, rng)


def _photograph(shade: np.ndarray, mask: np.ndarray, rng: np.random.Generator) -> Image.Image:
    skin, wall = rng.uniform(165, 235), rng.uniform(45, 130)
    ramp = np.linspace(-1, 1, len(shade), dtype=np.float32)
    slope, slant = rng.normal(0, 16, 2).astype(np.float32)
    behind = np.float32(wall) + slope * ramp[None, :] + slant * ramp[:, None]
    behind = behind + np.float32(rng.uniform(0, 12)) * noise((len(shade), len(shade)), len(shade) / 4, rng)
    scene = np.where(mask, shade * np.float32(skin), behind)
    small = scene.reshape(SIDE, OVERSIZE, SIDE, OVERSIZE).mean(axis=(1, 3))
    grain = np.float32(rng.uniform(1, 4)) * noise((SIDE, SIDE), 1.0, rng)
    return Image.fromarray(np.clip(np.rint(small + grain), 0, 255).astype(np.uint8))
