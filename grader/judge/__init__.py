"""Pure functions from observations to verdicts.

Each check is the module of its name: `Parameters` says what a rubric may set, `FACTS` which observations must be there,
and `check` turns observations into a `Finding`. The words for students stand in `words.toml`.
"""

from grader.judge.engine import CHECK_NAMES, BoundCriterion, compile_rubric
from grader.judge.left_out import judge

__all__ = ["CHECK_NAMES", "BoundCriterion", "compile_rubric", "judge"]
