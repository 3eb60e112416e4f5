"""Spellings that Keras 3 removed, kept working in a student's kernel: a change of library is not a student's mistake.

What is here is all there is:

    Adam(lr=...)                                  learning_rate=...
    Adam(decay=d)                                 a learning rate that falls as rate / (1 + d * steps)
    optimizer.lr                                  optimizer.learning_rate
    keras.optimizers.legacy.Adam                  keras.optimizers.Adam
    model.fit_generator, evaluate_generator,
      predict_generator                           fit, evaluate, predict
    fit(workers=..., use_multiprocessing=...,
      max_queue_size=...)                         without them
    model.predict_classes, predict_proba          predict
    history.history["acc"], logs.get("val_acc"),
      EarlyStopping(monitor="val_acc")            "accuracy", "val_accuracy"
    layer.output_shape, layer.input_shape         layer.output.shape, layer.input.shape
    Dense(activation=tf.nn.softmax)               activation="softmax"; works, but cannot be saved and loaded
    modules of `grader.probe.stand_ins.MOVED`     where they are today

None of it says anything about a score. `grader.measure.spelling` tells the student the modern spelling.
"""

from functools import wraps
from types import ModuleType
from typing import Any

__all__ = ["Logs", "predict_classes", "predict_proba", "teach"]

TOGETHER = ("workers", "use_multiprocessing", "max_queue_size")
"""How Keras 2 was told to read data in parallel."""


def teach(keras: ModuleType) -> None:
    """Make Keras understand the old spellings; doing it twice changes nothing more."""
    if getattr(keras.Model, "fit_generator", None) is not None:
        return
    _teach_optimizers(keras)
    _teach_models(keras)
    _teach_layers(keras)
    _teach_activations()
    _teach_logs(keras)
    _teach_modules(keras)


class Logs(dict[str, Any]):
    """Metrics by name, which also answer to the names of before TensorFlow 2: `acc` and `val_acc`."""

    def __missing__(self, name: str) -> Any:
        today = _today(name)
        if not dict.__contains__(self, today):
            raise KeyError(name)
        return dict.__getitem__(self, today)

    def __contains__(self, name: object) -> bool:
        return dict.__contains__(self, name) or dict.__contains__(self, _today(name))

    def get(self, name: str, default: Any = None) -> Any:
        """As of a dictionary."""
        return dict.get(self, name, dict.get(self, _today(name), default))


def _today(name: object) -> Any:
    return {"acc": "accuracy", "val_acc": "val_accuracy"}.get(str(name), name)


def _teach_optimizers(keras: ModuleType) -> None:
    from keras.src.optimizers.base_optimizer import BaseOptimizer

    begin = BaseOptimizer.__init__

    @wraps(begin)
    def begin_either_way(self: Any, learning_rate: Any, *args: Any, **kwargs: Any) -> None:
        learning_rate = kwargs.pop("lr", learning_rate)
        decay = kwargs.pop("decay", None)
        if decay and isinstance(learning_rate, int | float):
            learning_rate = keras.optimizers.schedules.InverseTimeDecay(learning_rate, 1, decay)
        begin(self, learning_rate, *args, **kwargs)

    BaseOptimizer.__init__ = begin_either_way
    BaseOptimizer.lr = property(
        lambda self: self.learning_rate, lambda self, value: setattr(self, "learning_rate", value)
    )


