"""Coats: colours and patterns, drawn from one distribution for both species, so that colour tells nothing."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from grader.datasets.drawing.brush import Colour, mix

__all__ = ["Coat", "make_coat", "noise"]

BASES: tuple[Colour, ...] = (
    (46, 42, 44),  # black
    (84, 62, 48),  # chocolate
    (128, 92, 62),  # brown
    (186, 124, 66),  # red
    (214, 152, 88),  # ginger
    (224, 192, 148),  # cream
    (236, 228, 214),  # white
    (120, 122, 130),  # blue grey
    (164, 158, 150),  # silver
    (176, 148, 116),  # fawn
)
PATTERNS = ("solid", "solid", "striped", "striped", "patched", "spotted", "pointed")
PALE: Colour = (242, 236, 226)
DARK: Colour = (38, 32, 32)


@dataclass(frozen=True)
class Coat:
    """The textures of one animal, each as large as the canvas, and the colours of its bare parts."""

    main: Image.Image
    pale: Image.Image
    """Muzzle, chest and paws of a coat with markings; else close to the main one."""
    ears: Image.Image
    skin: Colour
    """Inside of the ears."""
    nose: Colour
    line: Colour
    """Mouth and toes."""
    eye: Colour
    collar: Colour | None


def make_coat(size: tuple[int, int], unit: float, rng: np.random.Generator) -> Coat:
    """A coat for a canvas of `size` (width, height) pixels, its pattern in proportion to `unit` pixels."""
    base = _vary(BASES[rng.integers(len(BASES))], rng)
    pattern = PATTERNS[rng.integers(len(PATTERNS))]
    dark = sum(base) < 240
    other = mix(base, PALE, rng.uniform(0.35, 0.9)) if dark else mix(base, DARK, rng.uniform(0.35, 0.7))
    if pattern == "patched" and rng.random() < 0.6:
        other = _vary(PALE if sum(base) < 560 else BASES[rng.integers(6)], rng)
    marked = rng.random() < 0.55
    pale = mix(base, PALE, rng.uniform(0.6, 0.95)) if marked else mix(base, PALE, rng.uniform(0.08, 0.25))
    ears = mix(base, DARK, rng.uniform(0.45, 0.75)) if pattern == "pointed" else mix(base, DARK, rng.uniform(0.0, 0.3))
    texture = 1 + 0.08 * noise(size, max(2.0, unit * 0.05), rng) + 0.10 * noise(size, 1.0, rng, streak=True)
    share = _pattern(pattern, size, unit, rng)
    skin = _vary((216, 158, 150), rng)
    return Coat(
        main=_textured(base, other, share, texture),
        pale=_textured(pale, pale, None, texture),
        ears=_textured(ears, ears, None, texture),
        skin=mix(skin, base, rng.uniform(0.2, 0.5)),
        nose=_vary(((52, 42, 44), (188, 122, 118), (96, 66, 58))[rng.integers(3)], rng),
        line=mix(base, DARK, 0.75) if not dark else (20, 18, 18),
        eye=_vary(
            ((206, 168, 62), (150, 168, 78), (150, 104, 56), (110, 150, 180), (104, 70, 42))[rng.integers(5)], rng
        ),
        collar=_vary(((190, 52, 48), (52, 92, 168), (60, 130, 80), (150, 80, 150), (60, 56, 56))[rng.integers(5)], rng)
        if rng.random() < 0.35
        else None,
    )


def noise(
    size: tuple[int, int], grain: float, rng: np.random.Generator, *, streak: bool = False
) -> NDArray[np.float32]:
    """Smooth noise of mean 0 and deviation about 1, float32 of shape (height, width).

    Args:
        size: Width and height in pixels.
        grain: Width of a grain in pixels.
        rng: Chooses the piece of noise.
        streak: Whether grains are drawn out downwards, like hairs.
    """
    width, height = size
    bank = _bank(streak)
    need_w, need_h = min(len(bank), max(3, round(width / grain))), min(len(bank), max(3, round(height / grain)))
    x, y = rng.integers(len(bank) - need_w + 1), rng.integers(len(bank) - need_h + 1)
    piece = bank[y : y + need_h, x : x + need_w]
    if piece.shape == (height, width):
        return piece
    stretched = Image.fromarray(piece).resize(size, Image.Resampling.BICUBIC)
    return np.asarray(stretched, dtype=np.float32)


@cache
def _bank(streak: bool) -> NDArray[np.float32]:
    """A fixed field of noise from which pieces are cut; drawing normal numbers for each picture would cost more."""
    field = np.random.default_rng(20_24).normal(size=(1024, 1024)).astype(np.float32)
    if streak:  # hairs that run downwards: each value is spread over its neighbours above
        field = np.stack([np.roll(field, shift, axis=0) for shift in range(6)]).sum(axis=0) / np.float32(6**0.5)
    return np.asarray(field, dtype=np.float32)


def _pattern(name: str, size: tuple[int, int], unit: float, rng: np.random.Generator) -> NDArray[np.float32] | None:
    """Where the second colour lies, 0 to 1."""
    if name == "striped":
        y, x = np.mgrid[: size[1], : size[0]].astype(np.float32)
        angle = rng.uniform(-0.5, 0.5)
        wave = (x * np.cos(angle) + y * np.sin(angle)) * (2 * np.pi / (unit * rng.uniform(0.3, 0.5)))
        bent = np.sin(wave + 1.6 * noise(size, unit * 0.5, rng))
        return np.asarray(np.clip(bent * 1.5 - 0.2, 0, 1) * rng.uniform(0.5, 0.95), dtype=np.float32)
    if name == "patched":
        return np.clip(noise(size, unit * rng.uniform(0.6, 1.1), rng) * 8, 0, 1)
    if name == "spotted":
        return np.clip(noise(size, unit * rng.uniform(0.12, 0.25), rng) * 5 - 3, 0, 1)
    return None


def _textured(a: Colour, b: Colour, share: NDArray[np.float32] | None, texture: NDArray[np.float32]) -> Image.Image:
    first, second = np.array(a, dtype=np.float32), np.array(b, dtype=np.float32)
    colour = first if share is None else first + (second - first) * share[..., None]
    return Image.fromarray(np.clip(colour * texture[..., None], 0, 255).astype(np.uint8))


def _vary(colour: Colour, rng: np.random.Generator) -> Colour:
    red, green, blue = (int(np.clip(c + d, 0, 255)) for c, d in zip(colour, rng.normal(0, 6, 3), strict=True))
    return red, green, blue
