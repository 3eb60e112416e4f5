"""`frozen_base`: training left the pretrained layers as they were, and would leave them again."""

from grader.judge.finding import CheckParameters, Finding, broken_function, failed, passed
from grader.observation import Function, Observations

__all__ = ["FACTS", "Parameters", "check"]

FACTS = ("built_base",)
EXPECTED = "the pretrained layers are frozen: none of their parameters is trainable, and training left them alone"


class Parameters(CheckParameters):
    """It has none."""


def check(observations: Observations, parameters: Parameters, function: Function | None) -> Finding:
    """Passes when the base of neither model is trainable, and that of the trained one still equals the file.

    Where the weights were never loaded only the first can be told; that they were is `pretrained_weights`' business.
    """
    del parameters
    broken = broken_function(function, EXPECTED)
    if broken is not None:
        return broken
    built, trained = observations.built_base, observations.trained_base
    bases = [base for base in (trained, built) if base is not None]
    provenance = bases[0].provenance
    if not any(base.layers for base in bases):
        return failed("no-base", EXPECTED, "no layer with weights ahead of the head", provenance)
    for base in bases:
        if base.trainable:
            actual = f"{base.trainable:,} trainable parameters in the base"
            return failed("trainable", EXPECTED, actual, base.provenance, trainable=f"{base.trainable:,}")
    loaded = built is not None and built.equal == built.layers
    if loaded and trained is not None and trained.equal < trained.layers:
        differing = trained.layers - trained.equal
        values = {"differing": differing, "layers": trained.layers, "name": ", ".join(trained.differing[:1])}
        return failed("changed", EXPECTED, f"{differing} of {trained.layers} layers changed", provenance, **values)
    return passed(EXPECTED, f"{bases[0].layers} layers with weights, none trainable", provenance)
