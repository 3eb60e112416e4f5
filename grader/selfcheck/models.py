"""Describes the models that a self-check's calls left behind, as the grader does in a sandbox of its own."""

from pathlib import Path

import numpy as np

from grader.measure.augmentation_evidence import join, measure_front
from grader.measure.challenge import Challenge
from grader.observation import BaseWeights, KerasModel, Observations, Pipeline
from grader.probe import fiducials

__all__ = ["with_base", "with_front", "with_model"]


def with_model(seen: Observations, out: Path) -> Observations:
    """The observations, with a description of the saved model; labels are taken for 0 and 1 where nothing says more."""
    from grader.probe.describe import describe  # noqa: PLC0415 - asks Keras, and not every self-check needs it
    from grader.probe.inspect import load_model  # noqa: PLC0415 - as above

    data = seen.training_data
    if data is None or data.error is not None:
        data = Pipeline(label_form="integers", label_shape=(32,), label_values=(0.0, 1.0), classes=2)
    path, drawn = out / "built.keras", out / "validation-images.npy"
    if not path.is_file():
        return seen
    try:
        loaded = load_model(path)
        pixels = np.load(drawn, allow_pickle=False) if drawn.is_file() else None
        facts = describe(loaded.model, compiled_with=loaded.compiled_with, pixels=pixels, label_form=data.label_form)
        model = KerasModel.model_validate(facts)
    except Exception as error:  # noqa: BLE001 - Keras raises many things for a model that cannot be loaded
        model = KerasModel(error=f"{type(error).__name__}: {error}"[:300])
    return seen.model_copy(update={"training_data": data, "built_model": model})


def with_base(seen: Observations, out: Path, weights: Path) -> Observations:
    """The observations, with the base compared with its file, and the place where it was cut."""
    from grader.probe.describe import describe  # noqa: PLC0415 - asks Keras, and not every self-check needs it
    from grader.probe.inspect import load_model  # noqa: PLC0415 - as above
    from grader.probe.weights import compare_base, file_digests  # noqa: PLC0415 - as above

    path = next((out / name for name in ("built.keras", "stump.keras") if (out / name).is_file()), None)
    if path is None:
        return seen
    try:
        model = load_model(path).model
        base = BaseWeights.model_validate(compare_base(model, file_digests(weights)))
        cut = KerasModel.model_validate(describe(model))
    except Exception as error:  # noqa: BLE001 - Keras raises many things for a model that cannot be loaded
        return seen.model_copy(update={"cut_model": KerasModel(error=f"{type(error).__name__}: {error}"[:300])})
    return seen.model_copy(update={"built_base": base, "cut_model": cut})


def with_front(seen: Observations, challenge: Challenge, out: Path) -> Observations:
    """The observations, with what layers at the front of the notebook's model do to training images."""
    from grader.probe.inspect import load_model  # noqa: PLC0415 - asks Keras, and not every self-check needs it

    path, data, model = out / "built.keras", seen.validation_data, seen.built_model
    if not path.is_file() or model is None or model.error is not None or data is None:
        return seen
    if len(data.image_shape) != 3 or data.image_shape[2] not in (1, 3) or data.scale <= 0:
        return seen
    image = challenge.pattern.render(*data.image_shape)[None]
    images = fiducials.front_samples(load_model(path).model, image, data.scale, data.offset)
    front = None if images is None else measure_front(images, challenge.pattern, model.layers)
    return seen.model_copy(update={"augmentation": join(seen.augmentation, front)})
