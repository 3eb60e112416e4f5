"""Lets only plain models be loaded by `tf_keras`, whose safe mode refuses less than that of Keras 3.

A saved model is a description and arrays. In the description each object must be one of Keras's own classes that do
nothing but compute, by a list; in the archive there is nothing besides, and in the file of arrays no link leads out of
it. What is refused here is refused before anything of it is imported, called or followed. The words of an error are
those in which Keras 3 refuses, for `grader.probe.inspect` tells students by them.
"""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

__all__ = ["Refused", "check_file", "check_object"]

MEMBERS = {"config.json", "metadata.json", "model.weights.h5"}
MOST_NODES = 50_000
"""Of one file of arrays."""
MOST_DEPTH = 64

MODELS = {
    ("keras", "Sequential"),
    ("keras", "Model"),
    ("keras", "Functional"),
    ("keras.src.engine.functional", "Functional"),
    ("keras.src.engine.sequential", "Sequential"),
}
LAYERS = frozenset(
    {
        "Activation", "ActivityRegularization", "Add", "AlphaDropout", "Attention", "AdditiveAttention", "Average",
        "AveragePooling1D", "AveragePooling2D", "AveragePooling3D", "BatchNormalization", "Bidirectional",
        "CenterCrop", "Concatenate", "Conv1D", "Conv1DTranspose", "Conv2D", "Conv2DTranspose", "Conv3D",
        "Conv3DTranspose", "Cropping1D", "Cropping2D", "Cropping3D", "Dense", "DepthwiseConv1D", "DepthwiseConv2D",
        "Dot", "Dropout", "ELU", "Embedding", "Flatten", "GRU", "GaussianDropout", "GaussianNoise",
        "GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalAveragePooling3D", "GlobalMaxPooling1D",
        "GlobalMaxPooling2D", "GlobalMaxPooling3D", "GroupNormalization", "Identity", "InputLayer", "LSTM",
        "LayerNormalization", "LeakyReLU", "LocallyConnected1D", "LocallyConnected2D", "Masking", "MaxPooling1D",
        "MaxPooling2D", "MaxPooling3D", "Maximum", "Minimum", "MultiHeadAttention", "Multiply", "Normalization",
        "PReLU", "Permute", "RandomBrightness", "RandomContrast", "RandomCrop", "RandomFlip", "RandomHeight",
        "RandomRotation", "RandomTranslation", "RandomWidth", "RandomZoom", "ReLU", "RepeatVector", "Rescaling",
        "Reshape", "Resizing", "SeparableConv1D", "SeparableConv2D", "SimpleRNN", "Softmax", "SpatialDropout1D",
        "SpatialDropout2D", "SpatialDropout3D", "Subtract", "ThresholdedReLU", "TimeDistributed", "UnitNormalization",
        "UpSampling1D", "UpSampling2D", "UpSampling3D", "ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D",
    }
)  # fmt: skip
"""Not among them, besides Lambda: what reads files (lookups of words, TFSMLayer) and what holds cells of others'
making."""
OPERATIONS = frozenset(
    {
        "__operators__.add", "__operators__.getitem", "cast", "clip_by_value", "compat.v1.shape", "concat",
        "expand_dims", "identity", "image.adjust_brightness", "image.adjust_contrast", "image.flip_left_right",
        "image.per_image_standardization", "image.resize", "keras.activations.relu", "keras.activations.sigmoid",
        "keras.activations.softmax", "math.abs", "math.add", "math.argmax", "math.divide", "math.exp", "math.log",
        "math.maximum", "math.minimum", "math.multiply", "math.negative", "math.pow", "math.reduce_max",
        "math.reduce_mean", "math.reduce_min", "math.reduce_sum", "math.sigmoid", "math.sqrt", "math.square",
        "math.subtract", "math.tanh", "math.truediv", "nn.bias_add", "nn.dropout", "nn.elu", "nn.leaky_relu",
        "nn.relu", "nn.relu6", "nn.sigmoid", "nn.silu", "nn.softmax", "nn.softplus", "reshape", "shape", "squeeze",
        "stack", "transpose",
    }
)  # fmt: skip
"""Functions of TensorFlow that a layer made of one may call; others write files."""
FAMILIES = ("activations", "constraints", "initializers", "losses", "metrics", "optimizers", "regularizers")
"""Modules of Keras all of whose classes and functions compute and do nothing else."""
CLASSES = {f"keras.{name}" for name in FAMILIES} | {"keras.optimizers.legacy", "keras.optimizers.schedules"}
FUNCTIONS = ("activations", "losses", "metrics")
MAKERS = {"deserialize", "get", "serialize"}
"""Functions of those modules that make others."""
ARRAYS = {"__numpy__", "__tensor__"}


class Refused(ValueError):
    """A saved model asks for something that no loading of a model may do."""


