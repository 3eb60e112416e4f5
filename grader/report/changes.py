"""What a new submission changed: points, criteria that pass now, and those that no longer do."""

from dataclasses import dataclass

from grader.report.text import number, one_line
from grader.scorecard import Outcome, Scorecard, Verdict

__all__ = ["Changes", "Step", "compare"]


@dataclass(frozen=True)
class Step:
    """One criterion whose points changed."""

    title: str
    before: int | float
    after: int | float


@dataclass(frozen=True)
class Changes:
    """The difference of two scorecards of one student."""

    headline: str
    better: tuple[Step, ...]
    worse: tuple[Step, ...]
    new: tuple[str, ...]
    """Titles of criteria that the earlier scorecard did not have."""


def compare(previous: Scorecard, card: Scorecard) -> Changes:
    """What is different since the earlier submission, in the order of the rubric."""
    before = {verdict.criterion: verdict for verdict in previous.verdicts}
    pairs = [(before[v.criterion], v) for v in card.verdicts if v.criterion in before]
    pairs = [(old, v) for old, v in pairs if Outcome.ERRORED not in {old.outcome, v.outcome}]
    return Changes(
        headline=_headline(previous, card),
        better=tuple(_step(old, v) for old, v in pairs if v.points > old.points),
        worse=tuple(_step(old, v) for old, v in pairs if v.points < old.points),
        new=tuple(one_line(v.title, 160) for v in card.verdicts if v.criterion not in before) if before else (),
    )


def _headline(previous: Scorecard, card: Scorecard) -> str:  # noqa: PLR0911 - one sentence each
    if previous.sha256 == card.sha256:
        same = "You handed in the same file as last time"
        if previous.score == card.score:
            return f"{same}, and it has the same score."
        return f"{same}. Its score changed because the grading did, not your work."
    if card.score is None:
        return "Your score is held at the moment, so it cannot be compared with the last one."
    if previous.score is None:
        return "Your last score was held through a fault of ours, so there is no number to compare with."
    gained = round(card.score - previous.score, 2)
    if gained > 0:
        return f"{number(gained)} points more than last time: from {number(previous.score)} to {number(card.score)}."
    if gained < 0:
        return f"{number(-gained)} points fewer than last time: from {number(previous.score)} to {number(card.score)}."
    return f"The same score as last time, {number(card.score)}."


def _step(old: Verdict, verdict: Verdict) -> Step:
    return Step(one_line(verdict.title, 160), number(old.points), number(verdict.points))
