"""`parameter_budget`: the model is no larger than the week allows."""

from typing import Self

from pydantic import Field, model_validator

from grader.judge.finding import CheckParameters, Finding, failed, needed, passed
from grader.observation import Function, Observations

__all__ = ["FACTS", "Parameters", "check"]

FACTS = ("built_model",)


class Parameters(CheckParameters):
    """Bounds on the number of parameters; at least one of them."""

    total: int | None = Field(default=None, gt=0)
    """Most parameters in all."""
    trainable: int | None = Field(default=None, gt=0)
    """Most parameters that training changes."""

    @model_validator(mode="after")
    def _some(self) -> Self:
        if self.total is None and self.trainable is None:
            raise ValueError("give 'total', 'trainable' or both")
        return self


def check(observations: Observations, parameters: Parameters, function: Function | None) -> Finding:
    """Passes when both counts are within their bounds."""
    del function
    model = needed(observations.built_model)
    bounds = [("total", parameters.total, model.parameters), ("trainable", parameters.trainable, model.trainable)]
    expected = " and ".join(f"at most {bound:,} {_words(name)}" for name, bound, _ in bounds if bound is not None)
    actual = f"{model.parameters:,} parameters, {model.trainable:,} of them trainable"
    if model.parameters == 0:
        return failed("unbuilt", expected, "the model has no parameters yet", model.provenance)
    for name, bound, count in bounds:
        if bound is not None and count > bound:
            largest = max(model.layers, key=lambda layer: layer.parameters if name == "total" else layer.trainable)
            values = {"count": f"{count:,}", "bound": f"{bound:,}", "layer": largest.name}
            values |= {"share": f"{largest.parameters / model.parameters:.0%}"}
            return failed(f"too-many-{name}", expected, actual, model.provenance, **values)
    return passed(expected, actual, model.provenance)


def _words(name: str) -> str:
    return "parameters" if name == "total" else "trainable parameters"
