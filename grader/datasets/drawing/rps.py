"""Hands that play rock, paper or scissors, reaching in from one side."""

from dataclasses import replace

import numpy as np
from PIL import Image

from grader.datasets.drawing.background import draw_background
from grader.datasets.drawing.brush import Colour
from grader.datasets.drawing.camera import photograph
from grader.datasets.drawing.coat import noise
from grader.datasets.drawing.hand import FIST, UP, Finger, Hand, hand_cones
from grader.datasets.drawing.solids import Turn, place, render
from grader.datasets.drawing.staging import compose

__all__ = ["GESTURES", "draw_gesture"]

GESTURES = ("paper", "rock", "scissors")
SIDE = 200
"""Pixels."""
OVERSIZE = 2
TONES: tuple[Colour, ...] = (
    (246, 214, 190),
    (232, 190, 158),
    (214, 166, 128),
    (186, 134, 98),
    (152, 104, 74),
    (116, 78, 56),
    (84, 58, 46),
)
"""Skin, from pale to dark."""


def draw_gesture(gesture: str, rng: np.random.Generator) -> Image.Image:
    """An RGB picture of 200 x 200 pixels of one hand.

    Skin, sleeve, light, place, side, size and background are drawn before the gesture is looked at.
    """
    side = SIDE * OVERSIZE
    skin = TONES[rng.integers(len(TONES))]
    sleeve = (int(rng.integers(20, 235)), int(rng.integers(20, 235)), int(rng.integers(20, 235)))
    turn = Turn(rng.normal(0, 7) + 180 * int(rng.random() < 0.15), rng.normal(0, 6), rng.normal(-80, 12))
    unit, mirrored = side * rng.uniform(0.23, 0.28), bool(rng.random() < 0.5)
    at = (side * rng.uniform(0.44, 0.56), side * rng.uniform(0.42, 0.58))
    light = (rng.uniform(-1, 1), rng.uniform(-1.2, 0.2), rng.uniform(0.4, 1.0))
    ambient, gloss = rng.uniform(0.3, 0.55), rng.uniform(0, 0.15)
    cuff = rng.uniform(0.7, 1.6) if rng.random() < 0.5 else 3.0
    behind = _background(side, rng)
    build = {"thick": rng.uniform(0.85, 1.25), "long": rng.uniform(0.88, 1.12)}
    cones = hand_cones(replace(_hand(gesture, rng), build=build), rng, wobble=5, sleeve=cuff)
    shot = render(place(cones, turn, unit, at, mirrored=mirrored), (side, side), light, ambient=ambient, gloss=gloss)
    texture = 1 + np.float32(0.03) * noise((side, side), unit * 0.05, rng)
    picture = compose(behind, shot, [skin, skin, sleeve], texture, light=light, reach=unit * 0.35, rng=rng)
    return photograph(picture, (SIDE, SIDE), rng)


def _hand(gesture: str, rng: np.random.Generator) -> Hand:
    if gesture == "rock":
        return Hand(FIST, FIST, FIST, FIST, ("over fists", "over ring", "beside")[rng.integers(3)])
    if gesture == "paper":
        fan = rng.uniform(-2, 16)
        bend = rng.uniform(0, 14)
        index, middle, ring, little = (Finger(4 + bend, 4 + bend, 3, fan * way) for way in (1.0, 0.3, -0.4, -1.2))
        return Hand(index, middle, ring, little, ("out", "wide", "beside", "across palm")[rng.integers(4)])
    gap = rng.uniform(9, 18)
    return Hand(
        replace(UP, spread=gap),
        replace(UP, spread=-gap * 0.8),
        FIST,
        FIST,
        ("over ring", "over ring", "beside", "across palm")[rng.integers(4)],
    )


def _background(side: int, rng: np.random.Generator) -> Image.Image:
    """Near white mostly, as in a studio; else a place."""
    if rng.random() < 0.15:
        return draw_background((side, side), rng.uniform(0.3, 0.9), rng)
    paper = rng.uniform(205, 252) + rng.normal(0, 4, 3)
    y, x = np.mgrid[-1 : 1 : side * 1j, -1 : 1 : side * 1j].astype(np.float32)
    slope = np.float32(rng.normal(0, 7)) * x + np.float32(rng.normal(0, 7)) * y
    cloth = np.float32(rng.uniform(0, 4)) * noise((side, side), side / 5, rng)
    pixels = paper.astype(np.float32) + (slope + cloth)[..., None]
    return Image.fromarray(np.clip(np.rint(pixels), 0, 255).astype(np.uint8))
