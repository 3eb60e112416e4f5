"""Curves of loss and accuracy, as inline SVG that needs no style, no font and no request.

Only numbers of a history reach a chart; every word in it is ours.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from markupsafe import Markup

from grader.observation import History
from grader.report.svg import drawing, escape

__all__ = ["accuracy_chart", "loss_chart"]

_TRAINING = "#3f83c8"
_VALIDATION = "#d9782d"
_HOLDOUT = "#a8559b"
_EPOCHS = 400
"""Points of one curve; longer ones are thinned."""
_LARGEST = 1e6
"""A loss above this is left out like NaN: it would flatten all others."""

_WIDTH, _HEIGHT = 374, 262
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 362, 32, 178
"""Of the area that curves are drawn in, in units of the view box."""


@dataclass(frozen=True)
class _Series:
    label: str
    colour: str
    points: list[tuple[int, float]]
    dashes: str = ""


@dataclass(frozen=True)
class _Mark:
    label: str
    colour: str
    value: float
    dashes: str


def loss_chart(history: History) -> Markup | None:
    """Loss over epochs; None when the history holds none."""
    series = _series(history, ("loss",), low=-_LARGEST, high=_LARGEST)
    if not series:
        return None
    values = [y for line in series for _, y in line.points]
    ticks = _ticks(min(0.0, *values), max(values))
    return _chart("loss", "Loss over epochs", series, [], history.epochs, ticks, lambda value: f"{value:g}")


def accuracy_chart(history: History, *, train: float | None, holdout: float | None) -> Markup | None:
    """Accuracy over epochs, with the measured accuracies as lines across; None when there is no curve.

    Args:
        history: What the student's own objects claim.
        train: Measured accuracy on training images, in [0, 1].
        holdout: Measured accuracy on images that the student never saw, in [0, 1].
    """
    name = next((k for k in history.curves if not k.startswith("val_") and _is_accuracy(k)), None)
    series = _series(history, (name,) if name else (), low=0.0, high=1.0)
    if not series:
        return None
    marks = []
    if train is not None:
        marks.append(_Mark(f"training, measured {train:.0%}", _TRAINING, train, "2 3"))
    if holdout is not None:
        marks.append(_Mark(f"holdout, measured {holdout:.0%}", _HOLDOUT, holdout, "9 3"))
    lowest = min([y for line in series for _, y in line.points] + [mark.value for mark in marks])
    ticks = _ticks(min(0.4, math.floor(lowest * 10) / 10), 1.0)
    return _chart("accuracy", "Accuracy over epochs", series, marks, history.epochs, ticks, lambda v: f"{v:.0%}")


def _is_accuracy(key: str) -> bool:
    return key == "acc" or key.endswith("accuracy")


def _series(history: History, names: tuple[str, ...], *, low: float, high: float) -> list[_Series]:
    found = []
    for name in names:
        for key, label, colour, dashes in (
            (name, "training, as claimed", _TRAINING, ""),
            (f"val_{name}", "validation, as claimed", _VALIDATION, "7 3 2 3"),
        ):
            curve = history.curves.get(key, ())
            points = [(i, v) for i, v in enumerate(curve, 1) if v is not None and low <= v <= high]
            step = math.ceil(len(points) / _EPOCHS) or 1
            if points:
                found.append(_Series(label, colour, points[::step], dashes))
    return found


def _ticks(low: float, high: float) -> list[float]:
    """Four to seven round values, of which the first is at most `low` and the last at least `high`."""
    span = max(high - low, 1e-6)
    step = 10.0 ** math.floor(math.log10(span / 4))
    step *= next(factor for factor in (1, 2, 5, 10) if span / (step * factor) <= 5.5)
    first, last = math.floor(low / step + 1e-6), math.ceil(high / step - 1e-6)
    return [round(n * step, 10) for n in range(first, max(last, first + 1) + 1)]


def _chart(  # noqa: PLR0917
    name: str,
    title: str,
    series: list[_Series],
    marks: list[_Mark],
    epochs: int,
    ticks: list[float],
    write: Callable[[float], str],
) -> Markup:
    parts = [_text(4, 16, name.capitalize(), weight="bold", size=13)]

    def up(value: float) -> float:
        return _BOTTOM - (_BOTTOM - _TOP) * (value - ticks[0]) / (ticks[-1] - ticks[0])

    ends = [epoch for line in series for epoch, _ in line.points]
    first, last = min(ends), max(ends)

    def across(epoch: float) -> float:
        return _LEFT + 8 + (_RIGHT - _LEFT - 16) * ((epoch - first) / (last - first) if last > first else 0.5)

    for tick in ticks:
        parts.append(_path(f"M{_LEFT} {up(tick):.1f}H{_RIGHT}", "currentColor", 0.6, opacity="0.2"))
        parts.append(_text(_LEFT - 6, up(tick) + 3.5, write(tick), anchor="end"))
    parts += [_text(across(epoch), _BOTTOM + 15, str(epoch), anchor="middle") for epoch in _epoch_ticks(first, last)]
    parts.append(_text((_LEFT + _RIGHT) / 2, _BOTTOM + 30, "epoch", anchor="middle"))
    parts += [_path(f"M{_LEFT} {up(mark.value):.1f}H{_RIGHT}", mark.colour, 1.6, mark.dashes) for mark in marks]
    for line in series:
        spots = [f"{across(x):.1f} {up(y):.1f}" for x, y in line.points]
        parts.append(_path("M" + "L".join(spots), line.colour, 2, line.dashes))
        if len(spots) < 40:
            parts.append(_path("".join(f"M{spot}h0" for spot in spots), line.colour, 6))
    entries: list[_Series | _Mark] = [*series, *marks]
    for place, entry in enumerate(entries):
        x, y = (_LEFT if place % 2 == 0 else 212), _BOTTOM + 52 + 18 * (place // 2)
        parts.append(_path(f"M{x - 30} {y - 4}h22", entry.colour, 2.4, entry.dashes))
        parts.append(_text(x - 3, y, entry.label))
    described = _describe(series, marks, epochs)
    return drawing(name, "chart", title, described, parts, size=(_WIDTH, _HEIGHT))


def _describe(series: list[_Series], marks: list[_Mark], epochs: int) -> str:
    words = [f"{s.label}: from {s.points[0][1]:.3g} to {s.points[-1][1]:.3g}" for s in series]
    return f"{epochs} epochs. " + "; ".join([*words, *(m.label for m in marks)]) + "."


def _epoch_ticks(first: int, last: int) -> Iterator[int]:
    step = max(1, math.ceil((last - first) / 8))
    return iter(range(first, last + 1, step))


def _path(d: str, colour: str, width: float, dashes: str = "", *, opacity: str = "") -> str:
    more = f' stroke-dasharray="{dashes}"' if dashes else ""
    more += f' stroke-opacity="{opacity}"' if opacity else ""
    return f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{width:g}" stroke-linecap="round"{more} />'


def _text(x: float, y: float, words: str, *, anchor: str = "start", size: float = 11, weight: str = "normal") -> str:
    more = f' font-weight="{weight}"' if weight != "normal" else ""
    place = f'x="{x:.1f}" y="{y:.1f}" fill="currentColor" font-size="{size:g}" text-anchor="{anchor}"'
    return f"<text {place}{more}>{escape(words)}</text>"
