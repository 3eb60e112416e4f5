"""`input_shape`: the model takes images of the week's size."""

from grader.judge.finding import CheckParameters, Finding, failed, needed, passed
from grader.observation import Function, Observations

__all__ = ["FACTS", "Parameters", "check"]

FACTS = ("built_model",)


class Parameters(CheckParameters):
    """The size."""

    shape: tuple[int, int, int]
    """(height, width, channels), without the batch axis."""


def check(observations: Observations, parameters: Parameters, function: Function | None) -> Finding:
    """Passes when the model's input is (None, *shape)."""
    del function
    model = needed(observations.built_model)
    expected = f"an input of shape {parameters.shape}"
    actual = model.input_shape[1:]
    values = {"shape": str(actual), "wanted": str(parameters.shape)}
    if not actual:
        return failed("unbuilt", expected, "the input shape is not set", model.provenance, **values)
    if actual != parameters.shape:
        return failed("wrong-shape", expected, f"an input of shape {actual}", model.provenance, **values)
    return passed(expected, f"an input of shape {actual}", model.provenance)
