"""`metrics`: accuracy is watched while the model trains, by the metric that fits its output and labels."""

from grader.judge.finding import CheckParameters, Finding, failed, needed, passed
from grader.observation import Function, KerasModel, Observations, Pipeline

__all__ = ["FACTS", "Parameters", "check"]

FACTS = ("built_model",)
ACCURACIES = frozenset({"accuracy", "binary_accuracy", "categorical_accuracy", "sparse_categorical_accuracy"})


class Parameters(CheckParameters):
    """It has none: the week asks for accuracy."""


def check(observations: Observations, parameters: Parameters, function: Function | None) -> Finding:
    """Passes when an accuracy metric is compiled in and it is the one for this pairing."""
    del parameters, function
    model = needed(observations.built_model)
    expected = "the model is compiled with accuracy as a metric"
    if not model.compiled:
        return failed("not-compiled", expected, "the model is not compiled", model.provenance)
    found = [name for name in model.metrics if name in ACCURACIES]
    actual = f"metrics: {', '.join(model.metrics) or 'none'}"
    if not found:
        return failed("no-accuracy", expected, actual, model.provenance, metrics=", ".join(model.metrics) or "none")
    fitting = _fitting(model, observations.training_data)
    if fitting is not None and not {fitting, "accuracy"} & set(found):
        return failed("wrong-metric", expected, actual, model.provenance, metric=found[0], fitting=fitting)
    return passed(expected, actual, model.provenance)


def _fitting(model: KerasModel, data: Pipeline | None) -> str | None:
    """The accuracy that compares outputs of this width with labels of this form; None where that is not known."""
    if model.output is None or data is None or data.label_form not in {"integers", "one_hot"}:
        return None
    if model.output.units == 1:
        return "binary_accuracy"
    return "sparse_categorical_accuracy" if data.label_form == "integers" else "categorical_accuracy"
