"""`holdout_accuracy`: how the trained model does on images that students never see."""

from grader.judge.accuracy import AccuracyParameters, compare, each_run
from grader.judge.finding import Finding, needed
from grader.observation import Function, Observations

__all__ = ["FACTS", "Parameters", "check"]

FACTS = ("holdout_accuracy",)


class Parameters(AccuracyParameters):
    """The thresholds."""


def check(observations: Observations, parameters: Parameters, function: Function | None) -> Finding:
    """Passes at the threshold; predictions were made in a fresh sandbox and counted outside it."""
    del function
    needed(observations.holdout_accuracy)
    return compare(each_run(observations, "holdout_accuracy"), parameters, "images that the model has never seen")
