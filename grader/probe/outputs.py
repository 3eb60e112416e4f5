"""What a model yields in the end, whatever layers and operations spell it."""

from typing import Any

from grader.probe import keras_api

__all__ = ["activation_name", "describe_output"]

NEUTRAL = frozenset(
    {"Reshape", "Flatten", "Dropout", "Identity", "Squeeze", "ExpandDims", "GaussianNoise", "ActivityRegularization",
     "Cast", "GetItem", "GlobalAveragePooling2D", "GlobalMaxPooling2D"}
)  # fmt: skip
"""Layers and operations that leave the kind of the output as it is."""


def describe_output(model: Any) -> dict[str, Any] | None:
    """Units, effective activation and last layer with weights, as `grader.observation.Output` names them.

    Activations are collected from the output backwards until the first layer with weights. Usually there is one; two in
    a row, as a sigmoid layer followed by softmax, are named in their order, "sigmoid then softmax".

    Returns:
        None when the model has no single output that can be followed.
    """
    shape = model.output_shape
    if not isinstance(shape, tuple) or not shape or any(isinstance(part, tuple | list) for part in shape):
        return None
    units = shape[-1] if len(shape) > 1 else 1
    trail = _trail(model)
    found = [name for name, _ in trail if name != "linear"]
    layer = next((kind for _, kind in reversed(trail) if kind), "")
    if units is None or not layer:
        return None
    return {"units": int(units), "activation": " then ".join(reversed(found)) or "linear", "layer": layer}


def activation_name(function: Any) -> str:
    """Keras's name of an activation, `linear` for none."""
    if function is None:
        return "linear"
    keras = keras_api.library()
    if isinstance(function, keras.layers.Layer):
        return _kind_name(type(function).__name__)
    try:
        name = keras.activations.serialize(function)
    except Exception:  # noqa: BLE001 - a function that Keras does not know
        name = None
    return name if isinstance(name, str) else str(getattr(function, "__name__", "unknown"))


def _trail(model: Any) -> list[tuple[str, str]]:
    """(activation, kind of the layer with weights or "") from the output backwards; the last entry has weights."""
    keras = keras_api.library()
    trail: list[tuple[str, str]] = []
    tensor = model.outputs[0]
    while True:
        operation, node_index, _ = tensor._keras_history
        kind = keras_api.kind(operation)
        if isinstance(operation, keras.Model):
            inner = _trail(operation) if getattr(operation, "outputs", None) else [(_kind_name(kind), kind)]
            trail += inner
            if not inner or inner[-1][1]:
                return trail
        elif kind == "InputLayer":
            return trail
        elif getattr(operation, "weights", None) and kind != "Dropout":
            trail.append((activation_name(getattr(operation, "activation", None)), kind))
            return trail
        elif kind == "Activation":
            trail.append((activation_name(operation.activation), ""))
        elif kind not in NEUTRAL:
            trail.append((_kind_name(kind), ""))
        inputs = keras_api.sources(operation, node_index)
        if not inputs:
            return trail
        tensor = inputs[0]


def _kind_name(kind: str) -> str:
    from grader.probe.describe import snake_case

    return snake_case(kind)
