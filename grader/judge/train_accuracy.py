"""`train_accuracy`: how the trained model does on images of its own training set."""

from grader.judge.accuracy import AccuracyParameters, compare, each_run
from grader.judge.finding import Finding, needed
from grader.observation import Function, Observations

__all__ = ["FACTS", "Parameters", "check"]

FACTS = ("train_accuracy",)


class Parameters(AccuracyParameters):
    """The thresholds."""


def check(observations: Observations, parameters: Parameters, function: Function | None) -> Finding:
    """Passes at the threshold; predictions were made in a fresh sandbox and counted outside it."""
    del function
    needed(observations.train_accuracy)
    return compare(each_run(observations, "train_accuracy"), parameters, "the training images")
