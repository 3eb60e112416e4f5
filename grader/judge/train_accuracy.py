"""`train_accuracy`: how the trained model does on images of its own training set."""

from grader.judge.accuracy import AccuracyParameters, compare
from grader.judge.finding import Finding, needed
from grader.observation import Function, Observations

__all__ = ["FACTS", "Parameters", "check"]

FACTS = ("train_accuracy",)


class Parameters(AccuracyParameters):
    """The threshold."""


def check(observations: Observations, parameters: Parameters, function: Function | None) -> Finding:
    """Passes at the threshold; predictions were made in a fresh sandbox and counted outside it."""
    del function
    accuracy = needed(observations.train_accuracy)
    return compare(accuracy, parameters, "the training images")
