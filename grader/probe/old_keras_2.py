"""Spellings that `tf_keras` has lost since the Keras 2 of 2019, kept working in the kernel of a course that chose it.

What is here is all there is; the others of `grader.probe.old_keras` `tf_keras` knows by itself:

    Adam(lr=...)                                  learning_rate=...; on its own it would be read and forgotten
    Adam(decay=d)                                 a learning rate that falls as rate / (1 + d * steps)
    model.predict_classes, predict_proba          predict
    history.history["acc"], logs.get("val_acc"),
      EarlyStopping(monitor="val_acc")            "accuracy", "val_accuracy"
"""

from functools import wraps
from types import ModuleType
from typing import Any

from grader.probe.old_keras import Logs, predict_classes, predict_proba

__all__ = ["teach"]


def teach(keras: ModuleType) -> None:
    """Make `tf_keras` understand these spellings; doing it twice changes nothing more."""
    model: Any = keras.Model
    if getattr(model, "predict_classes", None) is not None:
        return
    model.predict_classes, model.predict_proba = predict_classes, predict_proba
    _teach_optimizers(keras)
    _teach_logs(keras)


def _teach_optimizers(keras: ModuleType) -> None:
    base: Any = keras.optimizers.Optimizer
    process, build = base._process_kwargs, base._build_learning_rate

    @wraps(process)
    def process_either_way(self: Any, kwargs: dict[str, Any]) -> None:
        self.__dict__["_grader_old"] = kwargs.pop("lr", None), kwargs.pop("decay", None)
        process(self, kwargs)

    @wraps(build)
    def build_either_way(self: Any, learning_rate: Any) -> Any:
        rate, decay = self.__dict__.pop("_grader_old", (None, None))
        learning_rate = learning_rate if rate is None else rate
        if decay and isinstance(learning_rate, int | float):
            learning_rate = keras.optimizers.schedules.InverseTimeDecay(learning_rate, 1, decay)
        return build(self, learning_rate)

    base._process_kwargs, base._build_learning_rate = process_either_way, build_either_way


def _teach_logs(keras: ModuleType) -> None:
    listed: Any = keras.callbacks.CallbackList
    history: Any = keras.callbacks.History
    process, begin = listed._process_logs, history.__init__

    @wraps(process)
    def logs_by_either_name(self: Any, logs: Any, is_batch_hook: bool = False) -> Any:
        found = process(self, logs, is_batch_hook)
        return found if is_batch_hook or not isinstance(found, dict) else Logs(found)

    @wraps(begin)
    def begin_with_logs(self: Any) -> None:
        begin(self)
        self.history = Logs()

    listed._process_logs, history.__init__ = logs_by_either_name, begin_with_logs
