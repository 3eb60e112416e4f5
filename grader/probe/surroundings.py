"""What a notebook finds around it: seeds, sorted folders, modules it expects, Keras that knows its spelling, a budget.

`grader.probe.kernel` has each kernel run `prepare()` before its first cell. What is done here makes notebooks run; it
never has a part in a score.
"""

import json
import os
from functools import partial
from pathlib import Path

from grader.probe import keras_api, listings, old_keras, old_keras_2, seeds, stand_ins, training

__all__ = ["prepare"]


def prepare() -> None:
    """Prepare the running kernel, as `seed`, `helpers` and `training` of `$GRADER_IN/plan.json` tell."""
    plan = json.loads((Path(os.environ["GRADER_IN"]) / "plan.json").read_text(encoding="utf-8"))
    seeds.sow_in_kernel(plan.get("seed", seeds.SEED))
    listings.sort_listings()
    tally = training.begin(plan.get("training", {}))
    keras_api.install()
    teach = old_keras_2.teach if keras_api.is_keras_2() else old_keras.teach
    seeds.WHEN_READY += [teach, partial(training.hold, tally)]
    stand_ins.install(plan.get("helpers", ()))
