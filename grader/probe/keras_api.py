"""Which Keras a run has, and what is asked of Keras 3 and of Keras 2 (`tf_keras`) in different ways.

A course chooses `tf_keras` for its whole run; see docs/decisions/0110-a-course-may-choose-keras-2.md. The variable that
says so is TensorFlow's own and is read here once, before any cell of a notebook could change it. Standard library only,
until something is asked of Keras.
"""

import contextlib
import importlib
import importlib.util
import os
import sys
from collections.abc import Iterator, Mapping
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

__all__ = [
    "KERAS_2",
    "NAME",
    "VARIABLE",
    "dimensions",
    "environment",
    "install",
    "is_keras_2",
    "is_own",
    "kind",
    "library",
    "load",
    "maker",
    "resolve",
    "seen_shape",
    "sources",
]

VARIABLE = "TF_USE_LEGACY_KERAS"
"""With "1" in it (or "True"), TensorFlow shows `tf_keras` as `tf.keras`."""
KERAS_2 = "tf_keras"
DRAWN = ("VarianceScaling", "RandomNormal", "RandomUniform", "TruncatedNormal", "Orthogonal")
"""Initializers that draw; all others of this kind are made of the first."""
NAME = KERAS_2 if os.environ.get(VARIABLE) in {"1", "True", "true"} else "keras"
"""The package whose models this process has."""


def environment(keras: str) -> dict[str, str]:
    """Variables under which a process has this Keras, "keras" or "tf_keras"."""
    return {VARIABLE: "1"} if keras == KERAS_2 else {}


def is_keras_2() -> bool:
    """Whether this process works with `tf_keras`."""
    return NAME == KERAS_2


def library() -> Any:
    """The package itself, imported."""
    return importlib.import_module(NAME)


def install() -> None:
    """With `tf_keras`, let `import keras` and imports of its modules give `tf_keras` and its modules.

    Where something else has imported Keras 3 already, as may be in a student's own notebook, it is left alone.
    """
    if is_keras_2() and "keras" not in sys.modules and not any(isinstance(finder, _Alias) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Alias())


def load(path: Path) -> Any:
    """A model from a `.keras` file, in safe mode and not compiled.

    `tf_keras` is behind Keras 3 in what its safe mode refuses, so what is in the file is compared with a list first.

    Raises:
        Exception: Whatever is wrong with the file.
    """
    if is_keras_2():
        from grader.probe import plain_model

        plain_model.check_file(path)
    with _nothing_drawn():
        return library().saving.load_model(str(path), safe_mode=True, compile=False)


@contextlib.contextmanager
def _nothing_drawn() -> Iterator[None]:
    """Weights begin as zeros: to draw what a file is about to replace takes half of the time that loading does."""
    module = library().initializers
    zeros = module.Zeros()
    kinds = [getattr(module, name) for name in DRAWN]
    before = [kind.__call__ for kind in kinds]
    for kind in kinds:
        kind.__call__ = lambda _, shape, dtype=None, **__: zeros(shape, dtype)
    try:
        yield
    finally:
        for kind, call in zip(kinds, before, strict=True):
            kind.__call__ = call


def resolve(identifier: Any, family: str) -> Any:
    """The object that a loss, metric or optimizer stands for, given by name or as it is written in a saved model.

    Args:
        identifier: The name or the serialized object.
        family: `losses`, `metrics` or `optimizers`.

    Raises:
        Exception: Keras does not know it, or it is not one of Keras's own.
    """
    if is_keras_2() and not isinstance(identifier, str):
        from grader.probe import plain_model

        plain_model.check_object(identifier)
    module = getattr(library(), family)
    if isinstance(identifier, str) or family == "optimizers":
        return module.get(identifier)
    found = library().saving.deserialize_keras_object(identifier, safe_mode=True)
    return module.get(found) if isinstance(found, str) else found


def is_own(thing: Any) -> bool:
    """Whether a function, a class or an object is Keras's own."""
    home = str(getattr(thing, "__module__", ""))
    return home == NAME or home.startswith(f"{NAME}.")


def maker(tensor: Any) -> Any:
    """The layer or operation that a symbolic tensor came out of."""
    return tensor._keras_history[0]


def sources(operation: Any, node: int = 0) -> list[Any]:
    """The symbolic tensors that went into a layer or operation when it was called for the n-th time."""
    call = operation._inbound_nodes[node]
    return list(call.keras_inputs if hasattr(call, "keras_inputs") else call.input_tensors)


def kind(operation: Any) -> str:
    """Class name of a layer or operation, as Keras 3 has it: `tf_keras` wraps operations in layers of one class."""
    name = type(operation).__name__
    if name == "SlicingOpLambda":
        return "GetItem"
    if name == "TFOpLambda":
        last = str(operation.get_config()["function"]).rpartition(".")[2]
        return "".join(part.capitalize() for part in last.removesuffix("_v2").split("_"))
    return name


def dimensions(shape: Any) -> Any:
    """A shape as a tuple, where Keras gives TensorFlow's own kind; anything else as it is."""
    return tuple(shape.as_list()) if hasattr(shape, "as_list") and shape.rank is not None else shape


def seen_shape(model: Any) -> tuple[int, ...] | None:
    """Shape of one input, without the batch axis, that a model of an unknown class was called with; None for none."""
    shapes: Mapping[str, Any] | None = getattr(model, "_build_shapes_dict", None)
    shape = next(iter(shapes.values())) if shapes else dimensions(getattr(model, "_build_input_shape", None))
    return tuple(shape[1:]) if isinstance(shape, tuple | list) and shape else None


class _Alias(MetaPathFinder):
    """Finds `keras` and `keras.x` where `tf_keras` and `tf_keras.x` are."""

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        del path, target
        if fullname != "keras" and not fullname.startswith("keras."):
            return None
        real = KERAS_2 + fullname.removeprefix("keras")
        # The package itself is not looked for here: who waits for its import, to seed it, is asked for it only once.
        found = real == KERAS_2 or real in sys.modules or importlib.util.find_spec(real) is not None
        return ModuleSpec(fullname, _Same(real), is_package=True) if found else None


class _Same(Loader):
    """Gives a module that has another name."""

    def __init__(self, real: str) -> None:
        self._real = real

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        del spec
        module = importlib.import_module(self._real)
        self._spec = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self._spec  # which the import system has just made that of the other name
