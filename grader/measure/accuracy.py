"""Predictions of a model, compared with labels that never entered a sandbox."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from grader.observation import Accuracy, KerasModel

__all__ = ["measure_accuracy", "predicted_labels"]

UNUSUAL_MIDDLE = frozenset({"tanh", "softsign"})
"""Activations of one unit whose values lie on both sides of zero."""

REGRESSION = ("mean_", "huber", "log_cosh")
"""Beginnings of the names of losses that pull a linear unit towards the labels 0 and 1 themselves."""


def predicted_labels(predictions: NDArray[np.floating], model: KerasModel) -> NDArray[np.int64]:
    """The label that each row of predictions means; -1 for a row with NaN.

    Args:
        predictions: (n, units), as `predict` gives them.
        model: What is known about the output and the loss.

    Returns:
        (n,) int64. Several units: the largest one. One unit: whether it is above the middle, which is 0.5 for
        probabilities and 0 for logits.
    """
    if predictions.shape[1] > 1:
        labels = np.nan_to_num(predictions, nan=-np.inf).argmax(axis=1)
    else:
        activation = model.output.activation if model.output else "sigmoid"
        loss = model.loss.name if model.loss else ""
        logits = activation in UNUSUAL_MIDDLE or (activation == "linear" and not loss.startswith(REGRESSION))
        labels = (predictions[:, 0] > (0.0 if logits else 0.5)).astype(np.int64)
    return np.where(np.isnan(predictions).any(axis=1), -1, labels).astype(np.int64)


def measure_accuracy(
    predictions: NDArray[np.floating],
    labels: Sequence[int],
    classes: tuple[str, ...],
    *,
    model: KerasModel,
    naming: Mapping[int, int] | None = None,
    codes: Sequence[int] = (),
) -> Accuracy:
    """Count correct predictions.

    Args:
        predictions: (n, units) float32.
        labels: n indices into `classes`, in the same order.
        classes: Names of the classes, alphabetical.
        model: The model that predicted.
        naming: Label -> index of its class, where the student's pipeline numbers the classes in another order; default:
            the same numbers, or the `codes` where there are units enough for them.
        codes: The label of each class in the files of the data set, where that is not its index.
    """
    coded = len(codes) == len(classes) and predictions.shape[1] > max(codes)
    order = dict(naming) if naming else {codes[i] if coded else i: i for i in range(len(classes))}
    counts = np.zeros((len(classes), len(classes)), dtype=np.int64)
    for true, label in zip(labels, predicted_labels(predictions, model).tolist(), strict=True):
        if label in order:  # NaN and units that stand for no class count as wrong, under no column
            counts[true, order[label]] += 1
    return Accuracy(
        correct=int(counts.trace()),
        images=len(labels),
        confusion=tuple(tuple(row) for row in counts.tolist()),
        classes=classes,
    )
