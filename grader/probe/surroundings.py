"""What a notebook finds around it: seeds, sorted folders, modules it expects, Keras that knows its spelling, a budget.

`grader.probe.kernel` has each kernel run `prepare()` before its first cell. What is done here makes notebooks run; it
never has a part in a score.
"""

import inspect
import json
import os
import signal
from functools import partial
from pathlib import Path
from typing import Any

from grader.probe import keras_api, listings, old_keras, old_keras_2, seeds, stand_ins, training

__all__ = ["prepare"]


def prepare() -> None:
    """Prepare the running kernel, as `seed`, `helpers` and `training` of `$GRADER_IN/plan.json` tell."""
    plan = json.loads((Path(os.environ["GRADER_IN"]) / "plan.json").read_text(encoding="utf-8"))
    from IPython import get_ipython

    get_ipython().events.register("pre_run_cell", _know_file)
    get_ipython().events.register("post_run_cell", _finish_in_peace)
    seeds.sow_in_kernel(plan.get("seed", seeds.SEED))
    listings.sort_listings()
    tally = training.begin(plan.get("training", {}))
    keras_api.install()
    teach = old_keras_2.teach if keras_api.is_keras_2() else old_keras.teach
    seeds.WHEN_READY += [teach, partial(training.hold, tally)]
    stand_ins.install(plan.get("helpers", ()))


def _know_file(told: Any) -> None:
    """Say that no module is in the file by whose name tracebacks know a cell.

    Each look at a traceback would find that out by going through the thousands of modules that TensorFlow has.
    """
    from ipykernel.compiler import get_file_name

    inspect.modulesbyfile[get_file_name(told.raw_cell)] = ""  # type: ignore[no-untyped-call]  # ipykernel has no types


def _finish_in_peace(_: Any) -> None:
    """No interrupt from the end of a cell's code until the next cell.

    One that came for the code, but late, would hit the kernel at its answer. The answer would be lost, and the runner
    would wait for it until it ends the kernel. ipykernel listens again when it begins with the next cell.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
