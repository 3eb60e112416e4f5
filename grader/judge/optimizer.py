"""`optimizer`: the model is compiled with an optimizer that fits the week, and a learning rate that it learns with."""

from pydantic import Field

from grader.judge.finding import CheckParameters, Finding, failed, needed, passed
from grader.observation import Function, Observations

__all__ = ["FACTS", "Parameters", "check"]

FACTS = ("built_model",)


class Parameters(CheckParameters):
    """Which optimizers, and how fast they may learn."""

    names: tuple[str, ...] = ()
    """Accepted names, such as `adam` and `rmsprop`; default: any."""
    at_least: float = Field(default=0.0, ge=0)
    """Smallest learning rate; of a schedule, its first one counts."""
    at_most: float | None = Field(default=None, gt=0)


def check(observations: Observations, parameters: Parameters, function: Function | None) -> Finding:
    """Passes when name and learning rate fit."""
    del function
    model = needed(observations.built_model)
    names = " or ".join(parameters.names) or "any optimizer"
    expected = names + _range(parameters)
    if not model.compiled or model.optimizer is None:
        return failed("not-compiled", expected, "the model is not compiled", model.provenance, names=names)
    optimizer = model.optimizer
    rate = optimizer.learning_rate
    actual = f"{optimizer.name}, learning rate {'unknown' if rate is None else f'{rate:g}'}"
    values = {"name": optimizer.name, "names": names, "rate": "unknown" if rate is None else f"{rate:g}"}
    values |= {"low": f"{parameters.at_least:g}", "high": f"{parameters.at_most or 0:g}"}
    if parameters.names and optimizer.name.lower() not in {name.lower() for name in parameters.names}:
        return failed("wrong-name", expected, actual, model.provenance, **values)
    if rate is not None and rate < parameters.at_least:
        return failed("too-slow", expected, actual, model.provenance, **values)
    if rate is not None and parameters.at_most is not None and rate > parameters.at_most:
        return failed("too-fast", expected, actual, model.provenance, **values)
    return passed(expected, actual, model.provenance)


def _range(parameters: Parameters) -> str:
    if parameters.at_most is not None:
        return f", learning rate from {parameters.at_least:g} to {parameters.at_most:g}"
    return f", learning rate of {parameters.at_least:g} or more" if parameters.at_least else ""
