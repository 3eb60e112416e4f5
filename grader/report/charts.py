"""Curves of loss and accuracy, as inline SVG that needs no style, no font and no request.

Only numbers of a history reach a chart; every word in it is ours.
"""

import io
import math
import re
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from markupsafe import Markup

from grader.observation import History

__all__ = ["accuracy_chart", "loss_chart"]

_TRAINING = "#3f83c8"
_VALIDATION = "#d9782d"
_INK = "#010203"
"""Stands for the page's own text colour, so that a chart is readable in light and dark."""
_GRID = "#030201"
_EPOCHS = 400
"""Points of one curve; longer ones are thinned."""
_LARGEST = 1e6
"""A loss above this is left out like NaN: it would flatten all others."""

_SVG = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_SAID = re.compile(r"url\(#([^)]+)\)")


@dataclass(frozen=True)
class _Series:
    label: str
    colour: str
    points: list[tuple[int, float]]


@dataclass(frozen=True)
class _Mark:
    label: str
    colour: str
    value: float


def loss_chart(history: History) -> Markup | None:
    """Loss over epochs; None when the history holds none."""
    series = _series(history, ("loss",), low=-_LARGEST, high=_LARGEST)
    return _chart("loss", "Loss over epochs", series, [], history.epochs) if series else None


def accuracy_chart(history: History, *, train: float | None, holdout: float | None) -> Markup | None:
    """Accuracy over epochs, with the measured accuracies marked behind the last one; None when there is no curve.

    Args:
        history: What the student's own objects claim.
        train: Measured accuracy on training images, in [0, 1].
        holdout: Measured accuracy on images that the student never saw, in [0, 1].
    """
    name = next((k for k in history.curves if not k.startswith("val_") and _is_accuracy(k)), None)
    series = _series(history, (name,) if name else (), low=0.0, high=1.0)
    marks = []
    if train is not None:
        marks.append(_Mark(f"training, measured {train:.0%}", _TRAINING, train))
    if holdout is not None:
        marks.append(_Mark(f"holdout, measured {holdout:.0%}", _VALIDATION, holdout))
    return _chart("accuracy", "Accuracy over epochs", series, marks, history.epochs) if series else None


def _is_accuracy(key: str) -> bool:
    return key == "acc" or key.endswith("accuracy")


def _series(history: History, names: tuple[str, ...], *, low: float, high: float) -> list[_Series]:
    found = []
    for name in names:
        for key, label, colour in (
            (name, "training, as claimed", _TRAINING),
            (f"val_{name}", "validation, as claimed", _VALIDATION),
        ):
            curve = history.curves.get(key, ())
            points = [(i, v) for i, v in enumerate(curve, 1) if v is not None and low <= v <= high]
            step = math.ceil(len(points) / _EPOCHS) or 1
            if points:
                found.append(_Series(label, colour, points[::step]))
    return found


def _chart(name: str, title: str, series: list[_Series], marks: list[_Mark], epochs: int) -> Markup:
    svg = _inline(_draw(name, series, marks), prefix=name, title=title, description=_describe(series, marks, epochs))
    return Markup(svg)  # noqa: S704 - built from allowed elements and attributes only


def _describe(series: list[_Series], marks: list[_Mark], epochs: int) -> str:
    words = [f"{s.label}: from {s.points[0][1]:.3g} to {s.points[-1][1]:.3g}" for s in series]
    return f"{epochs} epochs. " + "; ".join([*words, *(m.label for m in marks)]) + "."


