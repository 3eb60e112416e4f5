"""Has Keras 3 make the variables that a training needs before TensorFlow compiles its step.

With TensorFlow, Keras leaves the variables of the optimizer and of the metrics to the first step of a training. A step
that makes variables is compiled twice: `tf.function` traces once with them and once without. That is 0.3 s of the 1.1 s
that an epoch of a small network takes. With JAX, PyTorch and distribution strategies Keras makes them before, by the
method that is used here; numbers come out the same to the last bit.

It is done where nothing of the student's own would run for it: Keras's own model, layers, loss, metrics and optimizer.
In all other cases, and where anything goes wrong, the first step does it as ever, and says what is wrong.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import ModuleType
from typing import Any

from grader.probe import keras_api

__all__ = ["fitting", "install"]

STEPS = ("train_step", "compute_loss", "compute_metrics")
"""Methods of a model that a student may have replaced."""
_waiting: list[Any] = []
"""Models whose `fit` has begun, and has not come as far as its first step."""


def install(keras: ModuleType) -> None:
    """Change what Keras does at that place; nothing where it has no such place, as Keras 2 has not."""
    own = getattr(keras.Model, "_maybe_symbolic_build", None)
    if own is None:
        return

    def build(self: Any, iterator: Any = None, data_batch: Any = None) -> None:
        if any(model is self for model in _waiting):  # evaluation outside of a training makes no variables
            _waiting.clear()
            with suppress(Exception):
                _build(keras, self, iterator)
        own(self, iterator=iterator, data_batch=data_batch)

    model: Any = keras.Model
    model._maybe_symbolic_build = build


@contextmanager
def fitting(model: Any) -> Iterator[None]:
    """While the model's `fit` runs."""
    _waiting.append(model)
    try:
        yield
    finally:
        _waiting.clear()


def _build(keras: ModuleType, model: Any, iterator: Any) -> None:
    if not _is_plain(keras, model):
        return
    batch = iterator._distributed_dataset.element_spec
    # The loss first, as in a step: where labels do not fit it, no metric is to be made for them.
    known = vars(model)
    metrics, known["_compile_metrics"] = model._compile_metrics, None
    try:
        model._symbolic_build(data_batch=batch)
    finally:
        known["_compile_metrics"] = metrics
    model._symbolic_build(data_batch=batch)


def _is_plain(keras: ModuleType, model: Any) -> bool:
    """Whether its first step is to come, all that would run is Keras's own, and no layer is still to be made."""
    asked = model._compile_config.config
    things = keras.tree.flatten([asked.get(name) for name in ("loss", "metrics", "weighted_metrics")])
    layers = model._flatten_layers()
    return (
        model.train_function is None
        and model._distribute_strategy is None
        and not model.run_eagerly
        and keras_api.is_own(type(model.optimizer))
        and all(getattr(type(model), name) is getattr(keras.Model, name) for name in STEPS)
        and all(thing is None or isinstance(thing, str) or keras_api.is_own(thing) for thing in things)
        and all(
            layer.built and keras_api.is_own(type(layer)) and not isinstance(layer, keras.layers.Lambda)
            for layer in layers
        )
    )
