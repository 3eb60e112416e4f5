"""A brush that paints outlines onto a canvas, with volume: every part is darker on the side away from the light."""

from dataclasses import dataclass
from math import ceil, floor

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from grader.datasets.drawing.shapes import Points

__all__ = ["Brush", "Colour", "mix"]

Colour = tuple[int, int, int]
"""Red, green and blue, 0 to 255."""


def mix(a: Colour, b: Colour, share: float) -> Colour:
    """The colour `share` (0 to 1) of the way from a to b."""
    red, green, blue = (round(x + (y - x) * share) for x, y in zip(a, b, strict=True))
    return red, green, blue


@dataclass(frozen=True)
class Brush:
    """Paints on `canvas`; all outlines are in its pixels."""

    canvas: Image.Image
    light: tuple[float, float]
    """Unit vector on the screen that points towards the light."""
    shade: Colour
    """What the shadows tend to."""
    contrast: float
    """0 for flat light to 1 for a hard lamp."""

    def part(self, outline: Points, paint: Image.Image | Colour, volume: float = 1.0) -> None:
        """Fills the outline with a colour or with what a texture as large as the canvas shows there, then shades it."""
        box = self._box(outline)
        if box is None:
            return
        mask = _mask(outline, box)
        self.canvas.paste(paint.crop(box) if isinstance(paint, Image.Image) else paint, box, mask)
        depth = float(min(np.ptp(outline, axis=0))) * 0.2
        if volume > 0 and depth >= 2:
            dark = ImageChops.multiply(mask, self._turned_away(outline, box, mask.size, depth))
            self.canvas.paste(self.shade, box, _scaled(dark, self.contrast * volume))

    def flat(self, outline: Points, colour: Colour, alpha: float = 1.0) -> None:
        """Fills the outline evenly, `alpha` (0 to 1) opaque."""
        box = self._box(outline)
        if box is not None:
            self.canvas.paste(colour, box, _scaled(_mask(outline, box), alpha))

    def line(self, line: Points, colour: Colour, width: float) -> None:
        """Draws an open line, `width` pixels wide and at least one."""
        pixels = [(float(x), float(y)) for x, y in line]
        ImageDraw.Draw(self.canvas).line(pixels, fill=colour, width=max(1, round(width)), joint="curve")

    def shadow(self, outline: Points, reach: float, alpha: float) -> None:
        """Darkens what lies behind the outline, softly, on the side away from the light and `reach` pixels far."""
        moved = outline - np.array(self.light) * reach * 0.6
        box = self._box(moved, margin=reach)
        if box is None:
            return
        mask = _mask(moved, box, shrink=4).filter(ImageFilter.GaussianBlur(reach / 8))
        self.canvas.paste(self.shade, box, _scaled(mask.resize((box[2] - box[0], box[3] - box[1])), alpha))

    def _turned_away(
        self, outline: Points, box: tuple[int, int, int, int], size: tuple[int, int], depth: float
    ) -> Image.Image:
        moved = outline + np.array(self.light) * depth * 0.9
        lit = _mask(moved, box, shrink=4).filter(ImageFilter.GaussianBlur(depth / 4))
        return ImageChops.invert(lit.resize(size, Image.Resampling.BILINEAR))

    def _box(self, outline: Points, margin: float = 1.0) -> tuple[int, int, int, int] | None:
        low, high = outline.min(axis=0) - margin, outline.max(axis=0) + margin
        left, top = max(0, floor(low[0])), max(0, floor(low[1]))
        right, bottom = min(self.canvas.width, ceil(high[0])), min(self.canvas.height, ceil(high[1]))
        return (left, top, right, bottom) if right > left and bottom > top else None


def _mask(outline: Points, box: tuple[int, int, int, int], shrink: int = 1) -> Image.Image:
    width, height = box[2] - box[0], box[3] - box[1]
    mask = Image.new("L", (ceil(width / shrink), ceil(height / shrink)))
    inside = (outline - box[:2]) / shrink
    ImageDraw.Draw(mask).polygon([(float(x), float(y)) for x, y in inside], fill=255)
    return mask


def _scaled(mask: Image.Image, alpha: float) -> Image.Image:
    share = min(max(alpha, 0.0), 1.0)
    return mask if share == 1 else mask.point([round(value * share) for value in range(256)])
