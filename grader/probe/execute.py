"""Program of the first sandbox: runs a submitted notebook and its probe, then ships what is there.

Reads `$GRADER_IN/notebook.ipynb` and `$GRADER_IN/plan.json`, of which it uses `cell_seconds`, `run_seconds`,
`probe_seconds`, `links` and what `grader.probe.budget` knows. Sends, as they happen:

    machine   as `grader.probe.machine` tells         once, before the first cell
    cell      index, status, seconds, error           each code cell, in order
    figure    cell, width, height, colours            each picture in the outputs of a cell
    stopped   status, message                         at the first limit that stopped something
    errors_hidden                                     a line that must fail seemed not to
    probe     error                                   how the probe cell ended
    tree      root, entries                           each folder below $GRADER_OUT/trees
    left      name                                    a file that was too large to ship

and the files `executed.ipynb` and whatever JSON, NumPy and Keras files lie directly in `$GRADER_OUT`.
"""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from grader.probe import figures, harvest, machine, outbox
from grader.probe.budget import Budget
from grader.probe.places import make_links

__all__ = ["main"]

PROBE = "from grader.probe import inside; inside.main()"
RESERVE = 5.0
"""Seconds kept for killing, listing and shipping."""
MAX_FIGURES = 64
CELL_TEXT, CELL_PICTURES = 200_000, 1_000_000
"""Characters of one cell's outputs that the shipped notebook keeps."""
CUT = "\n... the rest was cut by the grader ...\n"


def main() -> None:
    """Run the notebook named by the environment."""
    start = time.monotonic()
    outbox.claim()
    harvest.adopt_orphans()
    inputs, out = Path(os.environ["GRADER_IN"]), Path(os.environ["GRADER_OUT"])
    plan = json.loads((inputs / "plan.json").read_text(encoding="utf-8"))
    from grader.probe.kernel import Runner, read  # after the pipe is ours alone, for it starts threads

    outbox.record("machine", **machine.describe())
    make_links(plan.get("links", ()))
    notebook = read((inputs / "notebook.ipynb").read_text(encoding="utf-8"), PROBE)
    probe_seconds = float(plan.get("probe_seconds", 90))
    run_seconds = float(plan["run_seconds"])
    reporter = _Reporter()
    runner = Runner(
        cell_seconds=float(plan["cell_seconds"]),
        cells_until=start + max(run_seconds - probe_seconds - RESERVE, run_seconds / 2),
        probe_seconds=probe_seconds,
        budget=Budget(plan),
        send=outbox.record,
        after=reporter.figures,
    )
    try:
        runner.preprocess(notebook, {})
    except Exception as error:
        if not runner.running:
            raise  # no student code has run yet, so the fault is ours
        print(f"{type(error).__name__}: {error}"[:1000], file=sys.stderr)  # noqa: T201 - the staff's log
        runner.abandon()
    finally:
        harvest.kill_others()
    notebook.cells.pop()
    outbox.data("executed.ipynb", executed(notebook))
    harvest.ship(out)


class _Reporter:
    """Sends a record for each of the first pictures."""

    def __init__(self) -> None:
        self._left = MAX_FIGURES

    def figures(self, index: int, outputs: list[Any]) -> None:
        for output in outputs:
            data = output.get("data")
            if self._left and isinstance(data, dict) and "image/png" in data:
                self._left -= 1
                seen = figures.look(data["image/png"])
                if seen:
                    outbox.record("figure", cell=index, **seen)


def executed(notebook: Any) -> bytes:
    """The notebook with its outputs, as JSON text; of each cell's outputs only as much as a report can show."""
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        text, pictures, kept = CELL_TEXT, CELL_PICTURES, []
        for output in cell["outputs"]:
            size = len(json.dumps(output))
            if "image/png" in output.get("data", {}) and size <= pictures:
                pictures -= size
            elif size <= text:
                text -= size
            else:
                kept += _cut(output, text)
                text = 0
                continue
            kept.append(output)
        cell["outputs"] = kept
    return json.dumps(notebook, ensure_ascii=False, indent=1).encode("utf-8", "replace") + b"\n"


def _cut(output: Any, room: int) -> list[Any]:
    """As much of an output as there is room for."""
    if output.get("output_type") == "stream" and room:
        return [{**output, "text": str(output.get("text", ""))[: room // 2] + CUT}]
    if output.get("output_type") == "error":  # its name and message matter more than its length
        return [{**output, "evalue": str(output.get("evalue", ""))[:500], "traceback": [CUT]}]
    return []


if __name__ == "__main__":
    main()
