"""`training_history`: the notebook trained its model, and what its history claims agrees with what was measured."""

from pydantic import Field

from grader.judge.finding import CheckParameters, Finding, failed, passed
from grader.observation import Function, History, Observations, Provenance

__all__ = ["FACTS", "Parameters", "check"]

FACTS = ("trained_model", "train_accuracy")


class Parameters(CheckParameters):
    """What counts as training."""

    epochs: int = Field(default=1, ge=1)
    """Fewest epochs."""
    agreement: float = Field(default=0.2, gt=0, le=1)
    """By how much the claimed last training accuracy may exceed the measured one. Keras prints running means of an
    epoch, which lag behind the model, so the claim of an honest run is rarely the higher one."""
    learned: float | None = Field(default=None, gt=0, lt=1)
    """Share of the training images that the model must classify correctly for its history to be believed. A history is
    only ever claimed; with this, whoever makes one up needs a trained model to go with it."""


def check(observations: Observations, parameters: Parameters, function: Function | None) -> Finding:
    """Passes when the loss fell over enough epochs and the claims agree with the model."""
    del function
    expected = (
        f"a history of at least {parameters.epochs} epochs in which the loss falls, of the model that was handed in"
    )
    history = observations.history
    if history is None:
        actual = observations.missing.get("history", "no history")
        return failed("no-history", expected, actual, Provenance.OBSERVED)
    losses = history.curves.get("loss", ())
    if history.epochs < parameters.epochs or not losses:
        return failed("too-few-epochs", expected, f"{history.epochs} epochs", history.provenance, epochs=history.epochs)
    if any(value is None for value in losses):
        return failed("not-finite", expected, "the loss became NaN or infinite", history.provenance)
    return _trend(observations, history, parameters, expected)


def _trend(observations: Observations, history: History, parameters: Parameters, expected: str) -> Finding:
    losses = history.curves["loss"]
    first, last = float(losses[0] or 0), float(losses[-1] or 0)
    actual = f"{history.epochs} epochs, loss from {first:.3f} to {last:.3f}"
    if history.epochs > 1 and last >= first:
        return failed("loss-did-not-fall", expected, actual, history.provenance, first=first, last=last)
    claimed = _last_accuracy(history)
    measured = observations.train_accuracy
    if claimed is not None and measured is not None and claimed - measured.share > parameters.agreement:
        actual = f"the history says {claimed:.0%} training accuracy, the model reaches {measured.share:.0%}"
        values = {"claimed": f"{claimed:.0%}", "measured": f"{measured.share:.0%}"}
        return failed("history-disagrees", expected, actual, Provenance.MEASURED, **values)
    if parameters.learned is not None and measured is not None and measured.share < parameters.learned:
        actual = f"{actual}, but the model reaches {measured.share:.0%}"
        return failed("not-learned", expected, actual, Provenance.MEASURED, measured=f"{measured.share:.0%}")
    return passed(expected, actual, history.provenance, epochs=history.epochs)


def _last_accuracy(history: History) -> float | None:
    for name, curve in history.curves.items():
        if "acc" in name and not name.startswith("val_") and curve:
            return curve[-1]
    return None
