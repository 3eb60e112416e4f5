"""What a notebook finds around it in its kernel: seeds, modules it expects, and Keras that understands its spelling.

`grader.probe.kernel` has each kernel run `prepare()` before its first cell. What is done here makes notebooks run; it
never has a part in a score.
"""

import json
import os
from pathlib import Path

from grader.probe import old_keras, seeds, stand_ins

__all__ = ["prepare"]


def prepare() -> None:
    """Prepare the running kernel, as the `helpers` of `$GRADER_IN/plan.json` tell."""
    plan = json.loads((Path(os.environ["GRADER_IN"]) / "plan.json").read_text(encoding="utf-8"))
    seeds.sow_in_kernel()
    seeds.WHEN_READY.append(old_keras.teach)
    stand_ins.install(plan.get("helpers", ()))
