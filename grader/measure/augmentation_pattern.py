"""The fiducial image: marks at known places on a known ground, which tell what was done to an image that they are in.

The marks lie near the middle, so that most of them stay in the frame, and no map of the plane takes them to themselves.
They are told apart by place and by being lighter or darker than the ground, never by colour, which may change.
"""

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

__all__ = ["LUMINANCE", "Pattern"]

LUMINANCE = np.array([0.299, 0.587, 0.114])
"""ITU-R 601, as Pillow turns colour to grey."""

GROUND = 100.0
"""Grey level between the marks and out to the edges, where filled-in borders meet it."""

SIGMA = 0.04
"""Width of the Gaussian marks, as a share of the side."""

COLOURS = np.array(
    [
        (150.0, 150.0, 150.0),  # white and black reach both ends of the pixel range
        (-95.0, -95.0, -95.0),
        (65.0, 65.0, 65.0),  # these stay well inside it, whatever moderate light falls on them
        (-60.0, -60.0, -60.0),
        (120.0, 10.0, 10.0),
        (0.0, 75.0, 0.0),
        (-75.0, -75.0, 60.0),
    ]
)
"""(marks, 3): what each mark adds to the ground at its centre."""

ANGLES = np.array([0.0, 48.0, 112.0, 165.0, 232.0, 296.0])
"""Degrees of the six outer marks; the seventh lies near the centre."""


@dataclass(frozen=True)
class Pattern:
    """A drawing of seven marks.

    Attributes:
        places: (7, 2) centres (y, x) from the middle of the image, as shares of its sides.
        colours: (7, 3) what each adds to the ground.
    """

    places: NDArray[np.float64]
    colours: NDArray[np.float64]

    @classmethod
    def from_seed(cls, seed: int) -> "Pattern":
        """The pattern of a run: places, order and levels vary, so that nobody can know it beforehand."""
        rng = np.random.default_rng([seed, 0xF1D])
        angles = np.radians(ANGLES + rng.uniform(0, 360) + rng.uniform(-5, 5, 6))
        radius = rng.uniform(0.19, 0.23, 6)
        ring = np.stack([radius * np.sin(angles), radius * np.cos(angles)], axis=1)
        inner = rng.uniform(-0.03, 0.03, (1, 2))
        # White and black are farthest apart and so best for a first guess; the others come in any order.
        order = [0, 3, *(rng.permutation([1, 2, 4, 5])), 6]
        return cls(np.concatenate([ring, inner])[order], COLOURS * rng.uniform(0.95, 1.0, (7, 1)))

    @property
    def light(self) -> NDArray[np.float64]:
        """(7,) what each mark adds to the luminance."""
        light: NDArray[np.float64] = self.colours @ LUMINANCE
        return light

    def contrast(self, channels: int) -> NDArray[np.float64]:
        """(7, channels): what each mark adds, for 1 channel or 3."""
        return self.light[:, None] if channels == 1 else self.colours

    def render(self, height: int, width: int, channels: int) -> NDArray[np.uint8]:
        """The image, (height, width, channels), uint8; 1 channel or 3."""
        y = ((np.arange(height) + 0.5) / height - 0.5)[:, None]
        x = ((np.arange(width) + 0.5) / width - 0.5)[None, :]
        image = np.full((height, width, channels), GROUND)
        for (at_y, at_x), colour in zip(self.places, self.contrast(channels), strict=True):
            blob = np.exp(-((y - at_y) ** 2 + (x - at_x) ** 2) / (2 * SIGMA**2))
            image += blob[..., None] * colour
        return np.asarray(np.clip(image, 0, 255).round(), dtype=np.uint8)

    def jpeg(self, height: int = 150, width: int = 150) -> bytes:
        """The same as the bytes of a JPEG file."""
        buffer = io.BytesIO()
        Image.fromarray(self.render(height, width, 3)).save(buffer, "JPEG", quality=95, subsampling=0)
        return buffer.getvalue()
