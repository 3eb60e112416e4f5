"""Leaves training out, a step for each epoch in its place, where nothing that depends on it could pass.

A rule about resources, like the budgets: what is decided here moves no score. Outside it is looked at again, and where
something could have come of the training after all, the notebook runs once more without this rule.

A step for each epoch, and not none: the history has its names and as many epochs as were asked for, so that the cells
after it find what they would have found.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

__all__ = ["NOTICE", "Rule", "one_step"]

CHANNELS = (1, 3)
"""Of grey and of coloured pictures, which the grader can draw in any size; see `grader.measure.inspection`."""

NAMES = (
    "x", "y", "batch_size", "epochs", "verbose", "callbacks", "validation_split", "validation_data", "shuffle",
    "class_weight", "sample_weight", "initial_epoch", "steps_per_epoch", "validation_steps", "validation_batch_size",
    "validation_freq",
)  # fmt: skip
"""The parameters of `fit`, as Keras 2 and 3 order them."""
BATCH = 32
"""Of images, where a notebook names no number."""

NOTICE = (
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


def one_step(args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a call of `fit`, all by name, with one step for each epoch and each validation.

    Args:
        args: Those by position, after the model itself.
        kwargs: Those by name.
    """
    call = {**dict(zip(NAMES, args, strict=False)), **kwargs}
    size = call.get("batch_size") or BATCH  # where there is none, Keras makes one batch of all there is for one step
    if call.get("y") is not None:
        call["batch_size"] = size
    if isinstance(call.get("validation_data"), list | tuple):
        call["validation_batch_size"] = call.get("validation_batch_size") or size
    return call | {"steps_per_epoch": 1, "validation_steps": 1}


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
