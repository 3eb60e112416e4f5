"""The lens and the light: what a cheap camera does to a scene before it is stored."""

import numpy as np
from PIL import Image, ImageFilter

from grader.datasets.drawing.coat import noise

__all__ = ["photograph"]


def photograph(scene: Image.Image, size: tuple[int, int], rng: np.random.Generator) -> Image.Image:
    """The scene at its final size (width, height), with exposure, tint, vignette, blur and grain.

    Args:
        scene: Drawn larger than `size`, so that shrinking it smooths its edges.
        size: Width and height in pixels.
        rng: Where the settings of this shot come from.
    """
    picture = scene.resize(size, Image.Resampling.BOX)
    if rng.random() < 0.5:
        picture = picture.filter(ImageFilter.GaussianBlur(rng.uniform(0.2, 0.9) * max(size) / 220))
    pixels = np.asarray(picture, dtype=np.float32)
    if rng.random() < 0.05:
        pixels = np.repeat(pixels @ np.array([[0.3], [0.59], [0.11]], dtype=np.float32), 3, axis=2)
    gain, tint = rng.uniform(0.85, 1.2), rng.normal(1, 0.03, 3)
    middle, contrast = rng.uniform(110, 140), rng.uniform(0.85, 1.2)
    pixels = (pixels * (gain * tint).astype(np.float32) - middle) * contrast + middle
    y, x = np.ogrid[-1 : 1 : size[1] * 1j, -1 : 1 : size[0] * 1j]
    side, drop = rng.uniform(-0.18, 0.18), rng.uniform(0, 0.16)
    pixels = pixels * (1 + side * x - drop * (x**2 + y**2))[..., None].astype(np.float32)
    grain = rng.uniform(1, 6)
    pixels = pixels + grain * np.stack([noise(size, 1.0, rng) for _ in range(3)], axis=2)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
