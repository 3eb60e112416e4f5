"""`dropout`: the model forgets some of its values at random while it trains, by as much as the week asks for."""

from pydantic import Field

from grader.judge.finding import CheckParameters, Finding, failed, needed, passed
from grader.judge.layer_stack import FAMILIES
from grader.observation import Function, KerasModel, Layer, Observations

__all__ = ["FACTS", "Parameters", "check"]

FACTS = ("built_model",)


class Parameters(CheckParameters):
    """How many dropout layers, and with which rates."""

    at_least: float = Field(default=0.1, gt=0, lt=1)
    """Smallest rate, the share of values that are dropped."""
    at_most: float = Field(default=0.7, gt=0, lt=1)
    layers: int = Field(default=1, ge=1)
    """Fewest layers with such a rate."""


def check(observations: Observations, parameters: Parameters, function: Function | None) -> Finding:
    """Passes when enough dropout layers stand before the output with rates in range."""
    del function
    model = needed(observations.built_model)
    expected = (
        f"{parameters.layers} dropout layer{'s' if parameters.layers > 1 else ''} or more before the output, "
        f"with rates from {parameters.at_least:g} to {parameters.at_most:g}"
    )
    all_of_them = [(layer, n) for n, layer in enumerate(model.layers) if layer.kind in FAMILIES["dropout"]]
    end = _output_at(model)
    before = [layer for layer, n in all_of_them if n < end]
    rates = [_rate(layer) for layer, _ in all_of_them]
    said = ", ".join(f"{rate:g}" for rate in rates)
    actual = f"dropout rates: {said}" if rates else "no dropout layer"
    values = {
        "rates": said,
        "low": parameters.at_least,
        "high": parameters.at_most,
        "count": len(before),
        "wanted": parameters.layers,
    }
    if not all_of_them:
        return failed("none", expected, actual, model.provenance, **values)
    if not before:
        return failed("after-output", expected, f"{actual}, after the last layer", model.provenance, **values)
    good = [layer for layer in before if parameters.at_least <= _rate(layer) <= parameters.at_most]
    if len(good) >= parameters.layers:
        return passed(expected, actual, model.provenance)
    if len(before) < parameters.layers:
        return failed("too-few", expected, actual, model.provenance, **values)
    odd = next(_rate(layer) for layer in before if layer not in good)
    code = "too-weak" if odd < parameters.at_least else "too-strong"
    return failed(code, expected, actual, model.provenance, **values, rate=f"{odd:g}")


def _output_at(model: KerasModel) -> int:
    """Position of the last layer with weights; dropout behind it would drop answers."""
    return max((n for n, layer in enumerate(model.layers) if layer.parameters), default=len(model.layers))


def _rate(layer: Layer) -> float:
    rate = layer.settings.get("rate")
    return float(rate) if isinstance(rate, int | float) else 0.0
