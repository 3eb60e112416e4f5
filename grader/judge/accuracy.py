"""What `train_accuracy` and `holdout_accuracy` share: a share of correct predictions against a threshold."""

from pydantic import Field

from grader.judge.finding import CheckParameters, Finding, failed, partial, passed
from grader.observation import Accuracy

__all__ = ["AccuracyParameters", "compare"]


class AccuracyParameters(CheckParameters):
    """The threshold, and what comes close."""

    minimum: float = Field(gt=0, lt=1)
    """Share of correct predictions that earns all points."""
    partial: float | None = Field(default=None, gt=0, lt=1)
    """Share that earns `partial_credit`; None for all or nothing."""
    partial_credit: float = Field(default=0.5, ge=0, le=1)


def compare(accuracy: Accuracy, parameters: AccuracyParameters, images: str) -> Finding:
    """All points at `minimum`, some at `partial`, otherwise none.

    Args:
        accuracy: Measured outside the student's process.
        parameters: The threshold.
        images: What was predicted, in words.
    """
    share = accuracy.share
    expected = f"at least {parameters.minimum:.0%} of {images} are classified correctly"
    actual = f"{share:.1%} ({accuracy.correct} of {accuracy.images})"
    used = [sum(row[column] for row in accuracy.confusion) for column in range(len(accuracy.classes))]
    values = {
        "share": f"{share:.1%}",
        "minimum": f"{parameters.minimum:.0%}",
        "images": accuracy.images,
        "correct": accuracy.correct,
        "only": accuracy.classes[used.index(max(used))] if used else "",
    }
    if share >= parameters.minimum:
        return passed(expected, actual, accuracy.provenance, correct=accuracy.correct, images=accuracy.images)
    if parameters.partial is not None and share >= parameters.partial:
        return partial("close", parameters.partial_credit, expected, actual, accuracy.provenance, **values)
    if sum(1 for count in used if count) == 1:
        return failed("one-class", expected, actual, accuracy.provenance, **values)
    return failed("too-low", expected, actual, accuracy.provenance, **values)
