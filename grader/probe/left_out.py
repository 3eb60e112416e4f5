"""Leaves training out, a step for each epoch in its place, where nothing that depends on it could pass.

A rule about resources, like the budgets: what is decided here moves no score. Outside it is looked at again, and where
something could have come of the training after all, the notebook runs once more without this rule.

A step for each epoch, and not none: the history has its names and as many epochs as were asked for, so that the cells
after it find what they would have found.
"""

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import numpy as np

__all__ = ["Rule", "one_step"]

CHANNELS = (1, 3)
"""Of grey and of coloured pictures, which the grader can draw in any size; see `grader.measure.inspection`."""

WORDS = (
    "The grader left this training out, a step for each epoch in its place: {why}. Nothing that depends on training "
    "can pass before that is mended. Mend it first; the model is trained then."
)


class Rule:
    """Looks at a model whose training begins.

    Args:
        reach: What `grader.reach.Reach.plan` gives; None where any model may be within reach.
        graded: Gives the model by whose variable the week is graded. In doubt which model that is, it is trained.
    """

    def __init__(self, reach: Mapping[str, Any] | None, graded: Callable[[], Any]) -> None:
        self._reach = reach
        self._graded = graded
        self.told: dict[str, Any] | None = None
        """Why training was left out: `what`, and the numbers that were `found`."""

    def why(self, model: Any) -> str:
        """Why the training of this model is left out, as a clause; empty where it is not."""
        if self._reach is None:
            return ""
        try:
            told = _beyond(self._reach, model) if self._graded() is model else None
        except Exception:  # noqa: BLE001 - a model of the student's own class, or one that is not built yet
            return ""
        if told is None:
            return ""
        self.told = told
        what, found = told["what"], told["found"]
        return str(self._reach["says"][what]).format(found=found[0] if what == "units" else tuple(found))


def one_step(keras: ModuleType, why: str) -> Any:
    """A callback that ends each epoch, and each validation, after its first step; it goes ahead of all others."""

    class OneStep(keras.callbacks.Callback):  # type: ignore[misc, name-defined]
        def on_train_begin(self, logs: Any = None) -> None:
            del logs
            print(WORDS.format(why=why))  # noqa: T201 - into the cell's output

        def on_train_batch_end(self, batch: Any, logs: Any = None) -> None:
            del batch, logs
            self.ours = not self.model.stop_training
            self.model.stop_training = True

        def on_test_batch_end(self, batch: Any, logs: Any = None) -> None:
            del batch, logs
            if hasattr(self.model, "stop_evaluating"):  # Keras 2 has no such thing, and validates with all
                self.model.stop_evaluating = True

        def on_epoch_end(self, epoch: Any, logs: Any = None) -> None:
            del epoch, logs
            if self.ours:
                self.model.stop_training = False

    return OneStep()


def _beyond(reach: Mapping[str, Any], model: Any) -> dict[str, Any] | None:
    """What puts a model beyond reach, with the numbers that were found; None where it is within."""
    found, units = model.input_shape[1:], model.output_shape[-1]
    if not found or not all(isinstance(n, int) for n in found):  # several inputs, or any size
        return None
    if reach["shapes"] is not None and list(found) not in [list(shape) for shape in reach["shapes"]]:
        return {"what": "input", "found": list(found)}
    is_picture = len(found) == 3 and found[2] in CHANNELS
    if reach["image"] is not None and not is_picture and not _takes(model, reach["image"]):
        return {"what": "input", "found": list(found)}
    if reach["units"] is None or not isinstance(units, int) or units in reach["units"]:
        return None
    at_least = reach["units_from"]
    return {"what": "units", "found": [units]} if at_least is None or units < at_least else None


def _takes(model: Any, shape: Any) -> bool:
    """Whether it makes something of one image of this shape."""
    try:
        model(np.zeros((1, *shape), np.float32), training=False)
    except Exception:  # noqa: BLE001 - Keras raises many things for a shape that does not fit
        return False
    return True
