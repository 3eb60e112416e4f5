"""Holds a notebook's training to the budget of its week, and stops it cleanly when that is used up.

A rule about resources, like the sandbox's limits, which stand behind it: a loop of the student's own is not seen here.
What is counted goes into the report, never into a score.

Seconds are those of the processor, not of the clock: a machine that is busy with other work cuts training off at about
the same step as one that is not, and a notebook that trains within its budget comes out the same on both.
"""

import time
from collections.abc import Mapping
from functools import partial, wraps
from types import ModuleType
from typing import Any

from grader.probe import early_build
from grader.probe.left_out import NOTICE, Rule, one_step

__all__ = ["Tally", "begin", "hold", "told"]

WORDS = {
    "epochs": "{limit:g} epochs in all",
    "steps": "{limit:g} steps in all",
    "seconds": "{limit:g} seconds of processor time for training in all",
}


class Tally:
    """What has been used of a budget, over all calls of `fit`.

    Args:
        budget: At most so many `epochs`, `steps` and `seconds`; one that is missing or None has no limit.
        rule: By which training is left out altogether.
    """

    def __init__(self, budget: Mapping[str, Any], rule: Rule | None = None) -> None:
        self.rule = rule or Rule(None, lambda: None)
        self.budget = {name: float(limit) for name, limit in budget.items() if name in WORDS and limit is not None}
        self.used = dict.fromkeys(WORDS, 0.0)
        self.stopped = ""
        """`epochs`, `steps` or `seconds`: what was used up first; empty while nothing was."""

    def add(self, name: str, amount: float) -> bool:
        """Count; True when that, or something before, has used up the budget."""
        self.used[name] += amount
        if not self.stopped and self.used[name] >= self.budget.get(name, float("inf")):
            self.stopped = name
        return bool(self.stopped)

    @property
    def words(self) -> str:
        """What was used up."""
        return WORDS[self.stopped].format(limit=self.budget[self.stopped]) if self.stopped else ""

    def record(self) -> dict[str, Any]:
        """Ready for JSON."""
        used = {name: round(amount, 3) for name, amount in self.used.items()}
        return {"used": used, "budget": self.budget, "stopped": self.stopped, "left_out": self.rule.told}


_kernels: list[Tally] = []
"""That of this kernel."""


def begin(plan: Mapping[str, Any]) -> Tally:
    """A tally for this kernel, of which `told` tells at the end.

    Args:
        plan: The budget; with it `reach`, by which training is left out, and `model`, the graded model's variable.
    """
    _kernels[:] = [Tally(plan, Rule(plan.get("reach"), lambda: _variable(str(plan.get("model")))))]
    return _kernels[0]


def _variable(name: str) -> Any:
    from IPython import get_ipython

    return get_ipython().user_ns.get(name)


def told() -> dict[str, Any]:
    """What training used in this kernel; empty where nothing was counted."""
    return _kernels[0].record() if _kernels else {}


def hold(tally: Tally, keras: ModuleType) -> None:
    """Let every `fit` from now on count, and stop when the tally says so."""
    early_build.install(keras)
    fit = keras.Model.fit
    watch = partial(_watch, keras, tally)

    @wraps(fit)
    def fit_within(self: Any, *args: Any, **kwargs: Any) -> Any:
        why = tally.rule.why(self)
        if why:
            print(NOTICE.format(why=why))  # noqa: T201 - into the cell's output
            args, kwargs = (), one_step(args, kwargs)
        if len(args) > POSITION:
            args = (*args[:POSITION], [*_listed(args[POSITION]), watch()], *args[POSITION + 1 :])
        else:
            kwargs["callbacks"] = [*_listed(kwargs.get("callbacks")), watch()]
        with early_build.fitting(self):
            return fit(self, *args, **kwargs)

    model: Any = keras.Model
    model.fit = fit_within


POSITION = 5
"""Of `callbacks` among the arguments of `fit` after the model itself."""


def _listed(callbacks: Any) -> list[Any]:
    if callbacks is None:
        return []
    inner = getattr(callbacks, "callbacks", None)  # of a CallbackList
    if inner is not None:
        return list(inner)
    return list(callbacks) if isinstance(callbacks, list | tuple) else [callbacks]


def _watch(keras: ModuleType, tally: Tally) -> Any:
    """The callback; made here, for Keras is imported late."""

    class Watch(keras.callbacks.Callback):  # type: ignore[misc, name-defined]
        def on_train_begin(self, logs: Any = None) -> None:
            del logs
            self.at = time.process_time()
            self.silent = bool(tally.stopped)

        def on_train_batch_end(self, batch: Any, logs: Any = None) -> None:
            del batch, logs
            now = time.process_time()
            over = tally.add("seconds", now - self.at)
            self.at = now
            self.stop(tally.add("steps", 1) or over)

        def on_epoch_end(self, epoch: Any, logs: Any = None) -> None:
            del logs
            now = time.process_time()  # validation counts too
            over = tally.add("seconds", now - self.at)
            self.at = now
            last = epoch + 1 >= (self.params or {}).get("epochs", 0)
            full = tally.used["epochs"] + 1 >= tally.budget.get("epochs", float("inf"))
            if last and full and not over:  # it ends by itself, so it is not we who stop it
                tally.used["epochs"] += 1
            else:
                self.stop(tally.add("epochs", 1) or over)

        def stop(self, over: bool) -> None:
            if over and not self.model.stop_training:
                self.model.stop_training = True
                if not self.silent:
                    print(f"\nThe grader stopped training here: this week allows {tally.words}.")  # noqa: T201
                    self.silent = True

    return Watch()
