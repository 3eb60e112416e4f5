"""Looks at the pictures that a notebook shows: their size, and whether there is anything on them."""

import base64
import binascii
import io
from typing import Any

__all__ = ["MAX_PIXELS", "look"]

MAX_PIXELS = 40_000_000
MAX_COLOURS = 4096
_REDUCE = [level >> 3 for level in range(256)] * 3


def look(png: Any) -> dict[str, int] | None:
    """Width and height in pixels, and the number of colours, of a picture from a cell's output.

    Args:
        png: Base64 text of a PNG file; students can put anything there.

    Returns:
        `width`, `height` and `colours`: distinct ones after reduction to 32 levels a channel, at most 4096. None for
        what is no PNG file, is broken, or has more than 40 million pixels.
    """
    from PIL import Image  # many notebooks show no picture

    if not isinstance(png, str):
        return None
    try:
        with Image.open(io.BytesIO(base64.b64decode(png)), formats=["PNG"]) as image:
            width, height = image.size
            if width * height > MAX_PIXELS:
                return None
            colours = image.convert("RGB").point(_REDUCE).getcolors(MAX_COLOURS)
    except (binascii.Error, OSError, SyntaxError, ValueError, TypeError, MemoryError, Image.DecompressionBombError):
        return None
    except Image.DecompressionBombWarning:
        return None
    return {"width": width, "height": height, "colours": MAX_COLOURS if colours is None else len(colours)}
