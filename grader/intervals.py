"""How far a share of counted images can be from the truth: Wilson's interval, and how many images make it narrow.

Sources: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927), for the
interval; Brown, Cai and DasGupta, "Interval estimation for a binomial proportion", Statistical Science 16 (2001), for
why it and not the textbook's p +- z * sqrt(p * q / n), which is too short near 0 and 1 and for few images; Newcombe,
"Interval estimation for the difference between independent proportions", Statistics in Medicine 17 (1998), method 10,
for the difference of two shares.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

__all__ = ["CONFIDENCE", "Interval", "difference", "difference_error", "images_needed", "wilson"]

CONFIDENCE = 0.95
"""How often such intervals hold the truth, unless a rubric says otherwise."""


@dataclass(frozen=True)
class Interval:
    """From `low` to `high`, shares or differences of them."""

    low: float
    high: float

    @property
    def precision(self) -> float:
        """Half of its width."""
        return (self.high - self.low) / 2

    def straddles(self, threshold: float) -> bool:
        """Whether the truth may lie on either side of a threshold that is passed at its own value."""
        return self.low < threshold <= self.high

    def __str__(self) -> str:
        return f"{self.low:.1%} to {self.high:.1%}"


def wilson(correct: float, images: float, *, confidence: float = CONFIDENCE) -> Interval:
    """Wilson's score interval of a share.

    Args:
        correct: Successes, from 0 to `images`; need not be whole, for a count that was weighted down.
        images: Trials, more than 0.
        confidence: In (0, 1).

    Example:
        `wilson(81, 100)` is 72.2% to 87.5%.
    """
    z = _deviations(confidence)
    share = correct / images
    middle = (share + z * z / (2 * images)) / (1 + z * z / images)
    half = z / (1 + z * z / images) * math.sqrt(share * (1 - share) / images + (z / (2 * images)) ** 2)
    # At the ends the interval touches 0 or 1 exactly; rounding must not carry it beyond.
    return Interval(max(0.0, middle - half) if correct else 0.0, min(1.0, middle + half) if correct < images else 1.0)


def images_needed(share: float, precision: float, *, confidence: float = CONFIDENCE) -> int:
    """The fewest images with which Wilson's interval around `share` is no wider than `precision` to either side.

    Half of the interval's width is z / (n + z^2) * sqrt(n * p * q + z^2 / 4). Set equal to h and solved for n, that is

        n = z^2 / (2 * h^2) * (p * q - 2 * h^2 + sqrt((p * q)^2 + h^2 * (1 - 4 * p * q)))

    Args:
        share: Where it is to be that narrow: at a rubric, its threshold. In [0, 1].
        precision: Half of the width, in (0, 0.5).
        confidence: In (0, 1).

    Example:
        For 75 % correct, known to 4 points: `images_needed(0.75, 0.04)` is 448.
    """
    z, spread = _deviations(confidence), share * (1 - share)
    root = math.sqrt(spread**2 + precision**2 * (1 - 4 * spread))
    exact = z**2 / (2 * precision**2) * (spread - 2 * precision**2 + root)
    return max(1, math.ceil(exact - 1e-9))


def difference(first: float, of_first: Interval, second: float, of_second: Interval) -> Interval:
    """Newcombe's interval of the difference of two shares that were counted on different images.

    Args:
        first: Share from which the other is taken.
        of_first: Its interval.
        second: The other share.
        of_second: Its interval.
    """
    middle = first - second
    below = math.hypot(first - of_first.low, of_second.high - second)
    above = math.hypot(of_first.high - first, second - of_second.low)
    return Interval(middle - below, middle + above)


def difference_error(first: float, of_first: int, second: float, of_second: int) -> float:
    """One standard error of the difference of two independent shares, each followed by its number of images."""
    return math.sqrt(first * (1 - first) / of_first + second * (1 - second) / of_second)


def _deviations(confidence: float) -> float:
    """Standard deviations of a normal distribution that hold `confidence` of it, half of that on each side."""
    return NormalDist().inv_cdf((1 + confidence) / 2)
