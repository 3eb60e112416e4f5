"""Pictures within a page, as small JPEG data URIs: training images, and one drawn image as augmentation changes it."""

import base64
import io
import math
import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from markupsafe import Markup
from PIL import Image, ImageOps

from grader.observation import Augmentation, AugmentationSetting

__all__ = ["AugmentedRow", "Picture", "augmented_rows", "plain_picture", "random_pictures", "thumbnail"]

_SIDE = 112
_QUALITY = 72
_EXAMPLES = 5

_NAMES = {
    "rotation": "Rotation",
    "shear": "Shear",
    "zoom": "Zoom",
    "zoom_height": "Zoom, of the height",
    "zoom_width": "Zoom, of the width",
    "height_shift": "Shift, up and down",
    "width_shift": "Shift, left and right",
    "horizontal_flip": "Flip, left to right",
    "vertical_flip": "Flip, upside down",
    "brightness": "Brightness",
    "contrast": "Contrast",
    "tint": "Tint",
}
_FLIPS = frozenset({"horizontal_flip", "vertical_flip"})
_ANGLES = frozenset({"rotation", "shear"})
_FACTORS = frozenset({"zoom", "zoom_height", "zoom_width", "contrast"})


@dataclass(frozen=True)
class Picture:
    """One picture of a page."""

    source: Markup
    """A `data:` URI, whole however long it is."""
    says: str
    """What it shows, for those who do not see it."""


@dataclass(frozen=True)
class AugmentedRow:
    """One kind of change: its range, and the drawn image at both ends of it."""

    name: str
    range: str
    pictures: tuple[Picture, ...]


def plain_picture() -> Picture:
    """The drawn image as it is."""
    return Picture(_uri(_drawn()), "a drawn cat, unchanged")


def augmented_rows(augmentation: Augmentation) -> list[AugmentedRow]:
    """A row for each change that was measured, with the drawn image at the ends of its range."""
    rows = []
    for name, setting in _present(augmentation).items():
        ends = [1.0] if name in _FLIPS else sorted({setting.low, setting.high})
        pictures = []
        for value in ends:
            said = _NAMES[name].lower() if name in _FLIPS else f"{_NAMES[name].lower()} {_said(name, value)}"
            changed = _changed({name: value}, augmentation.brightness_form)
            pictures.append(Picture(_uri(changed), f"the drawn cat, {said}"))
        rows.append(AugmentedRow(_NAMES[name], _range(name, setting), tuple(pictures)))
    return rows


def random_pictures(augmentation: Augmentation) -> list[Picture]:
    """The drawn image with all changes at once, each at random within its range: the same pictures every time."""
    present = _present(augmentation)
    if not present:
        return []
    dice = random.Random(7)  # noqa: S311 - nothing depends on it but what a page looks like
    pictures = []
    for number in range(1, _EXAMPLES + 1):
        values: dict[str, float] = {}
        for name, setting in present.items():
            happens = dice.random() < setting.share
            value = 1.0 if name in _FLIPS else dice.uniform(setting.low, setting.high)
            values |= {name: value} if happens else {}
        changed = _changed(values, augmentation.brightness_form)
        pictures.append(Picture(_uri(changed), f"the drawn cat, changed at random, example {number}"))
    return pictures


@cache
def thumbnail(file: Path) -> Markup | None:
    """A small copy of an image file as a data URI; None where the file cannot be read.

    Kept, as a class has the same training images: two thousand take some 6 MB.
    """
    try:
        with Image.open(file) as picture:
            small = ImageOps.fit(picture.convert("RGB"), (_SIDE, _SIDE), Image.Resampling.LANCZOS)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    return _uri(small)


def _present(augmentation: Augmentation) -> dict[str, AugmentationSetting]:
    """The changes that are more than noise; a zoom of both sides alike is one."""
    found = {
        name: setting
        for name, setting in augmentation.settings.items()
        if name in _NAMES and setting.share > 0.02 and (name in _FLIPS or setting.reach > _noise(name))
    }
    height, width = found.get("zoom_height"), found.get("zoom_width")
    if height and width and max(abs(height.low - width.low), abs(height.high - width.high)) < 0.03:
        found = {"zoom" if name == "zoom_height" else name: s for name, s in found.items() if name != "zoom_width"}
    return found


