"""`cut_layer`: the student's own layers begin at the output of the layer that the week names."""

from pydantic import Field

from grader.judge.finding import CheckParameters, Finding, broken_function, failed, needed, passed
from grader.observation import Function, Observations

__all__ = ["FACTS", "Parameters", "check"]

FACTS = ("cut_model",)


class Parameters(CheckParameters):
    """Where the base is to be cut."""

    layer: str = Field(min_length=1)
    """Name of the layer whose output is the last of the base."""
    output_shape: tuple[int, ...] = ()
    """Shape of that output without the batch axis; default: any."""


def check(observations: Observations, parameters: Parameters, function: Function | None) -> Finding:
    """Passes when the head is fed by that layer, with that shape."""
    shape = tuple(parameters.output_shape)
    expected = f"the output of layer `{parameters.layer}`" + (f", of shape {shape}" if shape else "")
    broken = broken_function(function, expected)
    if broken is not None:
        return broken
    model = needed(observations.cut_model)
    found = model.head_input
    if found is None:
        return failed("no-head", expected, "the end of the base cannot be told", model.provenance)
    values = {"found": found, "wanted": parameters.layer}
    if found != parameters.layer:
        return failed("wrong-layer", expected, f"the output of layer `{found}`", model.provenance, **values)
    seen = next((layer.output_shape[1:] for layer in model.layers if layer.name == found), ())
    if shape and seen and seen != shape:
        values |= {"shape": str(seen), "wanted_shape": str(shape)}
        return failed("wrong-shape", expected, f"the output of `{found}`, of shape {seen}", model.provenance, **values)
    return passed(expected, f"the output of layer `{found}`, of shape {seen}", model.provenance)