def _teach_models(keras: ModuleType) -> None:
    fit = keras.Model.fit
    model: Any = keras.Model

    @wraps(fit)
    def fit_alone(self: Any, *args: Any, **kwargs: Any) -> Any:
        return fit(self, *args, **_without(kwargs))

    def fit_generator(
        self: Any, generator: Any, steps_per_epoch: int | None = None, epochs: int = 1, verbose: Any = 1, **kwargs: Any
    ) -> Any:
        return self.fit(generator, steps_per_epoch=steps_per_epoch, epochs=epochs, verbose=verbose, **kwargs)

    def evaluate_generator(self: Any, generator: Any, steps: int | None = None, **kwargs: Any) -> Any:
        return self.evaluate(generator, steps=steps, **{"verbose": 0, **_without(kwargs)})

    def predict_generator(self: Any, generator: Any, steps: int | None = None, **kwargs: Any) -> Any:
        return self.predict(generator, steps=steps, **{"verbose": 0, **_without(kwargs)})

    model.fit = fit_alone
    for function in (fit_generator, evaluate_generator, predict_generator, predict_proba, predict_classes):
        setattr(model, function.__name__, function)


def predict_proba(self: Any, x: Any, **kwargs: Any) -> Any:
    """As `predict`; a method of models."""
    return self.predict(x, **kwargs)


def predict_classes(self: Any, x: Any, **kwargs: Any) -> Any:
    """The likeliest class of each input; a method of models."""
    answers = self.predict(x, **kwargs)
    return answers.argmax(axis=-1) if answers.shape[-1] > 1 else (answers > 0.5).astype("int32")


def _without(kwargs: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in kwargs.items() if name not in TOGETHER}


class _Shape:
    """An attribute that a layer of the student's own may still set for itself, as a property would not let it."""

    def __init__(self, of: str) -> None:
        self._of = of

    def __get__(self, layer: Any, owner: Any = None) -> Any:
        if layer is None:
            return self
        tensors = getattr(layer, self._of)
        return [tuple(t.shape) for t in tensors] if isinstance(tensors, list | tuple) else tuple(tensors.shape)


def _teach_layers(keras: ModuleType) -> None:
    layer: Any = keras.layers.Layer
    layer.output_shape, layer.input_shape = _Shape("output"), _Shape("input")


def _teach_activations() -> None:
    from keras.src import activations

    get = activations.get

    @wraps(get)
    def get_by_todays_name(identifier: Any) -> Any:
        if getattr(identifier, "__name__", "") == "softmax_v2":
            from tensorflow.nn import softmax

            identifier = "softmax" if identifier is softmax else identifier
        return get(identifier)

    activations.get = get_by_todays_name


def _teach_logs(keras: ModuleType) -> None:
    from keras.src.callbacks import monitor_callback
    from keras.src.utils import python_utils

    history: Any = keras.callbacks.History
    begin, plain = history.__init__, python_utils.pythonify_logs

    @wraps(begin)
    def begin_with_logs(self: Any) -> None:
        begin(self)
        self.history = Logs()

    @wraps(plain)
    def logs_by_either_name(logs: Any) -> Logs:
        return Logs(plain(logs))

    monitor: Any = monitor_callback.MonitorCallback
    choose = monitor._set_monitor_op

    @wraps(choose)
    def choose_by_either_name(self: Any) -> None:
        try:
            choose(self)
        except ValueError:
            if _today(self.monitor) == self.monitor:
                raise
            self.monitor = _today(self.monitor)
            choose(self)

    monitor._set_monitor_op = choose_by_either_name
    history.__init__ = begin_with_logs
    python_utils.pythonify_logs = logs_by_either_name


def _teach_modules(keras: ModuleType) -> None:
    """Attributes of modules; for modules that are imported by name see `grader.probe.stand_ins`."""
    import keras._tf_keras.keras as twin  # what TensorFlow shows as `tf.keras`
    from keras._tf_keras.keras.preprocessing import image

    keras.preprocessing.image.ImageDataGenerator = image.ImageDataGenerator
    for module in (keras, twin):
        experimental = ModuleType("experimental")
        experimental.preprocessing = module.layers  # type: ignore[attr-defined]
        module.layers.experimental = experimental
        legacy = getattr(module.optimizers, "legacy", None)
        for name in ("Adagrad", "Adam", "Ftrl", "Optimizer", "RMSprop", "SGD"):
            if legacy is not None:
                setattr(legacy, name, getattr(module.optimizers, name))
