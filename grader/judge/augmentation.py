"""`augmentation`: training images are changed at random, by as much as the week asks for; read from pixels."""

from typing import Any, Self

from pydantic import Field, model_validator

from grader.judge.finding import CheckParameters, Finding, broken_function, failed, needed, passed
from grader.model import Model
from grader.observation import Augmentation, Function, Observations

__all__ = ["FACTS", "SETTINGS", "Bounds", "Parameters", "check"]

FACTS = ("augmentation",)
EXPECTED_NONE = "training images are changed at random"

SETTINGS: dict[str, tuple[str, str]] = {
    "rotation": ("rotation", "degrees"),
    "shear": ("shear", "degrees"),
    "zoom": ("zoom", ""),
    "shift": ("shift", ""),
    "width_shift": ("shift along the width", ""),
    "height_shift": ("shift along the height", ""),
    "horizontal_flip": ("horizontal flip", "flip"),
    "vertical_flip": ("vertical flip", "flip"),
    "brightness": ("brightness", ""),
    "contrast": ("contrast", ""),
    "tint": ("colour", ""),
}
"""Name in a rubric -> what it is called, and its unit: degrees, a share of flipped images, or a share."""

JOINED = {"zoom": ("zoom_height", "zoom_width"), "shift": ("height_shift", "width_shift")}
"""Names that stand for the larger of two settings."""

AGREE = (0.25, 3.0, 0.03)
"""Up to a quarter, or 3 degrees, or 0.03 a claim and a measurement may differ before it is worth a word."""


class Bounds(Model):
    """What is asked of one setting: how far it goes at most, either way; of a flip, which share is flipped."""

    at_least: float = Field(default=0.0, ge=0)
    at_most: float | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.at_most is not None and self.at_most < self.at_least:
            raise ValueError("at_most is less than at_least")
        return self


class Parameters(CheckParameters):
    """Bounds by setting; without any, some random change is asked for, whichever it is."""

    rotation: Bounds | None = None
    shear: Bounds | None = None
    zoom: Bounds | None = None
    shift: Bounds | None = None
    width_shift: Bounds | None = None
    height_shift: Bounds | None = None
    horizontal_flip: Bounds | None = None
    vertical_flip: Bounds | None = None
    brightness: Bounds | None = None
    contrast: Bounds | None = None
    tint: Bounds | None = None
    kinds: int = Field(default=1, ge=1)
    """Fewest settings that must be in use."""


def check(observations: Observations, parameters: Parameters, function: Function | None) -> Finding:
    """Passes when every bound holds for what was measured, whatever the student's objects claim."""
    expected = _expected(parameters)
    broken = broken_function(function, expected)
    if broken is not None:
        return broken
    seen = needed(observations.augmentation)
    if seen.error is not None:
        error = f"{seen.error.name}: {seen.error.message}"
        return failed("raised", expected, f"the training data raised {error}", seen.provenance, error=error)
    if not seen.settings:
        actual = f"the marks could be found in {seen.samples} of {seen.samples + seen.unreadable} images"
        values = {"readable": seen.samples, "images": seen.samples + seen.unreadable}
        return failed("unreadable", expected, actual, seen.provenance, **values)
    return _settings(seen, parameters, expected)


def _settings(seen: Augmentation, parameters: Parameters, expected: str) -> Finding:
    used = [name for name in seen.settings if seen.settings[name].share > 0]
    actual = _actual(seen, used)
    differs = _differences(seen)
    note = f"; claimed, but not what was measured: {differs}" if differs else ""
    values: dict[str, Any] = {
        "measured": actual,
        "claims": differs,
        "used": ", ".join(dict.fromkeys(_name(name) for name in used)) or "nothing",
    }
    if not used:
        return failed("claim-differs" if differs else "none", expected, actual + note, seen.provenance, **values)
    for name, bounds in _bounds(parameters):
        code = _misses(seen, name, bounds)
        if code is not None:
            code = "claim-differs" if _would_be_right(seen, name, bounds) and differs else code
            found = _amount(name, _reach(seen, name))
            values |= {"setting": SETTINGS[name][0], "found": found, "wanted": _ask(name, bounds)}
            return failed(code, expected, actual + note, seen.provenance, **values)
    if len({_family(name) for name in used}) < parameters.kinds:
        return failed("too-few-kinds", expected, actual, seen.provenance, **values, kinds=parameters.kinds)
    evidence: dict[str, Any] = {
        name: setting.share if _is_flip(name) else [setting.low, setting.high]
        for name, setting in seen.settings.items()
    }
    return passed(expected, actual + note, seen.provenance, samples=seen.samples, **evidence)


