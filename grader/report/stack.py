"""The model as a drawing: a stack of slabs, as wide as the images in them, with shapes and parameters beside them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from markupsafe import Markup

from grader.observation import KerasModel, Layer
from grader.report.svg import drawing, element, escape
from grader.report.text import one_line

__all__ = ["Brick", "bricks", "draw_stack"]

_SETTINGS = ("filters", "units", "kernel_size", "pool_size", "strides", "rate", "scale")
_SHORT = ("filters", "units", "kernel_size", "pool_size", "rate")
"""Of those, the ones that there is room for: `16, 3 x 3`, with the activation behind."""
_FAMILIES = (
    ("conv", "convolution"),
    ("pool", "pooling"),
    ("dense", "dense"),
    ("dropout", "regular"),
    ("normalization", "regular"),
    ("random", "regular"),
)
_HEAD = frozenset({"Flatten", "GlobalAveragePooling2D", "GlobalMaxPooling2D"})
_MANY = 40
"""Layers that are drawn one by one; of a deeper model, what comes ahead of the head is one slab."""

_ROW, _MIDDLE, _WIDEST, _WORDS = 40, 58, 104, 124
"""Height of a layer, middle and greatest width of the slabs, and where the words begin, in units of the view box."""
_WIDTH = 360


@dataclass(frozen=True)
class Brick:
    """One layer, or many that are shown as one."""

    family: str
    """Of the style sheet: `convolution`, `pooling`, `dense`, `regular` or `other`."""
    kind: str
    name: str
    settings: str
    """In full, as the table has them."""
    short: str
    """As there is room for beside a slab."""
    shape: tuple[int | None, ...]
    """Of its output, without the batch."""
    parameters: int
    trainable: int

    @property
    def shape_words(self) -> str:
        """Such as `148 x 148 x 16`, with real multiplication signs."""
        return _shape_words(self.shape)


@lru_cache(maxsize=1024)
def _shape_words(shape: tuple[int | None, ...]) -> str:
    return " \u00d7 ".join("any" if n is None else f"{n:,}" for n in shape) or "?"


def bricks(model: KerasModel) -> list[Brick]:
    """The layers as they are drawn: of a deep model, the base ahead of the head, or else the middle, is one brick."""
    layers = list(model.layers)
    if len(layers) <= _MANY:
        return [_brick(layer) for layer in layers]
    head = next((i for i, layer in enumerate(layers) if layer.kind in _HEAD), None)
    if head is not None and head > 1 and len(layers) - head <= _MANY:
        return [_folded(layers[:head], "ahead of the head"), *(_brick(layer) for layer in layers[head:])]
    return [
        *(_brick(layer) for layer in layers[:20]),
        _folded(layers[20:-10], "in between"),
        *(_brick(layer) for layer in layers[-10:]),
    ]


def draw_stack(model: KerasModel) -> Markup | None:
    """The drawing, as inline SVG that takes its colours from the page; None for a model without layers."""
    shown = bricks(model)
    if not shown:
        return None
    shapes = [model.input_shape[1:], *(brick.shape for brick in shown)]
    height = _ROW * len(shapes) + 8
    described = "; ".join(
        f"{brick.kind}, output {brick.shape_words}, {brick.parameters:,} parameters" for brick in shown
    )
    widths = _widths(shapes)
    parts = [_funnel(row, above, below) for row, (above, below) in enumerate(pairwise(widths))]
    parts.append(_slab(0, widths[0], _thickness(shapes[0]), "other"))
    parts.append(_words(0, "Input", "", _shape_words(shapes[0])))
    for row, (brick, width) in enumerate(zip(shown, widths[1:], strict=True), 1):
        parts.append(_slab(row, width, _thickness(brick.shape), brick.family))
        count = f"{brick.parameters:,} parameters" if brick.parameters else "no parameters"
        frozen = ", frozen" if brick.parameters and not brick.trainable else ""
        parts.append(_words(row, brick.kind, brick.short, f"{brick.shape_words} \u00b7 {count}{frozen}"))
    title = "The layers of the model, from its input to its output"
    return drawing("stack", "stack", title, described, parts, size=(_WIDTH, height))


def _brick(layer: Layer) -> Brick:
    settings = tuple((key, _value(layer.settings[key])) for key in _SETTINGS if key in layer.settings)
    activation = layer.activation if layer.activation != "linear" else None
    return _made(
        layer.kind, layer.name, settings, activation or "", (layer.output_shape, layer.parameters, layer.trainable)
    )


@lru_cache(maxsize=4096)
def _made(
    kind: str,
    name: str,
    settings: tuple[tuple[str, str], ...],
    activation: str,
    sizes: tuple[tuple[int | None, ...], int, int],
) -> Brick:
    """The brick of such a layer; those of a class are much alike."""
    shape, parameters, trainable = sizes
    end = [activation] if activation else []
    shown = [f"{key.replace('_', ' ')} {value}" for key, value in settings]
    # In short, filters or units, the size of the kernel or the pool, and the activation: `16, 3 x 3, relu`.
    short = dict(settings)
    return Brick(
        family=next((family for part, family in _FAMILIES if part in kind.lower()), "other"),
        kind=one_line(kind, 40),
        name=one_line(name, 40),
        settings=one_line(", ".join(shown + end), 120),
        short=one_line(", ".join([short[key] for key in _SHORT if key in short] + end), 22),
        shape=shape[1:],
        parameters=parameters,
        trainable=trainable,
    )


def _folded(layers: Sequence[Layer], where: str) -> Brick:
    convolutions = sum("conv" in layer.kind.lower() for layer in layers)
    return Brick(
        family="convolution" if convolutions else "other",
        kind=f"{len(layers):,} layers {where}",
        name="",
        settings=f"{convolutions:,} convolutions" if convolutions else "",
        short="",
        shape=layers[-1].output_shape[1:],
        parameters=sum(layer.parameters for layer in layers),
        trainable=sum(layer.trainable for layer in layers),
    )


def _value(value: object) -> str:
    return "\u00d7".join(str(v) for v in value) if isinstance(value, list | tuple) else str(value)


def _widths(shapes: Sequence[tuple[int | None, ...]]) -> list[float]:
    """Images are as wide as they are, vectors narrower the fewer values they hold."""
    sides = [float(shape[0] or 1) if len(shape) == 3 else 0.0 for shape in shapes]
    largest = max([*sides, 1.0])
    found = []
    for shape, side in zip(shapes, sides, strict=True):
        values = max(1, shape[0] or 1) if len(shape) == 1 else 64
        found.append(max(10.0, _WIDEST * side / largest) if side else min(44.0, 8 + 7 * math.log10(values)))
    return found


def _thickness(shape: tuple[int | None, ...]) -> float:
    """The more channels an image has, the thicker its slab."""
    channels = shape[-1] or 1 if len(shape) == 3 else 1
    return min(26.0, 5 + 3.2 * math.log2(max(1, channels))) if len(shape) == 3 else 12.0


@lru_cache(maxsize=4096)
def _slab(row: int, width: float, thickness: float, family: str) -> str:
    middle = _ROW * row + _ROW / 2 + 2
    place = {"x": _MIDDLE - width / 2, "y": middle - thickness / 2, "width": width, "height": thickness, "rx": 2.5}
    return element("rect", **{key: f"{value:.1f}" for key, value in place.items()}, class_=family)


@lru_cache(maxsize=4096)
def _funnel(row: int, above: float, below: float) -> str:
    top, bottom = _ROW * row + _ROW / 2 + 2, _ROW * (row + 1) + _ROW / 2 + 2
    corners = (_MIDDLE - above / 2, top), (_MIDDLE + above / 2, top), (_MIDDLE + below / 2, bottom)
    spots = [*corners, (_MIDDLE - below / 2, bottom)]
    return element("path", d="M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in spots) + "Z", class_="funnel")


@lru_cache(maxsize=4096)
def _words(row: int, kind: str, settings: str, below: str) -> str:
    y = _ROW * row + _ROW / 2
    set_ = element("tspan", escape(f" {settings}"), class_="set") if settings else ""
    line = element("text", escape(kind) + set_, x=f"{_WORDS}", y=f"{y:.1f}", class_="kind")
    return line + element("text", escape(below), x=f"{_WORDS}", y=f"{y + 15:.1f}", class_="shape")
