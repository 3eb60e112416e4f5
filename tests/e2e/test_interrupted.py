"""Ctrl-C in the middle of a class: what was finished is kept, nothing is left running, and it says how to go on."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from grader.gradebook import Gradebook

ROOT = Path(__file__).parents[2]
SLEEPS = {"cell_type": "code", "id": "a", "metadata": {}, "outputs": [], "execution_count": None,
          "source": "import time\ntime.sleep(1000)"}  # fmt: skip

GRADER = """
import grader.grade
from grader.cli import main
from grader.datasets import cats_dogs
cats_dogs.HOLDOUT_EACH = grader.grade.TRAINING_SAMPLE = 8  # or drawing them would be most of this test
main()
"""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course, and two submissions: one is done at once, for it is no notebook, the other one never."""
    for part in ("solutions", "templates"):
        shutil.copytree(ROOT / part, tmp_path / part)
    (tmp_path / "class").mkdir()
    (tmp_path / "temporary").mkdir()
    (tmp_path / "class" / "a.ipynb").write_text("my homework")
    notebook = {"cells": [SLEEPS], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "class" / "b.ipynb").write_text(json.dumps(notebook))
    return tmp_path


def is_alive(process: psutil.Process) -> bool:
    """A dead one may wait long for the system's init to take note of it."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_ctrl_c_keeps_what_was_finished_and_says_how_to_go_on(course):
    words = ["--course", course, "grade", "week1", course / "class", "--sandbox", "none", "--jobs", "1"]
    environment = os.environ | {"GRADER_GRADEBOOK": "", "TMPDIR": str(course / "temporary")}
    with subprocess.Popen(
        [sys.executable, "-c", GRADER, *map(str, words)],
        env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as grader:  # fmt: skip
        assert grader.stdout
        assert grader.stdout.readline().startswith("[1/2] a: 0 of")
        below = psutil.Process(grader.pid).children(recursive=True)
        grader.send_signal(signal.SIGINT)
        _, said = grader.communicate(timeout=120)
    assert grader.returncode == 130, said
    *slow, stopped, remedy = said.splitlines()
    assert not slow or slow == ["Getting data and submissions ready ..."]  # said where it takes two seconds
    assert stopped == "Stopped. 1 of 2 submissions are finished and kept."
    assert remedy == "  To go on, run the same command again."
    assert not [process for process in below if is_alive(process)]
    assert not list((course / "temporary").iterdir())
    with Gradebook(course / ".grader" / "gradebook.sqlite") as book:
        assert [student for student, _ in book.runs("week1")] == ["a"]
        assert book.check() == []
