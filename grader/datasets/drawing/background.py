"""Places an animal may be in: meadow, room, wall, sofa and out-of-focus lights, the same for both species."""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from grader.datasets.drawing.brush import Colour, mix
from grader.datasets.drawing.coat import noise

__all__ = ["draw_background"]


def draw_background(size: tuple[int, int], horizon: float, rng: np.random.Generator) -> Image.Image:
    """A picture of a place.

    Args:
        size: Width and height in pixels.
        horizon: Where the ground begins, 0 (top) to 1 (bottom).
        rng: Chooses the place and all that is in it.
    """
    painters = (_meadow, _meadow, _room, _room, _lights, _plain)
    picture = painters[rng.integers(len(painters))](size, round(size[1] * horizon), rng)
    _clutter(picture, rng)
    blur = max(size) * rng.uniform(0.003, 0.014)
    picture = picture.filter(ImageFilter.GaussianBlur(blur))
    grain = 1 + 0.03 * noise(size, max(2, max(size) / 60), rng)
    return Image.fromarray(np.clip(np.asarray(picture) * grain[..., None], 0, 255).astype(np.uint8))


def _colour(rng: np.random.Generator, low: int = 40, high: int = 220) -> Colour:
    red, green, blue = (int(value) for value in rng.integers(low, high, 3))
    grey = (red + green + blue) // 3
    return mix((red, green, blue), (grey, grey, grey), rng.uniform(0.2, 0.7))


def _gradient(size: tuple[int, int], top: Colour, bottom: Colour) -> Image.Image:
    share = np.linspace(0, 1, size[1])[:, None, None]
    column = np.array(top) + (np.array(bottom) - np.array(top)) * share
    return Image.fromarray(np.broadcast_to(column, (size[1], size[0], 3)).astype(np.uint8))


def _meadow(size: tuple[int, int], horizon: int, rng: np.random.Generator) -> Image.Image:
    width, height = size
    sky = mix((150, 190, 225), _colour(rng, 120, 230), rng.uniform(0, 0.6))
    picture = _gradient(size, sky, mix(sky, (240, 240, 235), 0.5))
    pen = ImageDraw.Draw(picture)
    for _ in range(rng.integers(0, 5)):  # bushes and hills on the horizon
        x, r = rng.uniform(0, width), rng.uniform(0.1, 0.4) * width
        pen.ellipse((x - r, horizon - r * 0.7, x + r, horizon + r), fill=mix((60, 96, 60), _colour(rng), 0.3))
    ground = mix(((86, 124, 60), (150, 136, 96), (196, 178, 140), (224, 228, 232))[rng.integers(4)], _colour(rng), 0.15)
    picture.paste(
        _gradient((width, max(1, height - horizon)), mix(ground, (255, 255, 255), 0.1), mix(ground, (20, 24, 10), 0.3)),
        (0, horizon),
    )
    for _ in range(rng.integers(40, 140)):  # blades of grass, or pebbles' shadows
        x, y = rng.uniform(0, width), rng.uniform(horizon, height)
        reach = height * 0.05 * (0.4 + (y - horizon) / max(1, height - horizon))
        shade = mix(ground, ((250, 250, 220), (10, 30, 10))[rng.integers(2)], rng.uniform(0.1, 0.35))
        pen.line((x, y, x + rng.uniform(-0.4, 0.4) * reach, y - reach), fill=shade, width=2)
    return picture


def _room(size: tuple[int, int], horizon: int, rng: np.random.Generator) -> Image.Image:
    width, height = size
    wall, floor = _colour(rng, 110, 235), _colour(rng, 60, 200)
    picture = _gradient(size, wall, mix(wall, (0, 0, 0), 0.15))
    pen = ImageDraw.Draw(picture)
    if rng.random() < 0.4:  # striped wallpaper
        step = width / rng.integers(4, 14)
        for i in range(int(width / step) + 1):
            pen.rectangle((i * step, 0, i * step + step * 0.45, horizon), fill=mix(wall, (255, 255, 255), 0.18))
    for _ in range(rng.integers(0, 3)):  # a window, a picture, a door
        w, h = rng.uniform(0.15, 0.45, 2) * (width, height)
        x, y = rng.uniform(-0.1, 0.8) * width, rng.uniform(-0.1, 0.3) * height
        pen.rectangle((x, y, x + w, y + h), fill=_colour(rng, 60, 250), outline=_colour(rng), width=max(2, width // 60))
    pen.rectangle((0, horizon, width, height), fill=floor)
    pen.rectangle((0, horizon - height // 40, width, horizon), fill=mix(wall, (255, 255, 255), 0.4))
    if rng.random() < 0.5:  # boards
        for i in range(1, rng.integers(3, 8)):
            y = horizon + (height - horizon) * (i / 8) ** 1.3
            pen.line((0, y, width, y), fill=mix(floor, (0, 0, 0), 0.25), width=2)
    else:  # a rug
        w = rng.uniform(0.5, 1.2) * width
        pen.ellipse((width / 2 - w / 2, horizon + height * 0.05, width / 2 + w / 2, height * 1.1), fill=_colour(rng))
    if rng.random() < 0.4:  # the back of a sofa
        x, y = rng.uniform(-0.4, 0.5) * width, horizon - rng.uniform(0.1, 0.35) * height
        pen.rounded_rectangle((x, y, x + width * 0.8, height), radius=width // 14, fill=_colour(rng))
    return picture


def _lights(size: tuple[int, int], _horizon: int, rng: np.random.Generator) -> Image.Image:
    width, height = size
    base = _colour(rng, 30, 160)
    picture = _gradient(size, base, mix(base, _colour(rng), 0.6))
    pen = ImageDraw.Draw(picture, "RGBA")
    for _ in range(rng.integers(8, 26)):
        x, y, r = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(0.02, 0.13) * max(size)
        pen.ellipse((x - r, y - r, x + r, y + r), fill=(*_colour(rng, 120, 255), int(rng.integers(40, 140))))
    return picture


def _plain(size: tuple[int, int], horizon: int, rng: np.random.Generator) -> Image.Image:
    picture = _gradient(size, _colour(rng), _colour(rng))
    ImageDraw.Draw(picture).rectangle((0, horizon, *size), fill=_colour(rng))
    return picture


def _clutter(picture: Image.Image, rng: np.random.Generator) -> None:
    """Balls, boxes and gable shapes: round and pointed things that are no animal's."""
    width, height = picture.size
    pen = ImageDraw.Draw(picture)
    for _ in range(rng.integers(0, 5)):
        x, y = rng.uniform(0, width), rng.uniform(0.2, 1.0) * height
        r, kind = rng.uniform(0.03, 0.12) * max(picture.size), rng.integers(4)
        colour = _colour(rng)
        if kind == 0:
            pen.ellipse((x - r, y - r, x + r, y + r), fill=colour)
        elif kind == 1:
            pen.rectangle((x - r, y - r * 0.7, x + r, y + r * 0.7), fill=colour)
        elif kind == 2:
            pen.polygon([(x - r, y + r), (x + r * rng.uniform(-0.5, 0.5), y - r), (x + r, y + r)], fill=colour)
        else:
            pen.line((x, y, x + r * rng.uniform(-4, 4), y - r * 3), fill=colour, width=max(2, width // 80))
