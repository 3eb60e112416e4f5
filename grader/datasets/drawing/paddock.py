"""Pictures of a horse or of a person, computer-made figures in all kinds of places."""

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from grader.datasets.drawing.background import draw_background
from grader.datasets.drawing.brush import Colour, mix
from grader.datasets.drawing.camera import photograph
from grader.datasets.drawing.coat import noise
from grader.datasets.drawing.creatures import PAINTS, horse_cones, human_cones
from grader.datasets.drawing.solids import Cone, Turn, place, render
from grader.datasets.drawing.staging import compose

__all__ = ["Creature", "draw_creature"]

SIDE = 200
"""Pixels."""
OVERSIZE = 2
EARTHS: tuple[Colour, ...] = (
    (46, 40, 40), (92, 62, 44), (140, 92, 56), (186, 130, 84), (222, 186, 148), (240, 234, 226), (128, 128, 132),
)  # fmt: skip
"""Coats, hair and skin."""


class Creature(StrEnum):
    """Who is in the picture."""

    HORSE = "horses"
    HUMAN = "humans"


def draw_creature(creature: Creature, rng: np.random.Generator) -> Image.Image:
    """An RGB picture of 200 x 200 pixels of one figure, seen from any side.

    Place, light, colours and size on the picture are drawn from distributions that do not know who is in it.
    """
    side = SIDE * OVERSIZE
    behind = draw_background((side, side), rng.uniform(0.4, 0.8), rng)
    colours = [_colour(rng) for _ in range(PAINTS)]
    if rng.random() < 0.5:  # of one colour, but for details
        colours[1] = mix(colours[0], colours[1], 0.15)
        colours[2] = mix(colours[0], colours[2], 0.15)
    light = (rng.uniform(-1, 1), rng.uniform(-1.2, -0.1), rng.uniform(0.3, 0.9))
    ambient, reach = rng.uniform(0.3, 0.55), side * rng.uniform(0.02, 0.06)
    turn = Turn(rng.uniform(0, 360), rng.uniform(-4, 24), rng.normal(0, 5))
    filling, area = rng.uniform(0.55, 1.0), rng.uniform(0.045, 0.1)
    at = rng.uniform(0, 1, 2)
    cones = horse_cones(rng) if creature is Creature.HORSE else human_cones(rng)
    cones = _fitted(cones, turn, side, filling=filling, area=area, at=at, mirrored=bool(rng.random() < 0.5))
    shot = render(cones, (side, side), light, ambient=ambient, gloss=rng.uniform(0, 0.12))
    texture = 1 + np.float32(rng.uniform(0.02, 0.08)) * noise((side, side), rng.uniform(2, 9), rng)
    return photograph(compose(behind, shot, colours, texture, light=light, reach=reach, rng=rng), (SIDE, SIDE), rng)


def _colour(rng: np.random.Generator) -> Colour:
    if rng.random() < 0.8:
        return mix(EARTHS[rng.integers(len(EARTHS))], EARTHS[rng.integers(len(EARTHS))], rng.uniform(0, 0.4))
    return int(rng.integers(25, 240)), int(rng.integers(25, 240)), int(rng.integers(25, 240))


def _fitted(
    cones: list[Cone], turn: Turn, side: int, *, filling: float, area: float, at: NDArray[np.float64], mirrored: bool
) -> list[Cone]:
    """The figure at a size that depends on its surface rather than on its height, wholly in the picture."""
    trial = place(cones, turn, 1000.0, (0.0, 0.0), mirrored=mirrored)
    ends = np.array([(c.a[0], c.a[1], c.ra) for c in trial] + [(c.b[0], c.b[1], c.rb) for c in trial]) / 1000
    low, high = (ends[:, :2] - ends[:, 2:]).min(axis=0), (ends[:, :2] + ends[:, 2:]).max(axis=0)
    span = high - low
    unit = min(side * filling / float(span.max()), side * (area / 0.1) ** 0.5 / float(np.prod(span)) ** 0.5)
    room = side - span * unit
    origin = room * at * 0.9 + room * 0.05 - low * unit
    return place(cones, turn, unit, (float(origin[0]), float(origin[1])), mirrored=mirrored)
