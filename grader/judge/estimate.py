"""A share of correct predictions as an estimate: counted over all runs of a notebook, with its interval."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from grader.intervals import Interval, wilson
from grader.observation import Accuracy, Provenance

__all__ = ["Estimate", "estimate"]


@dataclass(frozen=True)
class Estimate:
    """Correct predictions over all runs."""

    runs: tuple[Accuracy, ...]
    interval: Interval
    confidence: float

    @property
    def correct(self) -> int:
        """In all runs together."""
        return sum(run.correct for run in self.runs)

    @property
    def images(self) -> int:
        """Predicted in all runs together."""
        return sum(run.images for run in self.runs)

    @property
    def share(self) -> float:
        """Correct predictions over images, in [0, 1]."""
        return self.correct / self.images

    @property
    def provenance(self) -> Provenance:
        """Of the runs' accuracies."""
        return self.runs[0].provenance

    @property
    def words(self) -> str:
        """As reports say it."""
        count = f"{self.correct:,} of {self.images:,} images"
        if len(self.runs) > 1:
            count += f" in {len(self.runs)} runs"
        return f"{self.share:.1%} ({count}; {self.confidence:.0%} interval {self.interval})"

    @property
    def evidence(self) -> dict[str, JsonValue]:
        """For a verdict."""
        return {
            "interval": [round(self.interval.low, 4), round(self.interval.high, 4)],
            "confidence": self.confidence,
            "runs": [f"{run.correct} of {run.images}" for run in self.runs],
        }


def estimate(accuracies: Sequence[Accuracy], confidence: float) -> Estimate:
    """Pool what several runs of one notebook counted.

    The share is that of all counts together. Its interval is Wilson's for so many images as really tell something:
    images that were predicted in two runs count once, and where the runs differ more among each other than chance
    explains, by Pearson's dispersion X^2 / (runs - 1), that divides the number (Kish's effective sample size).

    Args:
        accuracies: One for each run, at least one.
        confidence: Of the interval.
    """
    runs = tuple(accuracies)
    correct, images = sum(run.correct for run in runs), sum(run.images for run in runs)
    share = correct / images
    seen: dict[int, int] = {}
    for run in runs:
        seen[run.draw] = max(run.images, seen.get(run.draw, 0))
    telling = max(1.0, sum(seen.values()) / _dispersion(runs, share))
    return Estimate(runs, wilson(share * telling, telling, confidence=confidence), confidence)


def _dispersion(runs: Sequence[Accuracy], share: float) -> float:
    """How many times more the runs differ than counts of independent images do; at least 1."""
    if len(runs) < 2 or share in {0.0, 1.0}:
        return 1.0
    squares = sum((run.correct - run.images * share) ** 2 / (run.images * share * (1 - share)) for run in runs)
    return max(1.0, squares / (len(runs) - 1))
