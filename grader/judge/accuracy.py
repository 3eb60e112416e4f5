"""What `train_accuracy` and `holdout_accuracy` share: a share of correct predictions, and thresholds for it.

A share of some hundred images is an estimate. So each verdict carries its interval, and one whose interval holds a
threshold is `borderline`: chance could have decided it. `[borderline]` in the rubric says with which seeds such a
notebook is run again; what all runs counted is then judged together (`grader.judge.estimate`).
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Self

from pydantic import Field, JsonValue, model_validator

from grader.intervals import CONFIDENCE
from grader.judge.estimate import estimate
from grader.judge.finding import CheckParameters, Finding, failed, partial, passed
from grader.model import Model
from grader.observation import Accuracy, Observations

__all__ = ["AccuracyParameters", "Band", "compare", "each_run"]


class Band(Model):
    """A share of correct predictions that is not enough, and what it earns all the same."""

    share: float = Field(gt=0, lt=1)
    """From here on."""
    credit: float = Field(gt=0, lt=1)
    """Part of the points."""


class AccuracyParameters(CheckParameters):
    """The thresholds."""

    minimum: float = Field(gt=0, lt=1)
    """Share of correct predictions that earns all points."""
    partial: float | None = Field(default=None, gt=0, lt=1)
    """Share that earns `partial_credit`: one band in short."""
    partial_credit: float = Field(default=0.5, ge=0, le=1)
    """Part of the points that `partial` earns."""
    bands: tuple[Band, ...] = ()
    """Shares below `minimum` that earn a part, such as [{ share = 0.7, credit = 0.5 }, { share = 0.6, credit = 0.2 }];
    none for all or nothing."""
    confidence: float = Field(default=CONFIDENCE, ge=0.5, lt=1)
    """Of the interval."""

    @model_validator(mode="after")
    def _steps_lead_down(self) -> Self:
        if self.bands and self.partial is not None:
            raise ValueError("give either `bands` or `partial`, which is one band in short")
        for (above, more), (share, credit) in pairwise(self.steps):
            if share >= above or credit > more:
                raise ValueError(
                    f"bands lead down from `minimum`: {share:g} with {credit:g} follows {above:g} with {more:g}"
                )
        return self

    @property
    def steps(self) -> tuple[tuple[float, float], ...]:
        """Each threshold with the part of the points that it earns, the highest first."""
        short = () if self.partial is None else ((self.partial, self.partial_credit),)
        return ((self.minimum, 1.0), *short, *((band.share, band.credit) for band in self.bands))


def each_run(observations: Observations, fact: str) -> tuple[Accuracy, ...]:
    """`train_accuracy` or `holdout_accuracy` of the run and of those that were made again, as far as they had one."""
    found = (getattr(run, fact) for run in (observations, *observations.again))
    return tuple(accuracy for accuracy in found if accuracy is not None)


def compare(accuracies: Sequence[Accuracy], parameters: AccuracyParameters, images: str) -> Finding:
    """The points of the highest threshold that all runs together reach.

    Args:
        accuracies: Measured outside the student's process, one for each run.
        parameters: The thresholds.
        images: What was predicted, in words.
    """
    found = estimate(accuracies, parameters.confidence)
    first, share = accuracies[0], found.share
    near: list[JsonValue] = [at for at, _ in parameters.steps if found.interval.straddles(at)]
    expected = f"at least {parameters.minimum:.0%} of {images} are classified correctly"
    used = [sum(row[column] for row in first.confusion) for column in range(len(first.classes))]
    values = {
        "share": f"{share:.1%}",
        "minimum": f"{parameters.minimum:.0%}",
        "images": found.images,
        "correct": found.correct,
        "only": first.classes[used.index(max(used))] if used else "",
    }
    earned = next((credit for at, credit in parameters.steps if share >= at), 0.0)
    if share >= parameters.minimum:
        finding = passed(expected, found.words, found.provenance, correct=found.correct, images=found.images)
    elif earned:
        finding = partial("close", earned, expected, found.words, found.provenance, **values)
    elif sum(1 for count in used if count) == 1:
        finding = failed("one-class", expected, found.words, found.provenance, **values)
    else:
        finding = failed("too-low", expected, found.words, found.provenance, **values)
    thresholds: dict[str, JsonValue] = {"threshold": parameters.minimum, "near": near, "borderline": bool(near)}
    return replace(finding, evidence={**finding.evidence, **found.evidence, **thresholds})
