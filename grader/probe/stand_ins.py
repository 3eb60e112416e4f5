"""Modules that a notebook of the public course imports and that are not here: harmless ones take their place.

Some are Colab's, some came beside the notebook and graded it, some downloaded its data, and some have only moved. They
are found after everything that is really installed, so a real one is never covered.
"""

import importlib
import sys
from collections.abc import Iterable
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

__all__ = ["MOVED", "SILENT", "install"]

SILENT = ("gdown", "google.colab", "google.colab.drive", "google.colab.files", "google.colab.output")
"""Every function of theirs takes anything and returns nothing; `files.upload` alone returns an empty dictionary."""

MOVED = {
    "keras.layers.convolutional": "keras.layers",
    "keras.layers.core": "keras.layers",
    "keras.layers.normalization": "keras.layers",
    "keras.layers.pooling": "keras.layers",
    "keras.utils.np_utils": "keras.utils",
    "keras_preprocessing": "keras.preprocessing",
    "keras_preprocessing.image": "tensorflow.keras.preprocessing.image",
    "keras_preprocessing.sequence": "tensorflow.keras.preprocessing.sequence",
    "keras_preprocessing.text": "tensorflow.keras.preprocessing.text",
    "tensorflow.keras.layers.experimental": "tensorflow.keras.layers",
    "tensorflow.keras.layers.experimental.preprocessing": "tensorflow.keras.layers",
    "tensorflow.python.keras.preprocessing": "tensorflow.keras.preprocessing",
    "tensorflow.python.keras.preprocessing.image": "tensorflow.keras.preprocessing.image",
}
"""Old name of a module -> where its content is today."""


def install(helpers: Iterable[str] = ()) -> None:
    """Let the modules of `SILENT`, those of `MOVED` and the course's helper modules be found.

    Args:
        helpers: Modules that lay beside the notebook, such as `unittests`; each is silent.
    """
    if not any(isinstance(finder, _StandIns) for finder in sys.meta_path):
        sys.meta_path.append(_StandIns((*SILENT, *helpers)))


class _StandIns(MetaPathFinder):
    def __init__(self, silent: tuple[str, ...]) -> None:
        self._silent = silent

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        del path, target
        if fullname in self._silent:
            return ModuleSpec(fullname, _Silent(), is_package=True)
        return ModuleSpec(fullname, _Moved(MOVED[fullname]), is_package=True) if fullname in MOVED else None


class _Silent(Loader):
    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _SilentModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        module.__all__ = []  # type: ignore[attr-defined]  # for `from ... import *`


class _SilentModule(ModuleType):
    """Whatever is asked of it is a function that does nothing."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if f"{self.__name__}.{name}" in SILENT:
            return importlib.import_module(f"{self.__name__}.{name}")

        def nothing(*args: Any, **kwargs: Any) -> Any:
            del args, kwargs
            return {} if name == "upload" else None

        nothing.__name__ = name
        return nothing


class _Moved(Loader):
    def __init__(self, today: str) -> None:
        self._today = today

    def create_module(self, spec: ModuleSpec) -> None:
        del spec

    def exec_module(self, module: ModuleType) -> None:
        today = importlib.import_module(self._today)
        for name in dir(today):
            if not name.startswith("__"):
                setattr(module, name, getattr(today, name))
