"""Which results chance could have decided, and with which seeds their notebook is to run again.

Judging says of each verdict whether its interval holds a threshold; the rubric's `[borderline]` says what that is
worth. All further runs are made before anybody looks at the result: stopping as soon as it looks settled would favour
whichever side comes first.
"""

from collections.abc import Sequence

from grader.observation import Observations
from grader.rubric import Borderline
from grader.scorecard import Verdict

__all__ = ["is_borderline", "seeds_wanted"]


def is_borderline(verdict: Verdict) -> bool:
    """Whether chance could have decided it."""
    return verdict.evidence.get("borderline") is True


def seeds_wanted(policy: Borderline, verdicts: Sequence[Verdict], observations: Observations) -> tuple[int, ...]:
    """The seeds of the runs that are still to be made before these verdicts may stand; none for most notebooks."""
    if not any(is_borderline(verdict) and verdict.check in policy.checks for verdict in verdicts):
        return ()
    made = {run.seed for run in observations.again}
    return tuple(seed for seed in policy.seeds if seed not in made)
