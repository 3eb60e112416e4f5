"""How long one notebook takes in a warm and in a cold sandbox, and what memory a warm one takes: side by side.

python benchmarks/warm.py [RUNS]

The notebook has one cell, `1`; its time is from the call to the executed notebook in hand, with the probe cell of a
plan that asks for nothing. The inspection loads a saved model of 7,850 parameters and predicts on 64 images. Cold and
warm take turns, so that whatever else this machine does falls on both.
"""

import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import nbformat
import numpy as np
import psutil

from grader.course import Limits
from grader.sandbox import Job, Result, Sandbox
from grader.sandbox.bwrap import BubblewrapSandbox
from grader.sandbox.warm import WarmSandbox

PLAN = {
    "cell_seconds": 60, "run_seconds": 90, "probe_seconds": 30, "output_bytes": 2**20, "step_seconds": 5,
    "functions": [], "splits": [], "offered": [], "history_variable": "history", "model_variable": "model",
    "label_form": "index", "scale": 1 / 255, "offset": 0.0, "pixels_ready": False,
}  # fmt: skip
MODEL = """
import sys, keras
model = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(10, "softmax")])
model.compile("adam", "sparse_categorical_crossentropy")
model.save(sys.argv[1])
"""
MIB = 1024**2


def notebook_job(folder: Path, *cells: str) -> Job:
    """Runs a notebook of these cells."""
    folder.mkdir()
    made = [nbformat.v4.new_code_cell(cell) for cell in cells]
    (folder / "notebook.ipynb").write_text(nbformat.writes(nbformat.v4.new_notebook(cells=made)), encoding="utf-8")
    (folder / "plan.json").write_text(json.dumps(PLAN), encoding="utf-8")
    return Job("grader.probe.execute", {p.name: p for p in folder.iterdir()}, {}, Limits())


def inspect_job(folder: Path) -> Job:
    """Describes a tiny model and predicts with it."""
    folder.mkdir()
    subprocess.run(
        [sys.executable, "-c", MODEL, str(folder / "trained.keras")],
        check=True,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
    )
    np.save(folder / "holdout.npy", np.zeros((64, 28, 28, 1), np.uint8))
    (folder / "plan.json").write_text(json.dumps(PLAN), encoding="utf-8")
    return Job("grader.probe.inspect", {p.name: p for p in folder.iterdir()}, {}, Limits())


def timed(sandbox: Sandbox, job: Job, wanted: str) -> float:
    """Seconds of one run, which must give the wanted file."""
    with tempfile.TemporaryDirectory() as spool:
        start = time.perf_counter()
        result: Result = sandbox.run(job, Path(spool))
        taken = time.perf_counter() - start
    if wanted not in result.files:
        raise SystemExit(f"{sandbox.name}: {result.status} {result.message} {result.records} {result.log}")
    return taken


def row(name: str, taken: list[float]) -> None:
    """Prints the spread of some times."""
    quarters = statistics.quantiles(taken, n=4) if len(taken) > 1 else [taken[0]] * 3
    print(f"{name:26} {min(taken):7.3f} {quarters[0]:7.3f} {statistics.median(taken):7.3f} {quarters[2]:7.3f} "
          f"{max(taken):7.3f}   {len(taken)} runs")  # fmt: skip


def above_image(sandbox: WarmSandbox, job: Job) -> tuple[float, float]:
    """MiB that the processes of a run have to themselves (USS) at their peak, and the size of the worker."""
    assert sandbox.worker is not None
    worker = psutil.Process(sandbox.worker)
    image = worker.memory_full_info().rss / MIB
    done = threading.Event()
    peak = 0.0

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.02):
            own = 0
            for process in psutil.Process().children(recursive=True):
                with contextlib.suppress(psutil.Error):  # it may be gone
                    if worker.pid not in (process.pid, process.ppid()):
                        own += process.memory_full_info().uss
            peak = max(peak, own / MIB)

    watcher = threading.Thread(target=watch)
    watcher.start()
    timed(sandbox, job, "executed.ipynb")
    done.set()
    watcher.join()
    return peak, image


def main() -> None:
    """Measure and print."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    warm, cold = WarmSandbox(), BubblewrapSandbox()
    start = time.perf_counter()
    if not warm.warm_up():
        raise SystemExit(f"no warm worker here: {warm.cold}")
    print(
        f"worker ready after {time.perf_counter() - start:.1f} s; load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores"
    )
    print(f"{'seconds':26} {'min':>7} {'25 %':>7} {'median':>7} {'75 %':>7} {'max':>7}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        jobs: list[tuple[str, Job, str]] = [
            ("no-op notebook", notebook_job(folder / "noop", "1"), "executed.ipynb"),
            ("inspection", inspect_job(folder / "inspect"), "predictions-holdout.npy"),
        ]
        for label, job, wanted in jobs:
            timed(warm, job, wanted)  # the page cache is warm for both
            taken: dict[str, list[float]] = {"warm": [], "cold": []}
            for number in range(runs):
                taken["warm"].append(timed(warm, job, wanted))
                if number < max(3, runs // 4):
                    taken["cold"].append(timed(cold, job, wanted))
            for kind, values in taken.items():
                row(f"{label}, {kind}", values)
        measure_memory(warm, folder)
    print(f"load at the end {os.getloadavg()[0]:.1f}")
    warm.close()


def measure_memory(warm: WarmSandbox, folder: Path) -> None:
    """Prints what jobs take beyond the image that they share."""
    train = MODEL.replace("model.save(sys.argv[1])", "import numpy as np, time\n"
                          "model.fit(np.zeros((64, 28, 28, 1)), np.zeros(64), verbose=0); time.sleep(0.5)")  # fmt: skip
    cases: list[tuple[str, Callable[[], Job]]] = [
        ("no-op notebook", lambda: notebook_job(folder / "noop-memory", "import time; time.sleep(0.5)")),
        ("tiny model trained", lambda: notebook_job(folder / "train-memory", train)),
    ]
    for label, make in cases:
        own, image = above_image(warm, make())
        print(f"memory, {label}: {own:.0f} MiB of its own (all its processes) above a shared image of {image:.0f} MiB")


if __name__ == "__main__":
    main()
