"""Describes a Keras model in plain JSON: layers, output, loss, metrics, optimizer, what its first convolution gets.

The keys are those of `grader.observation.KerasModel`. Keras itself is asked wherever it knows: what a loss or metric is
called, what an activation resolves to.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.probe import keras_api, outputs

__all__ = ["HEAD", "describe", "flat_layers", "holds_rescaling", "snake_case"]

SETTINGS = (
    "units", "filters", "kernel_size", "strides", "pool_size", "rate", "factor", "offset", "height_factor",
    "width_factor", "mode",
)  # fmt: skip
HEAD = frozenset({"Flatten", "GlobalAveragePooling2D", "GlobalMaxPooling2D", "Dense"})
"""What a head begins with: layers that leave the plane of the image."""
ACTIVATION_LAYERS = frozenset({"Softmax", "ReLU", "LeakyReLU", "ELU", "PReLU"})


def describe(
    model: Any,
    *,
    compiled_with: Mapping[str, Any] | None = None,
    pixels: NDArray[np.float32] | None = None,
    label_form: str = "integers",
) -> dict[str, Any]:
    """All that can be told about a model.

    Args:
        model: A Keras model, built or not.
        compiled_with: Its serialized compile configuration; default: what the model itself says.
        pixels: (n, height, width, channels) float32, prepared as the student's validation data prepares them; default:
            the first convolution's range stays unknown.
        label_form: `integers` or `one_hot`, as the training data yields them: it decides what `accuracy` means.

    Returns:
        Fields of `grader.observation.KerasModel`, JSON values all.
    """
    config = dict(compiled_with if compiled_with is not None else _compile_config(model))
    facts: dict[str, Any] = {"input_shape": _shape(getattr(model, "input_shape", None)) if model.built else []}
    reached = _first_convolution(model, pixels) if pixels is not None else None  # builds a model that was not built yet
    facts |= {
        "first_convolution_range": reached,
        "layers": [_layer(layer) for layer in flat_layers(model)],
        "parameters": sum(_size(w) for w in model.weights) if model.built else 0,
        "trainable": sum(_size(w) for w in model.trainable_weights) if model.built else 0,
        "output": outputs.describe_output(model) if model.built else None,
        "head_input": _head_input(model) if model.built else None,
        "compiled": bool(config),
    }
    units = facts["output"]["units"] if facts["output"] else 1
    metrics = list(_leaves(config.get("metrics"))) + list(_leaves(config.get("weighted_metrics")))
    facts["loss"] = _loss(config.get("loss")) if config else None
    facts["metrics"] = [_metric(m, units, label_form) for m in metrics]
    facts["metrics_claimed"] = [m if isinstance(m, str) else _name_of(m) for m in metrics]
    facts["optimizer"] = _optimizer(config.get("optimizer"))
    return facts


def flat_layers(model: Any) -> Iterator[Any]:
    """Layers and operations in order, those of nested models in their place; input layers are left out."""
    keras = keras_api.library()
    parts = model.layers if isinstance(model, keras.Sequential) else getattr(model, "operations", model.layers)
    for part in parts:
        if isinstance(part, keras.Model):
            yield from flat_layers(part)
        elif keras_api.kind(part) != "InputLayer":
            yield part


def holds_rescaling(model: Any) -> bool:
    """Whether the model scales raw pixels itself, ahead of its first convolution."""
    for layer in flat_layers(model):
        kind = type(layer).__name__
        if kind in {"Rescaling", "Normalization"}:
            return True
        if "Conv" in kind or kind == "Dense":
            return False
    return False


def snake_case(name: str) -> str:
    """Keras's snake-case form of a class name: `KLDivergence` -> `kl_divergence`."""
    parted = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name))
    return parted.lower().replace("re_lu", "relu").replace("2_d", "2d").replace("3_d", "3d")


def _compile_config(model: Any) -> dict[str, Any]:
    try:
        return dict(model.get_compile_config() or {})
    except Exception:  # noqa: BLE001 - a student's own objects may refuse to be serialized
        return {}


def _head_input(model: Any) -> str | None:
    """Name of the layer whose output enters the model's head; dropout between the two is overlooked."""
    keras = keras_api.library()
    for layer in flat_layers(model):
        if type(layer).__name__ not in HEAD:
            continue
        try:
            parent = layer
            while parent is layer or isinstance(parent, keras.Model) or "Dropout" in type(parent).__name__:
                inside = isinstance(parent, keras.Model)
                parent = keras_api.maker(parent.outputs[0] if inside else keras_api.sources(parent)[0])
            return str(parent.name)
        except (AttributeError, IndexError):  # a subclassed model, whose graph is not known
            return None
    return None


def _layer(layer: Any) -> dict[str, Any]:
    kind = keras_api.kind(layer)
    config = _config(layer)
    settings = {key: _plain(config[key]) for key in SETTINGS if key in config}
    if kind == "Rescaling" and "scale" in config:
        settings["scale"] = _plain(config["scale"])
    weights = getattr(layer, "weights", ())
    return {
        "name": str(layer.name),
        "kind": kind,
        "activation": _activation(layer, kind),
        "output_shape": _shape(_output_shape(layer)),
        "parameters": sum(_size(w) for w in weights),
        "trainable": sum(_size(w) for w in getattr(layer, "trainable_weights", ())),
        "settings": {key: value for key, value in settings.items() if value is not None},
    }


