"""What a pipeline does to training images at random, recovered from fiducial images that went through it many times."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grader.measure.augmentation_factoring import Moves, factor
from grader.measure.augmentation_light import Light, read_light
from grader.measure.augmentation_pattern import GROUND, Pattern
from grader.measure.augmentation_registration import Placement, Register
from grader.observation import Augmentation, AugmentationSetting

__all__ = ["FLIPS", "join", "measure_augmentation"]

Array = NDArray[np.float64]

FLIPS = ("horizontal_flip", "vertical_flip")

FLOORS = {
    "rotation": 0.6,
    "shear": 0.8,
    "zoom_height": 0.015,
    "zoom_width": 0.015,
    "height_shift": 0.007,
    "width_shift": 0.007,
    "brightness": 0.02,
    "contrast": 0.05,
    "tint": 0.04,
}
"""Below these a change is noise: of JPEG, of rounding to whole pixels, of interpolation."""

FEWEST = 8
"""Images with readable marks, below which nothing is said."""

MISS = 0.025
"""Half of what a 95 % confidence interval leaves out."""

USUAL = ((1.0, 0.0), (1 / 255, 0.0), (1 / 127.5, -1.0))
"""Ways to scale pixels that are tried where the pipeline's own is not known."""


@dataclass(frozen=True)
class _Values:
    """One number a sample and setting; all arrays of one length."""

    by_name: dict[str, Array]
    flips: dict[str, NDArray[np.bool_]]
    form: str
    likeness: Array


def measure_augmentation(
    images: NDArray[np.floating],
    pattern: Pattern,
    *,
    line: tuple[float, float] | None = None,
    place: str = "data",
    claimed: dict[str, tuple[float, float]] | None = None,
) -> Augmentation:
    """Recover the settings.

    Args:
        images: (n, height, width, channels), the pattern as it came out of the pipeline n times; 1 channel or 3.
        pattern: What went in.
        line: Scale and offset of the pipeline's rescaling, from pixels 0..255; default: the usual one that fits best.
        place: Where they were taken, `data` or `model`.
        claimed: What the student's own objects say.
    """
    finite = np.clip(np.nan_to_num(images), -1e9, 1e9).astype(np.float32)
    scale, offset = line if line is not None else _usual_line(finite)
    finite = (finite - offset) / scale
    register = Register(pattern, finite.shape[1], finite.shape[2])
    keys = [image.tobytes() for image in finite]
    # Many are alike where little or nothing is done to them.
    known = {key: register.place(image) for key, image in dict(zip(keys, finite, strict=True)).items()}
    placed = [(image, known[key]) for key, image in zip(keys, finite, strict=True)]
    found = [(image, placement) for image, placement in placed if placement is not None]
    facts = {"samples": len(found), "unreadable": len(placed) - len(found), "claimed": claimed or {}}
    if len(found) < FEWEST:
        return Augmentation(**facts)
    values = _values(found, pattern)
    settings = {name: _range(name, numbers, values.likeness) for name, numbers in values.by_name.items()}
    settings |= {name: _share(flipped) for name, flipped in values.flips.items()}
    changed = any(setting.share > 0 for setting in settings.values())
    return Augmentation(**facts, settings=settings, brightness_form=values.form, places=(place,) if changed else ())


def join(data: Augmentation | None, model: Augmentation | None) -> Augmentation | None:
    """Augmentation by the data and by the front of the model taken together: of each setting the wider range."""
    parts = [part for part in (data, model) if part is not None and part.settings]
    if len(parts) < 2:
        return parts[0] if parts else data or model
    first, second = parts
    settings = {
        name: max(first.settings[name], second.settings[name], key=lambda s: (s.reach, s.share))
        for name in first.settings
    }
    light = max(parts, key=lambda part: part.settings["brightness"].reach)
    return Augmentation(
        settings=settings,
        samples=min(first.samples, second.samples),
        unreadable=first.unreadable + second.unreadable,
        brightness_form=light.brightness_form,
        places=first.places + second.places,
        claimed={**first.claimed, **second.claimed},
    )


def _usual_line(images: NDArray[np.float32]) -> tuple[float, float]:
    """The usual scale and offset under which the middle of all pixels is nearest to the grey of the ground."""
    middle = float(np.median(images))
    return min(USUAL, key=lambda line: abs((middle - line[1]) / line[0] - GROUND))


