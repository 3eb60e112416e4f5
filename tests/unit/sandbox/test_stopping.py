"""Runs end when somebody stops the grader, and when the grader dies, however it dies."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import psutil
import pytest

from grader.course import Limits
from grader.errors import Interrupted, SandboxUnavailable
from grader.sandbox import Job, choose_sandbox

GRADER = """
import sys
from pathlib import Path
from grader.course import Limits
from grader.sandbox import Job, choose_sandbox
kind, folder = sys.argv[1], Path(sys.argv[2])
inputs = {name: folder / name for name in ("notebook.ipynb", "plan.json", "challenge")}
choose_sandbox(kind).run(Job("grader.probe.execute", inputs, {}, Limits()), folder / "spool")
"""


@pytest.fixture(params=["none", "bwrap"])
def kind(request: pytest.FixtureRequest) -> str:
    try:
        choose_sandbox(request.param).close()
    except SandboxUnavailable as error:
        pytest.skip(str(error))
    return request.param


@pytest.fixture
def inputs(tmp_path: Path) -> dict[str, Path]:
    """A notebook that sleeps, with a process of its own."""
    source = "import subprocess, time\nsubprocess.Popen(['sleep', '1000'])\ntime.sleep(1000)"
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "outputs": [], "execution_count": None, "source": source}
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "notebook.ipynb").write_text(json.dumps(notebook))
    (tmp_path / "plan.json").write_text(json.dumps({"cell_seconds": 1000, "run_seconds": 1000}))
    (tmp_path / "challenge").mkdir()
    return {name: tmp_path / name for name in ("notebook.ipynb", "plan.json", "challenge")}


def sleeping(parent: int, but: Sequence[psutil.Process] = ()) -> list[psutil.Process]:
    """All below a process but these, once the notebook's own process is among them."""
    for _ in range(600):
        below = [process for process in psutil.Process(parent).children(recursive=True) if process not in but]
        if any(process.name() == "sleep" for process in below):
            return below
        time.sleep(0.1)
    raise AssertionError("the notebook never ran")


def is_alive(process: psutil.Process) -> bool:
    """A dead one may wait long for the system's init to take note of it."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_stopping_ends_what_runs_and_what_would_run(kind, inputs, tmp_path):
    box = choose_sandbox(kind)
    job = Job("grader.probe.execute", inputs, {}, Limits(cell_seconds=1000, run_seconds=1000))
    ended: list[BaseException] = []

    def run() -> None:
        try:
            box.run(job, tmp_path / "spool")
        except Interrupted as error:
            ended.append(error)

    others = psutil.Process().children(recursive=True)  # a warm worker of other tests
    thread = threading.Thread(target=run)
    thread.start()
    below = sleeping(os.getpid(), but=others)
    box.stop()
    thread.join()
    assert ended
    assert not [process for process in below if is_alive(process)]
    with pytest.raises(Interrupted):
        box.run(job, tmp_path / "again")
    box.close()


def test_nothing_outlives_a_grader_that_is_killed(kind, inputs, tmp_path):
    grader = subprocess.Popen([sys.executable, "-c", GRADER, kind, str(tmp_path)])
    try:
        below = sleeping(grader.pid)
    finally:
        grader.send_signal(signal.SIGKILL)
        grader.wait()
    mine = [process for process in below if kind == "bwrap" or process.name() != "sleep"]
    _, alive = psutil.wait_procs(mine, timeout=30)
    for process in below:  # without a sandbox, what a notebook starts may live on
        if is_alive(process):
            process.kill()
    assert not [process for process in alive if is_alive(process)]
