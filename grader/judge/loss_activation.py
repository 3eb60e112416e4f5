"""`loss_activation`: last layer, labels and loss fit each other, whatever the spelling.

One decision table, from the course contract. The label form is what the training data really yields, the output and the
loss are those of the saved model.
"""

from dataclasses import dataclass
from typing import Any

from pydantic import Field

from grader.judge.finding import CheckParameters, Finding, failed, needed, partial, passed
from grader.observation import Function, Observations, Provenance

__all__ = ["FACTS", "Pairing", "Parameters", "check", "decide"]

FACTS = ("built_model", "training_data")

BINARY = frozenset({"binary_crossentropy", "binary_focal_crossentropy"})
SPARSE = frozenset({"sparse_categorical_crossentropy"})
CATEGORICAL = frozenset({"categorical_crossentropy", "categorical_focal_crossentropy", "kl_divergence"})
REGRESSION = frozenset(
    {
        "mean_squared_error",
        "mean_absolute_error",
        "mean_absolute_percentage_error",
        "mean_squared_logarithmic_error",
        "huber",
        "log_cosh",
        "cosine_similarity",
        "poisson",
    }
)


class Parameters(CheckParameters):
    """What the week's data looks like, and what half-right pairings earn."""

    classes: int | None = Field(default=None, ge=2)
    """Classes of the data set; default: as many as the labels tell apart."""
    regression_credit: float = Field(default=0.0, ge=0, le=1)
    """Share of the points for a regression loss, which trains, but poorly."""
    multi_label_credit: float = Field(default=0.5, ge=0, le=1)
    """Share of the points for binary cross-entropy over one-hot labels, which trains each class by itself."""


@dataclass(frozen=True)
class Pairing:
    """The three things that must fit."""

    units: int
    activation: str
    """`sigmoid`, `softmax`, `linear` or another Keras name."""
    loss: str
    """Keras snake-case name."""
    from_logits: bool
    labels: str
    """`integers`, `one_hot` or another label form."""
    classes: int
    """Classes of the data set."""
    largest: int
    """Largest integer label; classes - 1 where labels are one-hot."""
    width: int
    """Columns of one-hot labels; 1 for integers."""


def check(observations: Observations, parameters: Parameters, function: Function | None) -> Finding:
    """Passes when the three fit; every misfit has a code and words of its own."""
    del function
    model, data = needed(observations.built_model), needed(observations.training_data)
    expected = "a last layer, a loss and labels that fit each other"
    if not model.compiled or model.loss is None:
        return failed("not-compiled", expected, "the model has no loss", model.provenance)
    if model.output is None:
        return failed("no-output", expected, "the output cannot be told", model.provenance)
    if data.error is not None:
        error = f"{data.error.name}: {data.error.message}"
        return failed("data-raised", expected, f"the training data raised {error}", data.provenance, error=error)
    values_seen = [int(value) for value in data.label_values] or [1]
    classes = parameters.classes or data.classes
    one_hot = data.label_form == "one_hot"
    pairing = Pairing(
        units=model.output.units,
        activation=model.output.activation,
        loss=model.loss.name,
        from_logits=model.loss.from_logits,
        labels=data.label_form,
        classes=classes,
        largest=classes - 1 if one_hot else max(values_seen),
        width=data.label_shape[-1] if one_hot and data.label_shape else 1,
    )
    code = decide(pairing)
    logits = ", from_logits=True" if pairing.from_logits else ""
    actual = (
        f"{pairing.units} unit{'s' if pairing.units != 1 else ''} with {pairing.activation}, {_label_words(pairing)}, "
        f"{pairing.loss}{logits}"
    )
    provenance = model.provenance if data.provenance is Provenance.MEASURED else data.provenance
    values: dict[str, Any] = {
        "units": pairing.units,
        "activation": pairing.activation,
        "loss": pairing.loss,
        "classes": pairing.classes,
        "largest": pairing.largest,
        "needed": pairing.largest + 1,
        "width": pairing.width,
        "labels": pairing.labels,
    }
    if code == "passed":
        return passed(expected, actual, provenance, **values)
    credit = {
        "regression": parameters.regression_credit,
        "multi-label": parameters.multi_label_credit,
    }.get(code, 0.0)
    if credit:
        return partial(code, credit, expected, actual, provenance, **values)
    return failed(code, expected, actual, provenance, **values)


def decide(pairing: Pairing) -> str:
    """The row of the table: `passed`, or the code of the misfit."""
    if pairing.units == 1 and pairing.activation == "softmax":
        return "softmax-one-unit"
    if pairing.labels not in {"integers", "one_hot"}:
        return "labels-unknown"
    for losses, rule in ((BINARY, _binary), (SPARSE, _sparse), (CATEGORICAL, _categorical)):
        if pairing.loss in losses:
            return rule(pairing)
    return "regression" if pairing.loss in REGRESSION else "loss-unknown"


def _binary(pairing: Pairing) -> str:
    if pairing.units == 1:
        if pairing.labels == "one_hot":
            return "one-unit-one-hot"
        if pairing.classes > 2:
            return "one-unit-many-classes"
        return _logits(pairing, "sigmoid")
    if pairing.labels == "integers":
        return "binary-many-units"
    if pairing.units != pairing.width:
        return "units-differ"
    fit = _logits(pairing, "softmax" if pairing.activation == "softmax" else "sigmoid")
    return "multi-label" if fit == "passed" else fit


def _sparse(pairing: Pairing) -> str:
    if pairing.labels == "one_hot":
        return "sparse-one-hot"
    if pairing.units == 1:
        return "one-unit-categorical"
    if pairing.units < pairing.largest + 1 or pairing.units < pairing.classes:
        return "too-few-units"
    return _logits(pairing, "softmax")


def _categorical(pairing: Pairing) -> str:
    if pairing.units == 1:
        return "one-unit-categorical"
    if pairing.labels == "integers":
        return "categorical-integers"
    if pairing.units != pairing.width:
        return "units-differ"
    return _logits(pairing, "softmax")


def _logits(pairing: Pairing, fitting: str) -> str:
    """Whether activation and `from_logits` agree, given the activation that makes probabilities for this loss."""
    if pairing.activation == "linear":
        return "passed" if pairing.from_logits else "linear-without-logits"
    if pairing.activation == fitting:
        return f"{fitting}-from-logits" if pairing.from_logits else "passed"
    if fitting == "softmax" and pairing.activation == "sigmoid":
        return "sigmoid-categorical"
    return "activation-unknown"


def _label_words(pairing: Pairing) -> str:
    if pairing.labels == "integers":
        return f"integer labels up to {pairing.largest}"
    if pairing.labels == "one_hot":
        return f"one-hot labels of {pairing.width}"
    return "labels of an unknown form"
