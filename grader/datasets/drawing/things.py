"""Pictures of things that no assignment is about: what the pretrained base learned to see on.

Creatures, tools, vehicles, plants and furniture, in any place, light and colour, from any side. There are no cats,
dogs, horses, people or hands among them.
"""

import numpy as np
from PIL import Image

from grader.datasets.drawing.background import draw_background
from grader.datasets.drawing.beasts import BEASTS, Maker
from grader.datasets.drawing.brush import Colour, mix
from grader.datasets.drawing.camera import photograph
from grader.datasets.drawing.coat import noise
from grader.datasets.drawing.objects import OBJECTS
from grader.datasets.drawing.solids import Cone, Turn, place, render
from grader.datasets.drawing.staging import compose

__all__ = ["KINDS", "draw_thing"]

KINDS: dict[str, Maker] = dict(sorted((BEASTS | OBJECTS).items()))
"""Name of a kind -> what makes the cones of a fresh one."""
PAINTS = 5


def draw_thing(kind: str, rng: np.random.Generator, side: int = 150) -> Image.Image:
    """An RGB picture of `side` x `side` pixels of one thing.

    Args:
        kind: One of `KINDS`.
        rng: Where everything in the picture comes from.
        side: Pixels.
    """
    behind = draw_background((side, side), rng.uniform(0.3, 0.8), rng)
    colours = _colours(rng)
    light = (rng.uniform(-1, 1), rng.uniform(-1.2, -0.1), rng.uniform(0.3, 0.9))
    turn = Turn(rng.uniform(0, 360), rng.uniform(-10, 40), rng.normal(0, 12))
    cones = _fitted(KINDS[kind](rng), turn, side, rng)
    shot = render(cones, (side, side), light, ambient=rng.uniform(0.25, 0.55), gloss=rng.uniform(0, 0.2))
    texture = 1 + np.float32(rng.uniform(0.02, 0.15)) * noise((side, side), rng.uniform(1.5, 9), rng)
    reach = side * rng.uniform(0.02, 0.06)
    return photograph(compose(behind, shot, colours, texture, light=light, reach=reach, rng=rng), (side, side), rng)


def _colours(rng: np.random.Generator) -> list[Colour]:
    """Of one family in half of the pictures, so that parts must be told by their form."""
    colours: list[Colour] = []
    for _ in range(PAINTS):
        red, green, blue = (int(value) for value in rng.integers(20, 245, 3))
        grey = (red + green + blue) // 3
        colours.append(mix((red, green, blue), (grey, grey, grey), rng.uniform(0, 0.9)))
    if rng.random() < 0.5:
        colours[1:4] = [mix(colours[0], other, rng.uniform(0.05, 0.3)) for other in colours[1:4]]
    return colours


def _fitted(cones: list[Cone], turn: Turn, side: int, rng: np.random.Generator) -> list[Cone]:
    """The thing at some size and place, wholly in the picture."""
    mirrored = bool(rng.random() < 0.5)
    trial = place(cones, turn, 1000.0, (0.0, 0.0), mirrored=mirrored)
    ends = np.array([(c.a[0], c.a[1], c.ra) for c in trial] + [(c.b[0], c.b[1], c.rb) for c in trial]) / 1000
    low, high = (ends[:, :2] - ends[:, 2:]).min(axis=0), (ends[:, :2] + ends[:, 2:]).max(axis=0)
    span = high - low
    unit = side * rng.uniform(0.4, 0.95) / float(span.max())
    room = side - span * unit
    origin = room * rng.uniform(0.05, 0.95, 2) - low * unit
    return place(cones, turn, unit, (float(origin[0]), float(origin[1])), mirrored=mirrored)
