"""`pretrained_weights`: the base holds the weights of the given file, compared number by number."""

from pydantic import Field

from grader.judge.finding import CheckParameters, Finding, broken_function, failed, needed, passed
from grader.observation import Function, Observations

__all__ = ["FACTS", "Parameters", "check"]

FACTS = ("built_base",)
EXPECTED = "every layer of the base holds the weights of the file"


class Parameters(CheckParameters):
    """How much of the base must come from the file."""

    share: float = Field(default=1.0, gt=0, le=1)
    """Smallest share of the base's layers."""


def check(observations: Observations, parameters: Parameters, function: Function | None) -> Finding:
    """Passes when the layers ahead of the head equal those in the file."""
    broken = broken_function(function, EXPECTED)
    if broken is not None:
        return broken
    base = needed(observations.built_base)
    actual = f"{base.equal} of {base.layers} layers as in the file"
    values = {"equal": base.equal, "layers": base.layers, "name": ", ".join(base.differing[:1])}
    if base.layers == 0:
        return failed("no-base", EXPECTED, "no layer with weights ahead of the head", base.provenance)
    if base.equal == 0:
        return failed("not-loaded", EXPECTED, actual, base.provenance, **values)
    if base.equal < parameters.share * base.layers:
        return failed("partly", EXPECTED, actual, base.provenance, **values)
    return passed(EXPECTED, actual, base.provenance)
