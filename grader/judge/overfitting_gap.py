"""`overfitting_gap`: the trained model does about as well on new images as on those that it learned from."""

from dataclasses import replace

from pydantic import Field, JsonValue

from grader.intervals import CONFIDENCE, difference, difference_error
from grader.judge.accuracy import each_run
from grader.judge.estimate import estimate
from grader.judge.finding import CheckParameters, Finding, failed, needed, passed
from grader.observation import Function, History, Observations

__all__ = ["FACTS", "Parameters", "check"]

FACTS = ("train_accuracy", "holdout_accuracy")


class Parameters(CheckParameters):
    """How far training and holdout may be apart."""

    at_most: float = Field(gt=0, lt=1)
    """Largest difference of the two accuracies."""
    learned: float = Field(default=0.0, ge=0, le=1)
    """Smallest training accuracy; a model that learned nothing has no gap, and earns nothing for that."""
    chance: bool = True
    """Whether the difference that chance alone can make on so many images is granted on top."""
    confidence: float = Field(default=CONFIDENCE, ge=0.5, lt=1)
    """Of the gap's interval."""


def check(observations: Observations, parameters: Parameters, function: Function | None) -> Finding:
    """Passes when training accuracy exceeds holdout accuracy by no more than allowed.

    Both are counted outside, on images whose labels never entered a sandbox. What the history claims is only mentioned.
    """
    del function
    needed(observations.train_accuracy)
    needed(observations.holdout_accuracy)
    train, holdout = (
        estimate(each_run(observations, fact), parameters.confidence) for fact in ("train_accuracy", "holdout_accuracy")
    )
    gap = train.share - holdout.share
    interval = difference(train.share, train.interval, holdout.share, holdout.interval)
    expected = f"training accuracy at most {parameters.at_most:.0%} above that on new images"
    actual = (
        f"{train.share:.1%} on {train.images:,} training images, {holdout.share:.1%} on {holdout.images:,} new ones"
    )
    actual += f", a gap of {gap:.1%} ({parameters.confidence:.0%} interval {interval})" + _claimed(observations.history)
    values = {
        "train": f"{train.share:.0%}",
        "holdout": f"{holdout.share:.0%}",
        "gap": f"{gap:.0%}",
        "bound": f"{parameters.at_most:.0%}",
        "minimum": f"{parameters.learned:.0%}",
    }
    granted = difference_error(train.share, train.images, holdout.share, holdout.images)
    slack = granted if parameters.chance else 0.0
    if train.share < parameters.learned:
        finding = failed("not-learned", expected, actual, train.provenance, **values)
    elif gap > parameters.at_most + slack:
        finding = failed("too-wide", expected, actual, train.provenance, **values)
    else:
        finding = passed(expected, actual, train.provenance, gap=round(gap, 4))
    near: list[JsonValue] = [
        at
        for at, is_near in (
            (parameters.learned, train.interval.straddles(parameters.learned)),
            (round(parameters.at_most + slack, 4), interval.low <= parameters.at_most + slack < interval.high),
        )
        if is_near
    ]
    found: dict[str, JsonValue] = {
        "interval": [round(interval.low, 4), round(interval.high, 4)],
        "confidence": parameters.confidence,
        "threshold": round(parameters.at_most + slack, 4),
        "images": [train.images, holdout.images],
        "runs": [
            f"{a.correct} of {a.images}, {b.correct} of {b.images}"
            for a, b in zip(train.runs, holdout.runs, strict=False)
        ],
        "near": near,
        "borderline": bool(near),
    }
    return replace(finding, evidence={**finding.evidence, **found})


def _claimed(history: History | None) -> str:
    """The last gap that the history tells of; it comes from the student's process, so it is not judged."""
    if history is None:
        return ""
    for name, curve in history.curves.items():
        other = history.curves.get(f"val_{name}")
        if "acc" in name and not name.startswith("val_") and curve and other:
            first, second = curve[-1], other[-1]
            if first is not None and second is not None:
                return f" (the history says {first:.1%} and {second:.1%})"
    return ""
