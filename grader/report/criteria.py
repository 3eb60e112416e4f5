"""The criteria that a set of scorecards was judged by, for renderings with a row or column for each."""

from dataclasses import dataclass

from grader.scorecard import Scores

__all__ = ["Column", "columns"]


@dataclass(frozen=True)
class Column:
    """One criterion."""

    criterion: str
    title: str
    max_points: float


def columns(scores: Scores) -> tuple[Column, ...]:
    """Every criterion that some submission was judged by, in the order in which they first appear."""
    found: dict[str, Column] = {}
    for card in scores.submissions:
        for verdict in card.verdicts:
            if verdict.criterion not in found:
                found[verdict.criterion] = Column(verdict.criterion, verdict.title, verdict.max_points)
    return tuple(found.values())
