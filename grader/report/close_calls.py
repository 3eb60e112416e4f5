"""What reports say of results so close to a threshold that chance could have decided them."""

from grader.report.text import one_line
from grader.scorecard import Scorecard, Verdict

__all__ = ["close_call", "close_calls"]

SAFE = "a little more accuracy would make it safe."


def close_call(verdict: Verdict) -> str:
    """What the student is told; empty for a result that was never close."""
    near, runs = verdict.evidence.get("near"), verdict.evidence.get("runs")
    counted = [str(run) for run in runs] if isinstance(runs, list) else []
    is_close = verdict.evidence.get("borderline") is True
    if len(counted) > 1:
        more = "once more with another seed" if len(counted) == 2 else f"{len(counted) - 1} more times with other seeds"
        said = "Your first result was so close to the line that chance could have decided it. "
        said += f"So we ran your notebook {more}, and all runs together count: {'; '.join(counted)}."
        return f"{said} Together they are still close to it: {SAFE}" if is_close else said
    if is_close:
        lines = " or ".join(f"{at:.0%}" for at in near) if isinstance(near, list) else "the line"
        return f"This is close to {lines}: on other images it could have come out on the other side, and {SAFE}"
    return ""


def close_calls(card: Scorecard) -> list[str]:
    """What staff are told of a submission: each criterion that chance could have decided, with what was measured."""
    return [
        f"{one_line(verdict.title, 80)}: {one_line(verdict.actual, 160)}"
        for verdict in card.verdicts
        if verdict.evidence.get("borderline") is True
    ]
