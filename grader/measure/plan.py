"""The plan that a run carries into the sandbox: what to call and how, never what it is worth or what would pass."""

from typing import Any

from grader.course import Limits
from grader.measure.callbacks import callback_cases
from grader.measure.challenge import Challenge
from grader.rubric import Rubric

__all__ = ["make_plan", "wants_augmentation"]

PROBE_SECONDS = 90.0
"""All probes together, unless a quarter of the run is less."""

STEPS = 3
"""A single call of a graded function may use one part in as many of the probes' time; on a few small files it takes
a second or two."""


def make_plan(rubric: Rubric, limits: Limits, challenge: Challenge) -> dict[str, Any]:
    """What `grader.probe.execute` and `grader.probe.inside` need to know, ready to be written as `plan.json`."""
    probe_seconds = min(PROBE_SECONDS, limits.run_seconds / 4)
    return {
        "cell_seconds": limits.cell_seconds,
        "run_seconds": limits.run_seconds,
        "probe_seconds": probe_seconds,
        "step_seconds": probe_seconds / STEPS,
        "output_bytes": limits.output_bytes,
        "cell_output_bytes": limits.cell_output_bytes,
        "messages": limits.messages,
        "cell_messages": limits.cell_messages,
        "functions": [{"name": f.name, "role": f.role.value, "replaces": list(f.replaces)} for f in rubric.functions],
        "model_variable": rubric.model_variable,
        "history_variable": rubric.history_variable,
        "image_shape": list(rubric.image_shape),
        "splits": [{"name": split.name, "share": split.share} for split in challenge.splits],
        "offered": challenge.offered("training"),
        "augmentation": wants_augmentation(rubric),
        "callback": callback_cases(rubric),
        "weights": rubric.weights,
        "training": rubric.training.model_dump(mode="json"),
    }


def wants_augmentation(rubric: Rubric) -> bool:
    """Whether a rubric asks for augmentation, which costs a few seconds to measure."""
    return any(criterion.check == "augmentation" for criterion in rubric.criteria)
