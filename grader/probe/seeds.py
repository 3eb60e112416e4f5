"""Seeds for everything random in a notebook, set before its first cell and again when Keras or TensorFlow arrives.

A notebook that sets its own seeds overrules these. One that asks for a random generator or a seed without naming any
gets one that follows from ours, where Python or NumPy would take what the machine's noise gives.

With deterministic ops (`TF_DETERMINISTIC_OPS=1`) TensorFlow refuses random ops that no seed was set for, `tf.data`'s
shuffle among them; a seed set on import keeps such a notebook running.
"""

import random
import sys
from collections.abc import Callable
from functools import wraps
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from grader.probe import keras_api

__all__ = ["SEED", "WHEN_READY", "hide", "sow", "sow_in_kernel"]

SEED = 1
"""Of a notebook's first run; `grader.rubric.Borderline` has those of others."""
LARGEST = 2**32
"""Seeds of NumPy and Keras lie below."""
_chosen = [SEED]
WHEN_READY: list[Callable[[ModuleType], None]] = []
"""Called with the module of Keras at the end of its import."""


def sow(seed: int = SEED) -> None:
    """Seed Python and NumPy now, and Keras and TensorFlow at the end of their import."""
    import numpy as np

    _chosen[:] = [seed]
    random.seed(seed)
    np.random.seed(seed)
    _answer_for_noise(np)
    if not any(isinstance(finder, _SeedOnImport) for finder in sys.meta_path):
        sys.meta_path.insert(0, _SeedOnImport())


def sow_in_kernel(seed: int = SEED) -> None:
    """As `sow`, and once more when the first cell begins, for a kernel that starts up may draw, or may not."""
    from IPython import get_ipython

    sow(seed)
    events = get_ipython().events

    def again(_: Any) -> None:
        events.unregister("pre_run_cell", again)
        sow(seed)

    events.register("pre_run_cell", again)


def hide() -> None:
    """Where Keras and TensorFlow were imported before a fork: make them come, and be seeded, when they are imported."""
    names = {"keras", keras_api.NAME, "tensorflow"}
    sys.meta_path.insert(0, _SeedOnImport({name: sys.modules.pop(name) for name in names}))


def _answer_for_noise(np: ModuleType) -> None:
    """Let `seed()` and `default_rng()` without a seed follow from ours: the first, the second and so on, each its own.

    `random.Random()` and `np.random.RandomState()` are classes, which others derive from; they stay as they are.
    """
    asked = [0]

    def next_seed() -> int:
        asked[0] += 1
        return (_chosen[0] * 1_000_003 + asked[0]) % LARGEST

    def answered(function: Callable[..., Any]) -> Callable[..., Any]:
        original = getattr(function, "__wrapped__", function)

        @wraps(original)
        def with_seed(*args: Any, **kwargs: Any) -> Any:
            if not kwargs and (not args or args == (None,)):
                args = (next_seed(),)
            elif not args and len(kwargs) == 1 and None in kwargs.values():
                kwargs = dict.fromkeys(kwargs, next_seed())
            return original(*args, **kwargs)

        return with_seed

    random.seed = answered(random.seed)
    np.random.seed = answered(np.random.seed)
    np.random.default_rng = answered(np.random.default_rng)


class _SeedOnImport(MetaPathFinder):
    """Steps aside for every module but Keras and TensorFlow, and for those once.

    Args:
        hidden: Those, where they are in memory already.
    """

    def __init__(self, hidden: dict[str, ModuleType] | None = None) -> None:
        self._waiting = {*hidden} if hidden else {keras_api.NAME, "tensorflow"}
        self._hidden = hidden or {}

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        del path, target
        if fullname not in self._waiting:
            return None
        if self._hidden:
            self._waiting.clear()  # the import of one brings the other
            return ModuleSpec(fullname, _Returning(self._hidden, fullname))
        self._waiting.remove(fullname)
        spec = find_spec(fullname)
        if spec is not None and spec.loader is not None:
            spec.loader = _Seeding(spec.loader)
        return spec


class _Seeding(Loader):
    """The module's own loader, and then the seed."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        if module.__name__ == keras_api.NAME:
            module.utils.set_random_seed(_chosen[0])
            _tell(module)
        else:
            module.random.set_seed(_chosen[0])
            # Keras came with it, and what came after that may have drawn; or Keras brought it, and is not complete yet
            utils = getattr(sys.modules.get(keras_api.NAME), "utils", None)
            if utils is not None and hasattr(utils, "set_random_seed"):
                utils.set_random_seed(_chosen[0])


class _Returning(Loader):
    """Brings all of them back, and then the seed."""

    def __init__(self, hidden: dict[str, ModuleType], name: str) -> None:
        self._hidden = hidden
        self._module = hidden[name]
        self._spec = self._module.__spec__

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        del spec
        return self._module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self._spec
        sys.modules.update(self._hidden)
        self._hidden["tensorflow"].random.set_seed(_chosen[0])
        keras = self._hidden[keras_api.NAME]
        keras.utils.set_random_seed(_chosen[0])
        _tell(keras)


def _tell(keras: ModuleType) -> None:
    for function in WHEN_READY:
        function(keras)
