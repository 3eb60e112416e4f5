"""The plan that a run carries into the sandbox: what to call and how, never what it is worth or what would pass."""

from typing import Any

from grader.course import Limits
from grader.measure.challenge import Challenge
from grader.rubric import Rubric

__all__ = ["make_plan"]

MAX_STEP_SECONDS = 60.0
"""One call of a graded function on a few small files takes a second or two."""


def make_plan(rubric: Rubric, limits: Limits, challenge: Challenge) -> dict[str, Any]:
    """What `grader.probe.execute` and `grader.probe.inside` need to know, ready to be written as `plan.json`."""
    return {
        "cell_seconds": limits.cell_seconds,
        "run_seconds": limits.run_seconds,
        "step_seconds": min(MAX_STEP_SECONDS, limits.cell_seconds),
        "functions": [{"name": f.name, "role": f.role.value} for f in rubric.functions],
        "model_variable": rubric.model_variable,
        "history_variable": rubric.history_variable,
        "image_shape": list(rubric.image_shape),
        "splits": [{"name": split.name, "share": split.share} for split in challenge.splits],
        "offered": challenge.offered("training"),
    }
