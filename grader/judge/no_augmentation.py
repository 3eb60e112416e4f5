"""`no_augmentation`: validation images come out as they went in, but for size and scale; read from pixels."""

from pydantic import Field

from grader.judge.finding import CheckParameters, Finding, broken_function, failed, needed, passed
from grader.observation import Function, Observations, Provenance

__all__ = ["FACTS", "Parameters", "check"]

FACTS = ("validation_data",)
EXPECTED = "validation images are resized and rescaled, and otherwise left alone"


class Parameters(CheckParameters):
    """How much is noise."""

    tolerance: float = Field(default=0.08, gt=0, lt=1)
    """Largest root-mean-square difference, in units of the pixel range, that resizing may cause."""


def check(observations: Observations, parameters: Parameters, function: Function | None) -> Finding:
    """Passes when no validation image was moved, turned, flipped or recoloured."""
    broken = broken_function(function, EXPECTED)
    if broken is not None:
        return broken
    data = needed(observations.validation_data)
    if data.error is not None:
        error = f"{data.error.name}: {data.error.message}"
        return failed("raised", EXPECTED, f"the validation data raised {error}", data.provenance, error=error)
    if data.changes or data.distortion > parameters.tolerance:
        changes = ", ".join(data.changes) or "a change of the picture"
        actual = f"measured on validation images: {changes} (difference {data.distortion:.2f} of the pixel range)"
        return failed("augmented", EXPECTED, actual, data.provenance, changes=changes, distortion=data.distortion)
    return passed(EXPECTED, "no change measured", Provenance.MEASURED, distortion=data.distortion)
