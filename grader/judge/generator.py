"""`generator`: the pipelines yield what the model is to be fed with, as read back from images that the grader made."""

from typing import Literal

from pydantic import Field

from grader.judge.finding import CheckParameters, Finding, broken_function, failed, needed, passed
from grader.observation import Function, Observations, Pipeline, Provenance

__all__ = ["FACTS", "Parameters", "check"]

FACTS = ("training_data", "validation_data")
LABELS = {"integers": "integer", "one_hot": "one-hot", "none": "no", "other": "odd"}


class Parameters(CheckParameters):
    """What both pipelines must yield."""

    image_shape: tuple[int, int, int]
    """(height, width, channels)."""
    low: float = 0.0
    high: float = 1.0
    """Range of the values that reach the first convolution; a Rescaling layer in the model counts."""
    tolerance: float = Field(default=0.05, ge=0)
    """By how much the range may be off, as a share of its width."""
    labels: tuple[str, ...] = ("integers", "one_hot")
    """Label forms that fit the week."""
    flips: Literal["fine", "hint"] = "fine"
    """What to say of mirrored training images: nothing, or a hint that costs no point, as where left is not right."""


def check(observations: Observations, parameters: Parameters, function: Function | None) -> Finding:
    """Passes when training and validation data have the right shape, range, labels and folder."""
    height, width, channels = parameters.image_shape
    expected = (
        f"batches of {height} x {width} x {channels} images with values from {parameters.low:g} to "
        f"{parameters.high:g}, each with the label of its folder"
    )
    broken = broken_function(function, expected)
    if broken is not None:
        return broken
    training, validation = needed(observations.training_data), needed(observations.validation_data)
    for name, pipeline in (("training", training), ("validation", validation)):
        finding = _one(name, pipeline, parameters, expected)
        if finding is not None:
            return finding
    finding = _range(observations, training, validation, parameters, expected)
    if finding is not None:
        return finding
    values = f"values {validation.low:.3g} to {validation.high:.3g}"
    actual = f"{_shape(validation)} images, {values}, {LABELS[validation.label_form]} labels"
    code = "flipped" if parameters.flips == "hint" and "flip" in training.changes else "passed"
    return passed(
        expected, actual, Provenance.MEASURED, code=code, batch_size=training.batch_size, high=validation.high
    )


def _one(name: str, pipeline: Pipeline, parameters: Parameters, expected: str) -> Finding | None:
    if pipeline.error is not None:
        error = f"{pipeline.error.name}: {pipeline.error.message}"
        return failed(
            "raised", expected, f"the {name} data raised {error}", pipeline.provenance, which=name, error=error
        )
    values = {
        "which": name,
        "other": "validation" if name == "training" else "training",
        "shape": _shape(pipeline),
        "wanted": " x ".join(str(n) for n in parameters.image_shape),
        "form": pipeline.label_form,
        "right": round(100 * pipeline.labels_right),
        "stray": pipeline.from_other_folder,
    }
    if pipeline.image_shape != parameters.image_shape:
        return failed("wrong-size", expected, f"{name}: {_shape(pipeline)}", pipeline.provenance, **values)
    if pipeline.from_other_folder:
        actual = f"{name}: {pipeline.from_other_folder} images of the {values['other']} folder"
        return failed("wrong-folder", expected, actual, pipeline.provenance, **values)
    if pipeline.label_form not in parameters.labels:
        actual = f"{name}: labels are {pipeline.label_form}, of shape {pipeline.label_shape}"
        return failed("wrong-labels", expected, actual, pipeline.provenance, **values)
    if pipeline.labels_right < 0.95:
        actual = f"{name}: {values['right']} % of the images have the label of their folder"
        return failed("shuffled-labels", expected, actual, pipeline.provenance, **values)
    return None


def _range(
    observations: Observations, training: Pipeline, validation: Pipeline, parameters: Parameters, expected: str
) -> Finding | None:
    """Compare what reaches the first convolution; without a usable model, what the pipelines yield."""
    width = parameters.high - parameters.low
    margin = parameters.tolerance * width
    model = observations.built_model
    inside = model.first_convolution_range if model else None
    low, high = inside or (validation.low, validation.high)
    gain = (high - low) / (validation.high - validation.low) if validation.high > validation.low else 1.0
    values = {"low": f"{low:.3g}", "high": f"{high:.3g}", "scale": f"{validation.scale:.4g}", "rescaled_in_model": gain}
    actual = f"values from {low:.3g} to {high:.3g} reach the first convolution"
    # Random brightness blurs the training data's own scale, so it cannot be compared then.
    steady = "brightness" not in training.changes
    if steady and abs(training.scale - validation.scale) > 0.05 * max(abs(training.scale), abs(validation.scale)):
        values |= {"training": f"{training.scale:.4g}", "validation": f"{validation.scale:.4g}"}
        actual = f"training pixels are multiplied by {training.scale:.4g}, validation pixels by {validation.scale:.4g}"
        return failed("scales-differ", expected, actual, Provenance.MEASURED, **values)
    if parameters.low - margin <= low and parameters.high - 2 * margin <= high <= parameters.high + margin:
        return None
    if high > 50 * parameters.high:
        return failed("not-rescaled", expected, actual, Provenance.MEASURED, **values)
    if high < 0.1 * parameters.high:
        return failed("rescaled-twice", expected, actual, Provenance.MEASURED, **values)
    return failed("odd-range", expected, actual, Provenance.MEASURED, **values)


def _shape(pipeline: Pipeline) -> str:
    return " x ".join(str(n) for n in pipeline.image_shape) or "no"