def _noise(name: str) -> float:
    return 0.5 if name in _ANGLES else 0.005


def _range(name: str, setting: AugmentationSetting) -> str:
    if name in _FLIPS:
        return f"of {setting.share:.0%} of the images"
    return f"{_said(name, setting.low)} to {_said(name, setting.high)}"


def _said(name: str, value: float) -> str:
    if name in _ANGLES:
        text = f"{value:.0f}\u00b0"
    elif name in _FACTORS:
        return f"\u00d7 {1 + value:.2f}"
    else:
        text = f"{100 * value:+.0f} %" if name == "brightness" else f"{100 * value:.0f} %"
    return text.replace("-", "\u2212")


@cache
def _drawn() -> Image.Image:
    """One picture of `grader.datasets.drawing`, square. The cat sits to one side, so that a flip shows."""
    with Image.open(io.BytesIO(files("grader.report").joinpath("drawn_cat.png").read_bytes())) as picture:
        return picture.convert("RGB")


def _changed(values: Mapping[str, float], brightness_form: str) -> Image.Image:
    moved = _moved(values)
    if not values.keys() & {"brightness", "contrast", "tint"}:
        return moved
    pixels = np.asarray(moved, dtype=np.float64)
    if "contrast" in values:
        pixels = pixels.mean(axis=(0, 1)) + (pixels - pixels.mean(axis=(0, 1))) * (1 + values["contrast"])
    if "brightness" in values:
        value = values["brightness"]
        pixels = pixels * (1 + value) if brightness_form == "factor" else pixels + 255 * value
    if "tint" in values:
        pixels = pixels + 255 * values["tint"] * np.array([1.0, 0.0, -1.0])
    return Image.fromarray(np.clip(np.rint(pixels), 0, 255).astype(np.uint8))


@cache
def _turned(mirrored: bool, upside_down: bool) -> tuple[Image.Image, Image.Image]:
    """The drawn image after flips, and the same with its edges drawn out on all sides, as Keras does by default."""
    image = ImageOps.mirror(_drawn()) if mirrored else _drawn()
    image = ImageOps.flip(image) if upside_down else image
    side = image.width
    return image, Image.fromarray(np.pad(np.asarray(image), ((side, side), (side, side), (0, 0)), mode="edge"))


def _moved(values: Mapping[str, float]) -> Image.Image:
    """The drawn image after what changes the place of pixels."""
    image, padded = _turned("horizontal_flip" in values, "vertical_flip" in values)
    if not values.keys() - _FLIPS - {"brightness", "contrast", "tint"}:
        return image
    side = image.width
    both = 1 + values.get("zoom", 0.0)
    across, down = both + values.get("zoom_width", 0.0), both + values.get("zoom_height", 0.0)
    matrix = np.array([[1 / max(0.1, across), 0.0], [0.0, 1 / max(0.1, down)]])
    matrix = matrix @ np.array([[1.0, math.tan(math.radians(values.get("shear", 0.0)))], [0.0, 1.0]])
    angle = math.radians(values.get("rotation", 0.0))
    matrix = matrix @ np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    middle = np.array([side / 2, side / 2])
    shift = side * np.array([values.get("width_shift", 0.0), values.get("height_shift", 0.0)])
    start = middle + side - matrix @ (middle + shift)
    data = (matrix[0, 0], matrix[0, 1], start[0], matrix[1, 0], matrix[1, 1], start[1])
    return padded.transform((side, side), Image.Transform.AFFINE, data, Image.Resampling.BILINEAR)


def _uri(image: Image.Image) -> Markup:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=_QUALITY, optimize=True)
    data = base64.b64encode(buffer.getvalue()).decode()
    return Markup("data:image/jpeg;base64," + data)  # noqa: S704 - letters, digits and three signs