def _values(found: list[tuple[NDArray[np.float32], Placement]], pattern: Pattern) -> _Values:
    matrices = np.stack([placement.matrix for _, placement in found])
    offsets = np.stack([placement.offset for _, placement in found])
    height, width = found[0][0].shape[:2]
    moves: Moves = factor(matrices, offsets, height, width)
    lights = [read_light(image, placement, pattern) for image, placement in found]
    brightness, contrast, tint, form = _light_settings([light for light in lights if light is not None])
    by_name = {
        "rotation": moves.rotation,
        "shear": moves.shear,
        "zoom_height": moves.zoom_height - 1,
        "zoom_width": moves.zoom_width - 1,
        "height_shift": moves.height_shift,
        "width_shift": moves.width_shift,
        "brightness": brightness,
        "contrast": contrast,
        "tint": tint,
    }
    flips = dict(zip(FLIPS, (moves.horizontal_flip, moves.vertical_flip), strict=True))
    return _Values(by_name, flips, form, np.array([placement.likeness for _, placement in found]))


def _light_settings(lights: list[Light]) -> tuple[Array, Array, Array, str]:
    """Brightness, contrast and tint of each image, and whether brightness multiplies or is added.

    As with maps, the reading under which the settings fill the smaller box is the right one: multiplying changes
    levels and differences alike, adding leaves differences as they are.
    """
    if not lights:
        return np.zeros(1), np.zeros(1), np.zeros(1), "factor"
    level = np.array([light.level for light in lights])
    gain = np.array([light.gain for light in lights])
    tint = np.array([light.tint for light in lights])
    factor_ = np.maximum(level / GROUND, 0.02)
    multiplied = factor_ - 1, gain / factor_ - 1
    added = (level - GROUND) / 255, gain - 1
    if _spread(*added) < _spread(*multiplied):
        return *added, tint, "added"
    return *multiplied, tint, "factor"


def _spread(brightness: Array, contrast: Array) -> float:
    return max(float(np.ptp(brightness)), FLOORS["brightness"]) * max(float(np.ptp(contrast)), FLOORS["contrast"])


def _range(name: str, values: Array, likeness: Array) -> AugmentationSetting:
    """The range that values are drawn from.

    Of n draws from a uniform distribution the extremes lie inside by 1 / (n + 1) of its width on average, so each end
    is moved out by 1 / (n - 1) of the range seen. A bound that is exceeded in 2.5 % of the cases follows from the
    distribution of the largest of n draws, u^n.
    """
    floor = FLOORS[name]
    changed = np.abs(values) > floor
    share = float(changed.mean())
    low, high = _ends(values, likeness)
    if max(abs(low), abs(high)) <= floor or share < 0.01:
        return AugmentationSetting(low=0.0, high=0.0, share=0.0, interval=(0.0, floor), samples=len(values))
    # Images that were left alone on purpose say nothing about the ends; an epoch that is repeated says nothing twice.
    draws = len(np.unique(np.round(values[changed], 6)))
    steps = len(np.unique(np.round(values / floor)))
    width = high - low
    far = width * (MISS ** (-1 / draws) - 1)
    if width <= floor or (steps <= 8 and width > 3 * steps * floor):
        # One fixed change, or a choice of a few; or one draw for each of a few batches, which the interval allows for.
        reach = max(abs(low), abs(high))
        return _setting(low, high, share, (reach - floor, reach + floor + far), len(values))
    out = width / max(draws - 1, 2)
    bottom, top = low - out, high + out
    if name == "tint":
        bottom = max(bottom, 0.0)
    seen = max(abs(low), abs(high))
    return _setting(bottom, top, share, (seen - floor / 2, seen + far + floor / 2), len(values))


def _setting(low: float, high: float, share: float, interval: tuple[float, float], samples: int) -> AugmentationSetting:
    return AugmentationSetting(
        low=round(low, 4),
        high=round(high, 4),
        share=round(share, 4),
        interval=(round(max(0.0, interval[0]), 4), round(interval[1], 4)),
        samples=samples,
    )


def _ends(values: Array, likeness: Array) -> tuple[float, float]:
    """Smallest and largest value, without a lone one that lies far out and was read from a poor picture."""
    order = np.argsort(values)
    if len(values) >= 20 and len(likeness) == len(values):
        gap = 12 * float(values[order[-2]] - values[order[1]]) / len(values)
        poor = likeness < np.quantile(likeness, 0.1)
        if values[order[-1]] - values[order[-2]] > gap and poor[order[-1]]:
            order = order[:-1]
        if values[order[1]] - values[order[0]] > gap and poor[order[0]]:
            order = order[1:]
    return float(values[order[0]]), float(values[order[-1]])


def _share(flipped: NDArray[np.bool_]) -> AugmentationSetting:
    """A share with its Wilson interval."""
    n, p, z = len(flipped), float(flipped.mean()), 1.96
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * float(np.sqrt(p * (1 - p) / n + z * z / (4 * n * n)))
    interval = (round(max(0.0, middle - half), 4), round(min(1.0, middle + half), 4))
    return AugmentationSetting(low=0.0, high=1.0 if p else 0.0, share=round(p, 4), interval=interval, samples=n)
