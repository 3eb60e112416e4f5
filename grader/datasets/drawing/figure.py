"""A figure: one animal being painted, so that species and poses speak only of shapes in radii of its head."""

from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from grader.datasets.drawing.brush import Brush, Colour, mix
from grader.datasets.drawing.coat import Coat
from grader.datasets.drawing.shapes import Frame, Points, ellipse, fur

__all__ = ["Figure"]


@dataclass(frozen=True)
class Figure:
    """Paints outlines about the centre of a head, in radii of the head; the body lies below or towards -x."""

    brush: Brush
    frame: Frame
    """Where the head is."""
    coat: Coat
    rng: np.random.Generator

    def tilted(self, degrees: float) -> "Figure":
        """The same animal with its head tilted further."""
        return replace(self, frame=self.frame.child(0, 0, 1.0, degrees))

    def part(self, outline: Points, paint: Image.Image | Colour, *, volume: float = 1.0, ruffle: float = 0.0) -> None:
        """Paints a part with shading of strength `volume` and an edge of fur of length `ruffle`."""
        edge = fur(outline, self.rng, ruffle) if ruffle else outline
        self.brush.part(self.frame(edge), paint, volume)

    def flat(self, outline: Points, colour: Colour, alpha: float = 1.0) -> None:
        """Paints an even colour, `alpha` (0 to 1) opaque."""
        self.brush.flat(self.frame(outline), colour, alpha)

    def dim(self, outline: Points, alpha: float) -> None:
        """Puts a part that is farther away into the shade."""
        self.brush.flat(self.frame(outline), self.brush.shade, alpha)

    def line(self, line: Points, colour: Colour, width: float) -> None:
        """Draws an open line."""
        self.brush.line(self.frame(line), colour, self.frame.unit * width)

    def shadow(self, outline: Points, reach: float, alpha: float) -> None:
        """Lets the outline throw a soft shadow onto what is painted already."""
        self.brush.shadow(self.frame(outline), self.frame.unit * reach, alpha)

    def eye(
        self,
        at: tuple[float, float],
        radii: tuple[float, float],
        *,
        slant: float,
        iris: Colour,
        pupil: tuple[float, float],
    ) -> None:
        """Paints an eye with its rim, iris, pupil and glint; the slant in degrees."""
        x, y = at
        self.flat(ellipse(x, y, radii[0] * 1.18, radii[1] * 1.22, slant), (28, 24, 24))
        self.flat(ellipse(x, y, *radii, slant), iris)
        low = ellipse(x, y + radii[1] * 0.35, radii[0] * 0.7, radii[1] * 0.5, slant)
        self.flat(low, mix(iris, (255, 255, 230), 0.25))
        self.flat(ellipse(x, y, *pupil), (12, 10, 12))
        glint, side = radii[1] * 0.24, self.brush.light[0] * (-1 if self.frame.mirrored else 1)
        self.flat(ellipse(x + side * radii[0] * 0.3, y - radii[1] * 0.4, glint, glint), (252, 252, 252))
