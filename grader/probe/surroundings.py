"""What a notebook finds around it: seeds, sorted folders, modules it expects, Keras that knows its spelling, a budget.

`grader.probe.kernel` has each kernel run `prepare()` before its first cell. What is done here makes notebooks run; it
never has a part in a score.
"""

import json
import os
from functools import partial
from pathlib import Path

from grader.probe import listings, old_keras, seeds, stand_ins, training

__all__ = ["prepare"]


def prepare() -> None:
    """Prepare the running kernel, as `seed`, `helpers` and `training` of `$GRADER_IN/plan.json` tell."""
    plan = json.loads((Path(os.environ["GRADER_IN"]) / "plan.json").read_text(encoding="utf-8"))
    seeds.sow_in_kernel(plan.get("seed", seeds.SEED))
    listings.sort_listings()
    tally = training.begin(plan.get("training", {}))
    seeds.WHEN_READY += [old_keras.teach, partial(training.hold, tally)]
    stand_ins.install(plan.get("helpers", ()))