def _bounds(parameters: Parameters) -> list[tuple[str, Bounds]]:
    return [(name, bounds) for name in SETTINGS if (bounds := getattr(parameters, name)) is not None]


def _is_flip(name: str) -> bool:
    return name.endswith("_flip")


def _family(name: str) -> str:
    return next((joined for joined, parts in JOINED.items() if name in parts), name)


def _name(name: str) -> str:
    return SETTINGS[name if name in SETTINGS else _family(name)][0]


def _reach(seen: Augmentation, name: str) -> float:
    parts = [seen.settings[part] for part in JOINED.get(name, (name,))]
    return max(part.share if _is_flip(name) else part.reach for part in parts)


def _slack(seen: Augmentation, name: str) -> tuple[float, float]:
    """The 95 % interval: a bound is missed only when all of it lies beyond."""
    parts = [seen.settings[part] for part in JOINED.get(name, (name,))]
    widest = max(parts, key=lambda part: part.share if _is_flip(name) else part.reach)
    return widest.interval


def _misses(seen: Augmentation, name: str, bounds: Bounds) -> str | None:
    reach = _reach(seen, name)
    low, high = _slack(seen, name)
    if max(reach, high) < bounds.at_least or (bounds.at_least > 0 and reach == 0):
        return "wrong-kind" if reach == 0 else "too-weak"
    if bounds.at_most is not None and min(reach, low) > bounds.at_most:
        return "too-strong"
    return None


def _differences(seen: Augmentation) -> str:
    """Claims that the pixels do not bear out, in words; shifts are compared whichever axis they are named after.

    (Keras 3's `ImageDataGenerator` moves along the width for `height_shift_range`, and the reverse.)
    """
    told = []
    for name, (low, high) in seen.claimed.items():
        if name not in seen.settings:
            continue
        said = max(abs(low), abs(high))
        names = JOINED["shift"] if "shift" in name else (name,)
        found = [seen.settings[other].share if _is_flip(other) else seen.settings[other].reach for other in names]
        if _is_flip(name):
            agrees = found[0] > 0
        else:
            bound = max(AGREE[0] * said, AGREE[1] if _unit(name) == "degrees" else AGREE[2])
            agrees = any(abs(value - said) <= bound for value in found)
        if not agrees:
            told.append(f"{_name(name)} {_amount(name, said)}")
    return ", ".join(dict.fromkeys(told))


def _would_be_right(seen: Augmentation, name: str, bounds: Bounds) -> bool:
    """Whether what is claimed of a setting would have been within its bounds."""
    said = [max(map(abs, seen.claimed[part])) for part in JOINED.get(name, (name,)) if part in seen.claimed]
    if not said:
        return False
    top = 0.5 if _is_flip(name) else max(said)
    return top >= bounds.at_least and (bounds.at_most is None or top <= bounds.at_most)


def _expected(parameters: Parameters) -> str:
    asked = [f"{SETTINGS[name][0]} {_ask(name, bounds)}" for name, bounds in _bounds(parameters)]
    return f"{EXPECTED_NONE}: {', '.join(asked)}" if asked else EXPECTED_NONE


def _ask(name: str, bounds: Bounds) -> str:
    least, most = _amount(name, bounds.at_least), bounds.at_most
    if most is None:
        return f"of {least} or more"
    if most == 0:
        return "of none at all"
    return f"of {_amount(name, most)} at most" if bounds.at_least == 0 else f"from {least} to {_amount(name, most)}"


def _unit(name: str) -> str:
    return SETTINGS[name if name in SETTINGS else _family(name)][1]


def _amount(name: str, value: float) -> str:
    if _unit(name) == "degrees":
        return f"{value:.0f} degrees"
    return f"{value:.0%} of the images" if _unit(name) == "flip" else f"{value:.0%}"


def _actual(seen: Augmentation, used: list[str]) -> str:
    """What was measured, setting by setting."""
    if not used:
        return f"no change in any of {seen.samples} images"
    told = {}
    for name in used:
        setting = seen.settings[name]
        if _is_flip(name):
            told[_name(name)] = f"{_name(name)} in {setting.share:.0%} of the images"
        elif _unit(name) == "degrees":
            told[_name(name)] = f"{_name(name)} {setting.low:+.0f} to {setting.high:+.0f} degrees"
        elif _name(name) not in told or setting.reach > _reach(seen, name):
            told[_name(name)] = f"{_name(name)} {setting.low:+.0%} to {setting.high:+.0%}"
    return f"measured on {seen.samples} images: {', '.join(told.values())}"
