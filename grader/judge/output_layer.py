"""`output_layer`: the model ends in a layer of the right kind with the right number of units."""

from pydantic import Field

from grader.judge.finding import CheckParameters, Finding, failed, needed, passed
from grader.observation import Function, Observations

__all__ = ["FACTS", "Parameters", "check"]

FACTS = ("built_model",)


class Parameters(CheckParameters):
    """What the last layer may be; its activation is the business of `loss_activation`."""

    units: tuple[int, ...] = Field(min_length=1)
    """Accepted numbers of units."""
    layer: str = "Dense"
    """Keras class of the last layer that has weights."""


def check(observations: Observations, parameters: Parameters, function: Function | None) -> Finding:
    """Passes when kind and units fit."""
    del function
    model = needed(observations.built_model)
    units = " or ".join(str(n) for n in parameters.units)
    expected = f"a last {parameters.layer} layer with {units} unit{'s' if units != '1' else ''}"
    if model.output is None:
        return failed("no-output", expected, "the output cannot be told", model.provenance)
    output = model.output
    actual = f"a last {output.layer} layer with {output.units} unit{'s' if output.units != 1 else ''}"
    values = {"units": output.units, "wanted": units, "layer": output.layer, "wanted_layer": parameters.layer}
    if output.units not in parameters.units:
        return failed("wrong-units", expected, actual, model.provenance, **values)
    if output.layer != parameters.layer:
        return failed("wrong-layer", expected, actual, model.provenance, **values)
    return passed(expected, actual, model.provenance)
