"""`layer_stack`: the model holds the kinds of layers that the week is about."""

from collections import Counter

from pydantic import Field

from grader.judge.finding import CheckParameters, Finding, failed, needed, passed
from grader.observation import Function, Observations

__all__ = ["FACTS", "FAMILIES", "Parameters", "check"]

FACTS = ("built_model",)

FAMILIES: dict[str, frozenset[str]] = {
    "convolution": frozenset({"Conv2D", "SeparableConv2D", "DepthwiseConv2D", "Conv2DTranspose"}),
    "pooling": frozenset(
        {
            "MaxPooling2D",
            "AveragePooling2D",
            "GlobalMaxPooling2D",
            "GlobalAveragePooling2D",
            "AdaptiveMaxPooling2D",
            "AdaptiveAveragePooling2D",
        }
    ),
    "dense": frozenset({"Dense"}),
    "dropout": frozenset({"Dropout", "SpatialDropout2D", "AlphaDropout", "GaussianDropout"}),
}
"""Words that a rubric may use for several Keras classes; any other word is a Keras class name."""


class Parameters(CheckParameters):
    """Bounds on the number of layers, by family (`convolution`, `pooling`, `dense`, `dropout`) or Keras class name."""

    at_least: dict[str, int] = Field(default_factory=dict)
    at_most: dict[str, int] = Field(default_factory=dict)


def check(observations: Observations, parameters: Parameters, function: Function | None) -> Finding:
    """Passes when every bound holds."""
    del function
    model = needed(observations.built_model)
    bounds = [f"at least {n} {kind} layers" for kind, n in parameters.at_least.items()]
    bounds += [f"at most {n} {kind} layers" for kind, n in parameters.at_most.items()]
    expected = ", ".join(bounds)
    kinds = [layer.kind for layer in model.layers]
    actual = ", ".join(f"{count} {kind}" for kind, count in Counter(kinds).items()) or "no layers"
    for kind, bound in parameters.at_least.items():
        count = _count(kind, kinds)
        if count < bound:
            values = {"kind": kind, "bound": bound, "count": count, "stack": actual}
            return failed("too-few", expected, f"{count} {kind} layers ({actual})", model.provenance, **values)
    for kind, bound in parameters.at_most.items():
        count = _count(kind, kinds)
        if count > bound:
            values = {"kind": kind, "bound": bound, "count": count, "stack": actual}
            return failed("too-many", expected, f"{count} {kind} layers ({actual})", model.provenance, **values)
    return passed(expected, actual, model.provenance)


def _count(kind: str, kinds: list[str]) -> int:
    family = FAMILIES.get(kind, frozenset({kind}))
    return sum(name in family for name in kinds)