def _draw(name: str, series: list[_Series], marks: list[_Mark]) -> str:
    # Here, not above: a class without curves shall not pay for matplotlib. Figure, not pyplot: no global state.
    from matplotlib import rc_context, rcParamsDefault  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415
    from matplotlib.ticker import MaxNLocator, PercentFormatter  # noqa: PLC0415

    settings = {
        k: v for k, v in rcParamsDefault.items() if k.startswith(("svg.", "axes.", "font.", "lines.", "legend."))
    }
    settings |= {"svg.fonttype": "none", "svg.hashsalt": name, "font.size": 10, "axes.edgecolor": _INK}
    settings |= {"text.color": _INK, "axes.labelcolor": _INK, "xtick.color": _INK, "ytick.color": _INK}
    with rc_context(settings):
        figure = Figure(figsize=(5.2, 3.5))
        axes = figure.add_axes((0.13, 0.3, 0.84, 0.6))
        for line in series:
            x, y = zip(*line.points, strict=True)
            dot = "o" if len(x) < 40 else ""
            axes.plot(x, y, color=line.colour, label=line.label, linewidth=1.8, marker=dot, markersize=3.5)
        last = max(line.points[-1][0] for line in series)
        for mark, shape in zip(marks, ("D", "*"), strict=False):
            axes.plot(
                [last], [mark.value], color=mark.colour, label=mark.label, linestyle="none", marker=shape,
                markersize=8 if shape == "D" else 13, markeredgecolor=_INK, markeredgewidth=0.8, clip_on=False,
            )  # fmt: skip
        axes.set_title(name.capitalize(), loc="left", fontsize=11, fontweight="bold")
        axes.set_xlabel("epoch")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8))
        if name == "accuracy":
            lowest = min([y for s in series for _, y in s.points] + [m.value for m in marks])
            axes.set_ylim(min(0.4, math.floor(lowest * 10) / 10), 1.02)
            axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        axes.grid(axis="y", color=_GRID, linewidth=0.6)
        axes.spines[["top", "right"]].set_visible(False)
        figure.legend(loc="lower center", ncols=2, frameon=False, fontsize=9)
        buffer = io.StringIO()
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure.savefig(buffer, format="svg", transparent=True, metadata=nothing)
    return buffer.getvalue()


def _inline(svg: str, *, prefix: str, title: str, description: str) -> str:
    """The drawing rebuilt from the elements and attributes that a page with a strict policy may hold."""
    source = ET.fromstring(svg)  # noqa: S314 - matplotlib's own output, not a student's
    box = source.get("viewBox", "0 0 374 252")
    used = {m for e in source.iter() for m in _SAID.findall(" ".join(e.attrib.values()))}
    used |= {e.attrib[_HREF][1:] for e in source.iter() if _HREF in e.attrib}
    root = ET.Element("svg", {"viewBox": box, "role": "img", "class": "chart"})
    root.set("aria-labelledby", f"{prefix}-title {prefix}-desc")
    ET.SubElement(root, "title", {"id": f"{prefix}-title"}).text = title
    ET.SubElement(root, "desc", {"id": f"{prefix}-desc"}).text = description
    for child in source:
        _copy(child, root, prefix, used)
    return ET.tostring(root, encoding="unicode")


def _copy(element: ET.Element, parent: ET.Element, prefix: str, used: set[str]) -> None:
    tag = element.tag.removeprefix(_SVG)
    if tag not in {"g", "path", "defs", "use", "clipPath", "rect", "text"}:
        return
    kept: dict[str, str] = {}
    for key, value in element.attrib.items():
        if key == "style":
            # The policy forbids style attributes; each of these is an attribute of SVG as well.
            kept |= _declarations(value)
        elif key == "id":
            if value in used:
                kept["id"] = f"{prefix}-{value}"
        elif key == _HREF:
            kept["href"] = f"#{prefix}-{value[1:]}"
        elif key != "gid":
            kept[key] = _SAID.sub(rf"url(#{prefix}-\1)", value)
    copy = ET.SubElement(parent, tag, {k: "currentColor" if v in {_INK, _GRID} else v for k, v in kept.items()})
    if _GRID in kept.values():
        copy.set("stroke-opacity", "0.18")
    copy.text = element.text if tag == "text" else None
    for child in element:
        _copy(child, copy, prefix, used)


def _declarations(style: str) -> dict[str, str]:
    found = {}
    for declaration in style.split(";"):
        key, _, value = declaration.partition(":")
        if key.strip() == "font":  # older matplotlib writes the shorthand, which is no attribute
            words = value.split()
            found["font-size"] = next(word for word in words if word.endswith("px"))
            found |= {"font-weight": words[0]} if words[0] in {"bold", "700"} else {}
        elif key.strip() in {"font-size", "font-weight", "text-anchor"} or key.strip().startswith(("fill", "stroke")):
            found[key.strip()] = value.strip()
    return found
