"""One picture from start to end: choose size, place, coat and pose, draw, and photograph."""

from enum import StrEnum

import numpy as np
from PIL import Image

from grader.datasets.drawing import cat, dog
from grader.datasets.drawing.background import draw_background
from grader.datasets.drawing.body import lying_body, sitting_body, standing_body
from grader.datasets.drawing.brush import Brush
from grader.datasets.drawing.camera import photograph
from grader.datasets.drawing.coat import make_coat
from grader.datasets.drawing.figure import Figure
from grader.datasets.drawing.shapes import Frame, blob, points

__all__ = ["Species", "draw_picture"]

SMALLEST, LARGEST = 90, 360
"""Pixels a side."""
OVERSIZE = 2
"""How much larger than the final picture everything is drawn."""
POSES = ("head",) * 7 + ("sitting",) * 2 + ("standing", "lying")
"""Mostly portraits, as people take them; small heads of whole animals are the hard part of the set."""


class Species(StrEnum):
    """Who is in the picture."""

    CAT = "Cat"
    DOG = "Dog"


def draw_picture(species: Species, rng: np.random.Generator) -> Image.Image:
    """An RGB picture of one animal, between 90 and 360 pixels a side.

    Everything but the animal's shape (size, place, coat, light, pose, grain) is drawn from distributions that do not
    know the species.
    """
    size = _size(rng)
    width, height = size[0] * OVERSIZE, size[1] * OVERSIZE
    pose = POSES[rng.integers(len(POSES))]
    canvas = draw_background((width, height), rng.uniform(0.35, 0.8), rng)
    head = _head_frame(pose, width, height, rng)
    angle = rng.uniform(-2.6, -0.5)
    shade = (int(rng.integers(8, 40)), int(rng.integers(8, 40)), int(rng.integers(16, 56)))
    brush = Brush(canvas, (float(np.cos(angle)), float(np.sin(angle))), shade, rng.uniform(0.35, 0.75))
    coat = make_coat((width, height), head.unit, rng)
    _animal(Figure(brush, head, coat, rng), species, pose)
    if rng.random() < 0.15:
        _foreground(brush, rng)
    return photograph(canvas, size, rng)


def _size(rng: np.random.Generator) -> tuple[int, int]:
    """Width and height: many sizes and aspect ratios, mostly about 180 by 150."""
    area = np.exp(rng.normal(np.log(165), 0.22))
    aspect = np.exp(rng.normal(0.08, 0.2))
    width, height = (int(np.clip(side, SMALLEST, LARGEST)) for side in (area * aspect**0.5, area / aspect**0.5))
    return width, height


def _head_frame(pose: str, width: int, height: int, rng: np.random.Generator) -> Frame:
    """Where the head goes so that most of the animal is in the picture."""
    mirrored = bool(rng.random() < 0.5)
    short = min(width, height)
    if pose == "head":
        unit = short * rng.uniform(0.28, 0.4)
        x, y = width * rng.uniform(0.4, 0.6), height * rng.uniform(0.48, 0.6)
        return Frame(x, y, unit, rng.uniform(-12, 12), mirrored)
    if pose == "sitting":
        unit = min(height * rng.uniform(0.19, 0.24), width * 0.26)
        x, y = width * rng.uniform(0.35, 0.65), height * rng.uniform(0.36, 0.44)
        return Frame(x, y, unit, rng.uniform(-8, 8), mirrored)
    unit = min(width * rng.uniform(0.16, 0.21), height * 0.26)
    x, y = width * rng.uniform(0.62, 0.74), height * rng.uniform(0.38, 0.5)
    return Frame(width - x if mirrored else x, y, unit, rng.uniform(-6, 6), mirrored)


def _animal(figure: Figure, species: Species, pose: str) -> None:
    kind, rng = (cat if species is Species.CAT else dog), figure.rng
    if pose == "sitting":
        sitting_body(figure, kind.BUILD)
    elif pose == "standing":
        standing_body(figure, kind.BUILD)
    elif pose == "lying":
        lying_body(figure, kind.BUILD)
    elif rng.random() < 0.7:  # shoulders below a portrait
        shoulders = blob(points((0, 0.3), (0.9, 0.9), (1.5, 2.0), (1.6, 4.0), (-1.6, 4.0), (-1.5, 2.0), (-0.9, 0.9)))
        figure.part(shoulders, figure.coat.main, volume=0.6)
        figure.shadow(shoulders * 0.6 + (0, 0.2), 0.3, 0.3)
    figure = figure.tilted(rng.uniform(-10, 10))
    if pose != "sitting" and rng.random() < (0.1 if pose == "head" else 0.25):
        kind.draw_profile(figure)
    else:
        kind.draw_head(figure, rng.uniform(-1, 1))


def _foreground(brush: Brush, rng: np.random.Generator) -> None:
    """Something in front of the animal's lower part or at one edge: a cushion, a box, blurred leaves."""
    width, height = brush.canvas.size
    colour = (int(rng.integers(40, 200)), int(rng.integers(60, 200)), int(rng.integers(40, 180)))
    if rng.random() < 0.5:
        top = height * rng.uniform(0.8, 0.92)
        bump = rng.uniform(-0.06, 0.06) * height
        edge = points(
            (-9, top), (width * 0.5, top - bump), (width + 9, top), (width + 9, height + 99), (-9, height + 99)
        )
        brush.part(edge, colour, 0.5)
    else:
        for _ in range(rng.integers(3, 9)):
            x, lean = rng.uniform(0, width), rng.uniform(-0.15, 0.15) * width
            blade = points(
                (x - width * 0.015, height + 5),
                (x + lean, height * rng.uniform(0.68, 0.9)),
                (x + width * 0.015, height + 5),
            )
            brush.part(blade, colour, 0)