def check_file(path: Path) -> None:
    """Make sure that a `.keras` file is plain.

    Raises:
        Refused: It is not.
        Exception: It cannot be read.
    """
    with zipfile.ZipFile(path) as archive:
        others = set(archive.namelist()) - MEMBERS
        if others or len(archive.namelist()) > len(MEMBERS):
            raise Refused(f"not allowed: the archive holds {sorted(others)[:3] or 'an entry twice'}")
        config = json.loads(archive.read("config.json"))
        arrays = archive.read("model.weights.h5")
    if not isinstance(config, dict) or not _is_model(config):
        raise Refused(f"Could not locate class {_called(config)!r}: it is no model of Keras's own")
    # What the outermost model was compiled with is not loaded, so a loss of the student's own does no harm there.
    check_object({name: part for name, part in config.items() if name != "compile_config"})
    _check_arrays(arrays)


def check_object(config: Any) -> None:
    """Make sure that a serialized object, with all that is in it, is made of Keras's own plain parts.

    Raises:
        Refused: It is not; says of what.
    """
    waiting = [config]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            if "class_name" in part or "module" in part:
                _check_class(part)
            waiting += part.values()
        elif isinstance(part, list | tuple):
            waiting += part


def _check_class(config: dict[str, Any]) -> None:
    name, module = config.get("class_name"), _module(config)
    if name in ARRAYS:
        return
    if name in {"Lambda", "__lambda__"}:
        raise Refused("the deserialization of a Lambda is disallowed")
    if name in {"TFOpLambda", "SlicingOpLambda"}:
        inner = config.get("config")
        function = inner.get("function") if isinstance(inner, dict) else None
        if module != "keras.src.layers.core.tf_op_layer" or function not in OPERATIONS:
            raise Refused(f"Could not locate class {f'tf.{function}'[:80]!r} among Keras's own")
        return
    known = _is_function(config, module) if name == "function" else _is_class(config, module, name)
    if not known:
        raise Refused(f"Could not locate class {_called(config)!r} among Keras's own")


def _is_model(config: dict[str, Any]) -> bool:
    return (_module(config), config.get("class_name")) in MODELS


def _is_class(config: dict[str, Any], module: str, name: Any) -> bool:
    if not isinstance(name, str) or config.get("registered_name") not in {None, name}:
        return False
    if _is_model(config) or (module == "keras.layers" and name in LAYERS):
        return True
    if (module, name) == ("keras.mixed_precision", "Policy"):
        return True
    return module in CLASSES and isinstance(_exported(module, name), type)


def _is_function(config: dict[str, Any], module: str) -> bool:
    name = config.get("config")
    if not isinstance(name, str) or name in MAKERS or config.get("registered_name") not in {None, name, "function"}:
        return False
    if module != "builtins" and module not in {f"keras.{family}" for family in FUNCTIONS}:
        return False
    return any(callable(_exported(f"keras.{family}", name)) for family in FUNCTIONS)


def _exported(module: str, name: str) -> Any:
    """What a module of `tf_keras` shows under a name; None for nothing, and for names that are not its own."""
    import tf_keras

    home: Any = tf_keras
    for part in module.split(".")[1:]:
        home = getattr(home, part)
    found = getattr(home, name, None) if name.isidentifier() and not name.startswith("_") else None
    return found if str(getattr(found, "__module__", "")).startswith("tf_keras.") else None


def _module(config: dict[str, Any]) -> str:
    """Where it says that its class is; `tf_keras.x` and `keras.x` are one there."""
    module = config.get("module")
    return module.removeprefix("tf_") if isinstance(module, str) and module.startswith("tf_keras") else str(module)


def _called(config: Any) -> str:
    if not isinstance(config, dict):
        return type(config).__name__
    name = config.get("config") if config.get("class_name") == "function" else config.get("class_name")
    return str(config.get("registered_name") or name)[:80]


def _check_arrays(content: bytes) -> None:
    """Groups and arrays that lie in this very file, and nothing else: no link, no file outside, no packing."""
    import h5py  # type: ignore[import-untyped]

    with h5py.File(io.BytesIO(content), "r") as file:
        waiting = [(file, 0)]
        seen = 0
        while waiting:
            group, depth = waiting.pop()
            for name in group:
                seen += 1
                if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                    raise Refused(f"not allowed: {name[:80]!r} is a link to somewhere else")
                if seen > MOST_NODES or depth > MOST_DEPTH:
                    raise Refused("not allowed: more arrays than a model has")
                node = group[name]
                if isinstance(node, h5py.Group):
                    waiting.append((node, depth + 1))
                elif not isinstance(node, h5py.Dataset) or not _is_plain(node):
                    raise Refused(f"not allowed: {name[:80]!r} is no plain array of numbers")


def _is_plain(array: Any) -> bool:
    numbers = array.dtype.kind in "biuf"
    return bool(numbers and not array.external and not array.is_virtual and array.chunks is None)