def _activation(layer: Any, kind: str) -> str | None:
    if kind in ACTIVATION_LAYERS:
        return snake_case(kind)
    function = getattr(layer, "activation", None)
    return outputs.activation_name(function) if function is not None else None


def _config(layer: Any) -> dict[str, Any]:
    try:
        return dict(layer.get_config())
    except Exception:  # noqa: BLE001 - operations and odd layers have none
        return {}


def _output_shape(layer: Any) -> Any:
    try:
        return layer.output.shape
    except (AttributeError, ValueError):  # never called, or called more than once
        return None


def _shape(shape: Any) -> list[int | None]:
    shape = keras_api.dimensions(shape)
    if isinstance(shape, dict | list) and shape and not isinstance(next(iter(shape)), int | None):
        shape = next(iter(shape.values())) if isinstance(shape, dict) else shape[0]
    return [None if n is None else int(n) for n in shape] if isinstance(shape, tuple | list) else []


def _size(weight: Any) -> int:
    return int(np.prod(weight.shape))


def _plain(value: Any) -> Any:
    """A JSON value, or None for what is none."""
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, tuple | list):
        return [_plain(v) for v in value]
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    return value if isinstance(value, bool | int | str) else None


def _leaves(value: Any) -> Iterator[Any]:
    """The single losses or metrics in whatever lists and dictionaries hold them."""
    if value is None:
        return
    if isinstance(value, list | tuple):
        for part in value:
            yield from _leaves(part)
    elif isinstance(value, dict) and "class_name" not in value:
        for part in value.values():
            yield from _leaves(part)
    else:
        yield value


def _loss(identifier: Any) -> dict[str, Any] | None:
    found = list(_leaves(identifier))
    if not found:
        return None
    loss = _resolve(found[0], "losses") if len(found) == 1 else None
    if loss is None:
        return {"name": "unknown", "from_logits": False}
    return {"name": _own_name(loss), "from_logits": bool(_config(loss).get("from_logits", False))}


def _metric(identifier: Any, units: int, label_form: str) -> str:
    """What Keras makes of a metric; what `accuracy` is depends on the widths of output and labels."""
    if isinstance(identifier, str) and identifier.lower() in {"accuracy", "acc"}:
        if units == 1:
            return "binary_accuracy"
        return "categorical_accuracy" if label_form == "one_hot" else "sparse_categorical_accuracy"
    metric = _resolve(identifier, "metrics")
    if metric is None:
        return "unknown"
    wrapped = getattr(metric, "_fn", None) if type(metric).__name__ == "MeanMetricWrapper" else None
    return _own_name(wrapped or metric)


def _resolve(identifier: Any, family: str) -> Any:
    """The Keras object that a serialized loss or metric stands for; None for what is not Keras's own."""
    try:
        found = keras_api.resolve(identifier, family)
    except Exception:  # noqa: BLE001 - Keras raises many things for what it does not know
        return None
    return found if callable(found) and keras_api.is_own(found) else None


def _own_name(thing: Any) -> str:
    return str(thing.__name__) if hasattr(thing, "__name__") else snake_case(type(thing).__name__)


def _name_of(serialized: Any) -> str:
    """How the student named a loss or metric that is no string."""
    if not isinstance(serialized, dict):
        return "unknown"
    inner = serialized.get("config")
    return str(inner if isinstance(inner, str) else serialized.get("class_name", "unknown"))[:80]


def _optimizer(identifier: Any) -> dict[str, Any] | None:
    if identifier is None:
        return None
    try:
        optimizer = keras_api.resolve(identifier, "optimizers")
        rate = optimizer.get_config().get("learning_rate")
        if isinstance(rate, dict):
            rate = keras_api.library().optimizers.schedules.deserialize(rate)(0)
        value = None if rate is None else float(rate)
    except Exception:  # noqa: BLE001 - a custom optimizer
        return {
            "name": _name_of(identifier) if isinstance(identifier, dict) else str(identifier),
            "learning_rate": None,
        }
    usable = value is not None and np.isfinite(value)
    return {"name": type(optimizer).__name__.lower(), "learning_rate": float(f"{value:.6g}") if usable else None}


def _first_convolution(model: Any, pixels: NDArray[np.float32]) -> list[float] | None:
    """Smallest and largest value that enter the first convolution to run, seen by listening at each one's call.

    A model that is known to take these images runs no further than that; one that is not built yet is built by running.
    """
    seen: list[tuple[float, float]] = []
    takes = _shape(getattr(model, "input_shape", None)) if model.built else []
    suffices = len(takes) == pixels.ndim and all(n in {None, m} for n, m in zip(takes, pixels.shape, strict=True))
    convolutions = [layer for layer in flat_layers(model) if "Conv" in type(layer).__name__]

    def listen(call: Any) -> Any:
        def heard(inputs: Any, *args: Any, **kwargs: Any) -> Any:
            values = np.asarray(inputs) if not seen and hasattr(inputs, "numpy") else None
            if values is not None:
                seen.append((float(values.min()), float(values.max())))
                if suffices:
                    raise RuntimeError("heard")
            return call(inputs, *args, **kwargs)

        return heard

    for layer in convolutions:
        layer.call = listen(layer.call)
    try:
        model(pixels, training=False)
    except Exception:  # noqa: BLE001 - it was stopped, or the images do not fit the model
        if not (suffices and seen):
            return None
    finally:
        for layer in convolutions:
            del layer.call
    return list(seen[0]) if seen and np.isfinite(seen[0]).all() else None
