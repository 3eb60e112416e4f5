"""What is known of a submission after its models were looked at, in the second sandbox."""

import contextlib
from typing import Any

import numpy as np
from pydantic import ValidationError

from grader.measure.accuracy import measure_accuracy
from grader.measure.augmentation_evidence import join, read_front
from grader.measure.augmentation_pattern import Pattern
from grader.measure.evidence import Evidence, Ran
from grader.measure.files import BadFile, load_array
from grader.measure.inspection import ImageSource
from grader.measure.mistakes import worst_mistakes
from grader.observation import BaseWeights, KerasModel, Mistake, Observations, RunStatus

__all__ = ["AWAITS_INSPECTION", "after_inspection"]

AWAITS_INSPECTION = "The saved model has not been looked at."
"""Said of a model until then."""

BASE_FACTS = {"built": "built_base", "stump": "built_base", "trained": "trained_base"}
"""Saved model -> the fact that its comparison with the pretrained weights gives."""

MAX_PREDICTION_BYTES = 16 * 2**20


def after_inspection(
    observations: Observations,
    result: Ran,
    training: ImageSource,
    holdout: ImageSource,
    *,
    pattern: Pattern | None = None,
) -> Observations:
    """The same with the models described and the predictions compared with the labels.

    Args:
        observations: From `after_run`.
        result: Of the sandbox that ran `grader.probe.inspect`.
        training: The labelled training images whose pixels went in.
        holdout: The holdout likewise.
        pattern: What the fiducial image showed, where augmentation is to be measured.
    """
    if result.status is RunStatus.INTERNAL:
        run = observations.run.model_copy(update={"status": RunStatus.INTERNAL, "message": result.message})
        return observations.model_copy(update={"run": run})
    evidence = Evidence(result)
    missing = dict(observations.missing)
    changed: dict[str, Any] = {}
    for which, fact in (("built", "built_model"), ("trained", "trained_model"), ("stump", "cut_model")):
        model = getattr(observations, fact) or _inspected(evidence, which)
        if model is None and missing.get(fact) == AWAITS_INSPECTION:
            reason = result.message or "the program that looks at it stopped"
            model = KerasModel(error=f"The saved model could not be looked at: {reason}")
        if model is not None:
            changed[fact] = model
            missing.pop(fact, None)
    _add_base(evidence, changed, missing)
    trained: KerasModel | None = changed.get("trained_model")
    if trained is not None:
        for name, images, fact in (("train", training, "train_accuracy"), ("holdout", holdout, "holdout_accuracy")):
            accuracy, why = _accuracy(evidence, name, images, trained, _naming(observations, images))
            missing.pop(fact, None)
            if accuracy is None:
                missing[fact] = why
            else:
                changed[fact] = accuracy
                if name == "train":
                    changed["train_mistakes"] = _mistakes(evidence, images, trained, _naming(observations, images))
    model = changed.get("built_model") or trained
    if pattern is not None and model is not None:
        front = read_front(evidence, pattern, model.layers)
        changed["augmentation"] = join(observations.augmentation, front)
    return observations.model_copy(update={**changed, "missing": missing})


def _inspected(evidence: Evidence, which: str) -> KerasModel | None:
    for record in evidence.of_kind("model"):
        if record.pop("which", None) == which:
            try:
                return KerasModel.model_validate(record)
            except ValidationError:
                return KerasModel(error="The saved model could not be described.")
    return None


def _accuracy(
    evidence: Evidence, name: str, images: ImageSource, model: KerasModel, naming: dict[int, int] | None
) -> tuple[Any, str]:
    """The accuracy, or None and the reason."""
    if model.error is not None:
        return None, model.error
    for record in evidence.of_kind("no_predictions"):
        if record.get("which") == name:
            return None, f"The trained model could not predict: {str(record.get('error'))[:300]}"
    path = evidence.result.files.get(f"predictions-{name}.npy")
    if path is None:
        return None, f"The trained model made no predictions. {evidence.result.message}".strip()
    try:
        predictions = load_array(path, max_bytes=MAX_PREDICTION_BYTES, ndim=(2,)).astype(np.float32)
    except BadFile:
        return None, "The trained model's predictions could not be read."
    if len(predictions) != len(images.labels):
        return None, "The trained model made another number of predictions than there are images."
    return measure_accuracy(
        predictions,
        images.labels,
        images.classes,
        model=model,
        naming=naming,
        codes=images.codes,
    ), ""


def _add_base(evidence: Evidence, changed: dict[str, Any], missing: dict[str, str]) -> None:
    """How the pretrained layers compare with their file, and where they were cut, in a week that asks for that."""
    built = changed.get("built_model")
    if "cut_model" in missing and built is not None and built.error is None:
        changed["cut_model"] = built
        del missing["cut_model"]
    for record in evidence.of_kind("base"):
        fact = BASE_FACTS.get(str(record.pop("which", None)))
        with contextlib.suppress(ValidationError):
            if fact is not None:
                changed.setdefault(fact, BaseWeights.model_validate(record))
                missing.pop(fact, None)


def _naming(observations: Observations, images: ImageSource) -> dict[int, int] | None:
    """Label that the model was trained with -> index of its class, where that can be told."""
    pipeline, parsed = observations.training_data, observations.parsed
    # A naming that only half fits would be chance; then the alphabet is the better guess.
    naming = pipeline.naming if pipeline is not None and pipeline.labels_right > 0.9 else None
    codes = {code: index for index, code in enumerate(images.codes)}
    kept = naming is None or all(codes.get(label) == index for label, index in naming.items())
    if parsed is not None and parsed.renumbered and kept:
        # Labels that were numbered anew on reading are that function's mistake; the model is right by its own lights.
        return {found: codes[written] for found, written in parsed.renumbered.items() if written in codes}
    return naming


def _mistakes(
    evidence: Evidence, images: ImageSource, model: KerasModel, naming: dict[int, int] | None
) -> tuple[Mistake, ...]:
    """Training images that the model is most wrong about; the same file as `_accuracy` has read without trouble."""
    path = evidence.result.files["predictions-train.npy"]
    predictions = load_array(path, max_bytes=MAX_PREDICTION_BYTES, ndim=(2,)).astype(np.float32)
    return worst_mistakes(
        predictions,
        images.labels,
        images.classes,
        [f"{file.parent.name}/{file.name}" for file in getattr(images, "files", ())],
        model=model,
        naming=naming,
        codes=getattr(images, "codes", ()),
    )
