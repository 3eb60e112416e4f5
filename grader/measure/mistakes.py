"""Training images that a model takes for something else: students learn more from ten of those than from a number."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from grader.measure.accuracy import predicted_labels
from grader.observation import KerasModel, Mistake

__all__ = ["worst_mistakes"]

MOST = 12


def worst_mistakes(
    predictions: NDArray[np.floating],
    labels: Sequence[int],
    classes: tuple[str, ...],
    files: Sequence[str],
    *,
    model: KerasModel,
    naming: Mapping[int, int] | None = None,
    codes: Sequence[int] = (),
) -> tuple[Mistake, ...]:
    """The images that the model is most sure and most wrong about, at most `MOST`.

    Args:
        predictions: (n, units) float32.
        labels: n indices into `classes`.
        classes: Names of the classes, alphabetical.
        files: n names to show; empty where there are none, and then nothing is given.
        model: The model that predicted.
        naming: As for `measure_accuracy`.
        codes: As for `measure_accuracy`.
    """
    coded = len(codes) == len(classes) and predictions.shape[1] > max(codes)
    order = dict(naming) if naming else {codes[i] if coded else i: i for i in range(len(classes))}
    sure = _confidence(predictions, model)
    found = []
    for image, label in enumerate(predicted_labels(predictions, model).tolist()):
        said = order.get(label)
        if said is not None and said != labels[image] and image < len(files):
            confidence = None if sure is None else round(float(sure[image]), 4)
            truth = classes[labels[image]]
            found.append(
                Mistake(image=image, file=files[image], truth=truth, said=classes[said], confidence=confidence)
            )
    found.sort(key=lambda mistake: (-(mistake.confidence or 0.0), mistake.image))
    return tuple(found[:MOST])


def _confidence(predictions: NDArray[np.floating], model: KerasModel) -> NDArray[np.floating] | None:
    """(n,) probability of the predicted class, in [0, 1]; None where the output is no probability."""
    activation = model.output.activation if model.output else ""
    from_logits = model.loss is not None and model.loss.from_logits
    values = predictions.astype(np.float64)
    if not np.isfinite(values).all():
        return None
    if predictions.shape[1] == 1:
        if activation == "linear" and from_logits:
            values = 1 / (1 + np.exp(-np.clip(values, -50, 50)))
        elif activation != "sigmoid":
            return None
        return np.asarray(np.maximum(values[:, 0], 1 - values[:, 0]))
    if activation == "linear" and from_logits:
        values = np.exp(values - values.max(axis=1, keepdims=True))
        values /= values.sum(axis=1, keepdims=True)
    elif activation != "softmax":
        return None
    return np.asarray(values.max(axis=1).clip(0.0, 1.0))
