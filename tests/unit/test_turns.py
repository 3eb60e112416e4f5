"""More submissions may be under way than notebooks run: limits count seconds of the clock."""

import os
import threading
import time
from pathlib import Path

import nbformat
import psutil
import pytest

from grader import grade
from grader.course import Limits, find_course
from grader.datasets import LabelledImages
from grader.observation import RunStatus
from grader.run import Runner
from grader.sandbox import Job, Result, Sandbox
from grader.submission import Submission

RUBRIC = """
title = "T"
image_shape = [8, 8, 3]
functions = [{ name = "create_model", role = "model" }]
[[criteria]]
id = "runs"
check = "notebook_runs"
title = "Runs"
points = 1
"""


class Counting(Sandbox):
    """Runs nothing, slowly, and counts how many do so at once."""

    name = "counting"
    isolates = True

    def __init__(self) -> None:
        self.lock, self.now, self.most = threading.Lock(), 0, 0

    def run(self, job: Job, spool: Path) -> Result:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        time.sleep(0.2)
        with self.lock:
            self.now -= 1
        return Result(RunStatus.OK, "", 0.2, (), {}, "")


@pytest.mark.parametrize("turns", [1, 3])
def test_only_so_many_notebooks_run_at_once_as_there_are_turns(tmp_path, turns):
    (tmp_path / "solutions" / "week1").mkdir(parents=True)
    (tmp_path / "solutions" / "course.toml").write_text('title = "T"\n[weeks.week1]\ndata = "cats-dogs"\n')
    (tmp_path / "solutions" / "week1" / "rubric.toml").write_text(RUBRIC)
    (tmp_path / "a.ipynb").write_text(nbformat.writes(nbformat.v4.new_notebook()))
    none = LabelledImages((tmp_path / "0.png",), (0,), ("cats", "dogs"))
    sandbox = Counting()
    runner = Runner(
        assignment=find_course(tmp_path).assignment("week1"), limits=Limits(), sandbox=sandbox, data={},
        training=none, holdout=none, secret=bytes(32), environment={}, turn=threading.BoundedSemaphore(turns),
    )  # fmt: skip
    submission = Submission("a", tmp_path / "a.ipynb", "a.ipynb")
    threads = [threading.Thread(target=runner.run, args=(submission, f"{n}")) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sandbox.most == turns


@pytest.mark.parametrize(
    ("submissions", "cores", "gibibytes", "jobs"), [(40, 2, 24, 3), (40, 1, 24, 2), (2, 8, 24, 2), (40, 8, 3, 2)]
)
def test_a_class_has_half_as_many_jobs_again_as_cores_where_there_is_memory(
    monkeypatch, submissions, cores, gibibytes, jobs
):
    free = psutil.virtual_memory()._replace(available=gibibytes * 1024**3)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: free)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(cores)))
    assert grade._jobs(submissions) == jobs
