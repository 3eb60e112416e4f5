"""`holdout_accuracy`: how the trained model does on images that students never see."""

from pydantic import Field

from grader.intervals import images_needed
from grader.judge.accuracy import AccuracyParameters, compare, each_run
from grader.judge.finding import Finding, needed
from grader.observation import Function, Observations

__all__ = ["FACTS", "Parameters", "check"]

FACTS = ("holdout_accuracy",)


class Parameters(AccuracyParameters):
    """The thresholds, and how precisely the share is to be known there."""

    precision: float = Field(default=0.05, ge=0.01, lt=0.5)
    """Half the width of the interval at `minimum`; that decides how many images there are in the holdout."""

    @property
    def images(self) -> int:
        """The fewest images that make the interval as narrow as is asked."""
        return images_needed(self.minimum, self.precision, confidence=self.confidence)


def check(observations: Observations, parameters: Parameters, function: Function | None) -> Finding:
    """Passes at the threshold; predictions were made in a fresh sandbox and counted outside it."""
    del function
    needed(observations.holdout_accuracy)
    return compare(each_run(observations, "holdout_accuracy"), parameters, "images that the model has never seen")
