"""Puts a figure before a background, with the shadow that it throws."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from grader.datasets.drawing.brush import Colour
from grader.datasets.drawing.solids import Shot, Vector

__all__ = ["compose"]


def compose(
    behind: Image.Image,
    shot: Shot,
    colours: Sequence[Colour],
    texture: NDArray[np.float32] | float,
    *,
    light: Vector,
    reach: float,
    rng: np.random.Generator,
) -> Image.Image:
    """The figure in its colours before the background.

    Args:
        behind: The background, as large as the shot; it stays as it is.
        shot: The figure.
        colours: By index of paint.
        texture: Factor of the figure's brightness, an array (height, width) or one number.
        light: Where the light comes from; the shadow falls the other way.
        reach: How far the shadow falls, in pixels.
        rng: Chooses how dark the shadow is.
    """
    mask = Image.fromarray(shot.mask.astype(np.uint8) * 255)
    norm = (light[0] ** 2 + light[1] ** 2) ** 0.5 + 1e-6
    moved = Image.new("L", mask.size)
    moved.paste(mask, (round(-light[0] / norm * reach), round(-light[1] / norm * reach)))
    small = moved.resize((mask.width // 4, mask.height // 4), Image.Resampling.BOX)
    soft = small.filter(ImageFilter.GaussianBlur(reach / 8)).resize(mask.size, Image.Resampling.BILINEAR)
    alpha = rng.uniform(0.1, 0.45)
    scene = behind.copy()
    scene.paste((20, 20, 28), (0, 0), soft.point([round(value * alpha) for value in range(256)]))
    figure = np.clip(np.rint(shot.coloured(colours, texture)), 0, 255).astype(np.uint8)
    scene.paste(Image.fromarray(figure), (0, 0), mask)
    return scene
