"""How often chance decides: against a right solution, and for one that guesses.

A right solution, trained again with another seed, has another accuracy p. Between seeds, p is taken to be normal; of n
seeds that were measured, m is the mean and s the standard deviation. What a further seed gives is then distributed as
Student's t with n - 1 degrees of freedom around m, with the scale s * sqrt(1 + 1 / n): the prediction interval of a
normal sample (Hahn and Meeker, Statistical Intervals, 1991). How many of N images that model gets right is binomial. So

    P(fail) = E[ P( Binomial(N, p) < t N ) ],   p ~ m + s sqrt(1 + 1/n) T(n - 1), held to [0, 1]

The spread s was measured on images, too, and holds a part of the binomial's variance already: what comes out is rather
too large than too small. A gap of two accuracies has the t distribution alone, since it is the measured one. Runs that
a rubric makes again near its threshold make it smaller, and are left out here.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats  # type: ignore[import-untyped]

from grader.intervals import difference_error
from grader.model import Model

__all__ = ["RARE", "Measured", "Risk", "false_fail", "gap_risk", "guessed", "risk_of"]

RARE = 1 / 1000
"""How often chance may decide wrongly."""
WIDE, STEPS = 200.0, 20_000
"""How many deviations to either side the mean over p is taken, and in how many steps."""


class Measured(Model):
    """What the solution reached at one criterion, one number a seed."""

    criterion: str
    images: int
    """Of one seed."""
    correct: tuple[int, ...]
    """Images that were classified correctly, for each seed."""
    largest: float
    """Share of the commonest class: what a model reaches that always says the same."""

    @property
    def shares(self) -> tuple[float, ...]:
        """Accuracies."""
        return tuple(count / self.images for count in self.correct)


@dataclass(frozen=True)
class Risk:
    """What chance does at a threshold."""

    criterion: str
    threshold: float
    images: int
    seeds: int
    mean: float
    deviation: float
    """Of the accuracies, between seeds."""
    fails: float | None
    """Probability that a right solution fails; None where too few seeds were measured."""
    guesses: float
    """Probability that a model passes which guesses, or always says the same."""
    gap: bool = False
    """It is the difference of two accuracies, which must be no larger than the threshold."""

    @property
    def kind(self) -> str:
        """Of the hole that it is; empty for none."""
        if self.guesses > RARE:
            return "chance"
        return "unlucky" if self.fails is not None and self.fails > RARE else ""

    @property
    def message(self) -> str:
        """What is wrong."""
        at = f"'{self.criterion}' asks for {self.threshold:.0%} of {self.images} images"
        if self.gap:
            at = f"'{self.criterion}' asks for a gap of at most {self.threshold:.0%}"
        if self.kind == "chance":
            return f"{at}, which a model that guesses reaches with probability {self.guesses:.2g}"
        words = f"a right solution has {self.mean:.1%} ± {self.deviation:.1%} over {self.seeds} seeds"
        return f"{at}; {words}, and so fails with probability {self.fails or 0:.2g}"


def false_fail(shares: Sequence[float], images: int, threshold: float) -> float:
    """Probability that a right solution, trained with another seed, stays below the threshold.

    Args:
        shares: Its accuracies with some seeds, in [0, 1]; two or more.
        images: How many images are judged.
        threshold: Share of them that must be correct.
    """
    count = len(shares)
    mean = math.fsum(shares) / count
    spread = _deviation(shares) * math.sqrt(1 + 1 / count)
    least = math.ceil(threshold * images - 1e-9) - 1  # the largest number of correct images that fails
    if spread == 0:
        return float(stats.binom.cdf(least, images, mean))
    # Steps of equal width rather than quantiles: those would leave the tail, where failing is likely, to one point.
    edges = np.linspace(-WIDE, WIDE, STEPS + 1)
    below = stats.t.cdf(edges, count - 1)
    shares_between = np.clip(mean + spread * (edges[:-1] + edges[1:]) / 2, 0, 1)
    inner = float(np.sum(np.diff(below) * stats.binom.cdf(least, images, shares_between)))
    return min(1.0, inner + float(below[0]))


def guessed(images: int, threshold: float, largest: float) -> float:
    """Probability that a model reaches the threshold which is right for each image with that share."""
    least = math.ceil(threshold * images - 1e-9)
    return float(stats.binom.sf(least - 1, images, largest))


def risk_of(measured: Measured, threshold: float) -> Risk:
    """What chance does at the threshold of a criterion."""
    shares = measured.shares
    fails = false_fail(shares, measured.images, threshold) if len(shares) > 1 else None
    mean = math.fsum(shares) / len(shares)
    chance = guessed(measured.images, threshold, measured.largest)
    deviation = _deviation(shares) if len(shares) > 1 else 0.0
    return Risk(measured.criterion, threshold, measured.images, len(shares), mean, deviation, fails, chance)


def gap_risk(
    criterion: str,
    training: Measured,
    holdout: Measured,
    at_most: float,
    learned: float = 0.0,
    *,
    granted: bool = True,
) -> Risk:
    """What chance does at the largest gap between two accuracies that were measured with the same seeds.

    Each seed's gap was counted on images, so their spread has the binomial's in it already, and what another seed gives
    follows Student's t alone.

    Args:
        criterion: Its id.
        training: Accuracies on training images.
        holdout: On new ones.
        at_most: The largest gap that passes.
        learned: Training accuracy below which none does.
        granted: Whether one standard error of the difference is granted on top of `at_most`.
    """
    pairs = list(zip(training.shares, holdout.shares, strict=True))
    gaps = [train - new for train, new in pairs]
    mean, count = math.fsum(gaps) / len(gaps), len(gaps)
    spread = _deviation(gaps) if count > 1 else 0.0
    fails = None
    if count > 1:
        errors = [
            difference_error(train, training.images, new, holdout.images) if granted else 0 for train, new in pairs
        ]
        judged = [gap - error for gap, error in zip(gaps, errors, strict=True)]
        middle, scale = math.fsum(judged) / count, _deviation(judged) * math.sqrt(1 + 1 / count)
        fails = float(stats.t.sf((at_most - middle) / scale, count - 1)) if scale else float(middle > at_most)
    guesses = guessed(training.images, learned, training.largest)
    return Risk(criterion, at_most, holdout.images, count, mean, spread, fails, guesses, gap=True)


def _deviation(shares: Sequence[float]) -> float:
    mean = math.fsum(shares) / len(shares)
    return math.sqrt(math.fsum((share - mean) ** 2 for share in shares) / (len(shares) - 1))
