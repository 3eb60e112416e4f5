"""How large the holdout of a week is: as large as the precision needs that its rubric asks for."""

from collections.abc import Sequence

from grader.judge import BoundCriterion
from grader.judge.holdout_accuracy import Parameters

__all__ = ["images_asked"]


def images_asked(rubric: Sequence[BoundCriterion]) -> int | None:
    """The fewest images with which every criterion on holdout accuracy is as precise as it asks; None without one."""
    parameters = (each for bound in rubric for each in (bound.parameters, *bound.instead.values()))
    return max((each.images for each in parameters if isinstance(each, Parameters)), default=None)
