"""How hard each criterion is, and whether it tells strong submissions from weak ones."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grader.scorecard import Outcome, Scores

__all__ = ["Item", "analyse"]

ENOUGH = 10
"""Submissions below which a correlation says nothing."""
WEAK = 0.2
"""A correlation that is surely below this is little help in telling submissions apart."""
CLEAR = 0.4
"""From here on it tells them apart clearly."""


@dataclass(frozen=True)
class Item:
    """One criterion over a class."""

    criterion: str
    title: str
    judged: int
    """Submissions in which it was decided; what is our fault says nothing about the class."""
    passed: int
    discrimination: float | None
    """Correlation of its points with the points of all other criteria (corrected item-total correlation), in [-1, 1];
    None with fewer than ten submissions, or where either does not vary."""

    @property
    def rate(self) -> float:
        """Share that passed, in [0, 1]."""
        return self.passed / self.judged if self.judged else 0.0

    @property
    def strength(self) -> str:
        """How well it tells strong work from weak, in a word or two."""
        if self.discrimination is None:
            return "too few to tell" if self.judged < ENOUGH else "not at all"
        if self.discrimination < 0:
            return "wrong way round"
        return "hardly" if self.discrimination < WEAK else "somewhat" if self.discrimination < CLEAR else "clearly"

    @property
    def remark(self) -> str:
        """What an instructor should know; "" when there is nothing to say."""
        if self.judged < ENOUGH:
            return ""
        if self.passed == self.judged:
            return "everyone passes, so it tells nobody apart"
        if self.passed == 0:
            return "nobody passes: is it asked for clearly, and can it be passed?"
        highest = self._at_most()
        if highest < 0:
            return "those who do well otherwise fail it more often: it may be broken"
        return "hardly goes with the rest of the score" if highest < WEAK else ""

    def _at_most(self) -> float:
        """Upper end of the 95 % interval of the correlation (Fisher's transformation), so that chance is no remark."""
        if self.discrimination is None:
            return 1.0
        middle = math.atanh(max(-0.999, min(0.999, self.discrimination)))
        return math.tanh(middle + 1.96 / math.sqrt(self.judged - 3))


def analyse(scores: Scores) -> tuple[Item, ...]:
    """Every criterion of the class, in the order in which they first appear."""
    order: dict[str, str] = {}
    for card in scores.submissions:
        for verdict in card.verdicts:
            order.setdefault(verdict.criterion, verdict.title)
    cards = [card for card in scores.submissions if card.score is not None and len(card.verdicts) == len(order)]
    points = np.array([[v.points for v in sorted(c.verdicts, key=lambda v: v.criterion)] for c in cards])
    columns = {criterion: index for index, criterion in enumerate(sorted(order))}
    judged, passed = dict.fromkeys(order, 0), dict.fromkeys(order, 0)
    for card in scores.submissions:
        for verdict in card.verdicts:
            if verdict.outcome is not Outcome.ERRORED:
                judged[verdict.criterion] += 1
                passed[verdict.criterion] += verdict.outcome is Outcome.PASSED
    return tuple(
        Item(name, title, judged[name], passed[name], _correlation(points, columns[name]))
        for name, title in order.items()
    )


def _correlation(points: NDArray[np.float64], column: int) -> float | None:
    """Pearson's correlation of one column with the sum of all others."""
    if len(points) < ENOUGH or points.ndim != 2 or points.shape[1] < 2:
        return None
    own = points[:, column]
    rest = points.sum(axis=1) - own
    if np.ptp(own) < 1e-9 or np.ptp(rest) < 1e-9:
        return None
    return round(float(np.corrcoef(own, rest)[0, 1]), 3)
