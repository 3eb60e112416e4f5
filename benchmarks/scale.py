"""What a class costs as it grows, and what memory its jobs take above the image that they share.

    python benchmarks/scale.py [--long] [--jobs N]

The class are stub-sized notebooks, one cell each, graded by the whole command with the default sandbox and a new
gradebook: 10 and 100 of them, and with --long 1,000. A straight line through the points tells what one more submission
costs, and what the command costs by itself. Meanwhile the memory of all processes is added up as PSS, in which a page
that several share counts as a part for each: that of the grader, of its warm worker, and of the jobs. With --long the
memory of 500 submissions and more is told for each fifth of them. Last comes week 1's solution, whose jobs are as large
as jobs of the course are; the goal is 1.2 GiB each.
"""

import argparse
import contextlib
import shutil
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil
from figures import machine, spread
from kills import draw_data, environment, make

ROOT = Path(__file__).parents[1]
GIB = 2**30
GOAL = 1.2
LOOK = 0.3
"""Seconds between two looks at the memory; adding it up takes a while by itself."""


class Watch(threading.Thread):
    """Memory of a grader's processes over time, in GiB of PSS."""

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self._root = psutil.Process(root)
        self._end = threading.Event()
        self.looks: list[tuple[float, float, float, int]] = []
        """Of the grader, of the warm worker, of all jobs together, and how many jobs there were."""

    def run(self) -> None:
        """Look until `stop`."""
        while not self._end.wait(LOOK):
            with contextlib.suppress(psutil.Error):
                self.looks.append(self._look())

    def stop(self) -> None:
        """End, and wait for the end."""
        self._end.set()
        self.join()

    def _look(self) -> tuple[float, float, float, int]:
        own = pss(self._root)
        worker = jobs = 0.0
        boxes = 0
        for child in self._root.children():
            below = [child, *child.children(recursive=True)]
            taken = sum(map(pss, below))
            with contextlib.suppress(psutil.Error):
                if "bwrap" in child.name():
                    jobs, boxes = jobs + taken, boxes + 1
                else:
                    worker += taken
        return own, worker, jobs, boxes


def pss(process: psutil.Process) -> float:
    """GiB of a process, shared pages in part; nothing for one that is gone."""
    with contextlib.suppress(psutil.Error):
        return float(process.memory_full_info().pss) / GIB
    return 0.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n", maxsplit=1)[0])
    parser.add_argument("--long", action="store_true", help="1,000 submissions as well")
    parser.add_argument("--jobs", type=int, help="submissions at once; default: what fits")
    arguments = parser.parse_args()
    print(machine())
    points = []
    for students in [10, 100, *([1000] if arguments.long else [])]:
        with TemporaryDirectory() as name:
            folder = Path(name)
            make(folder, students)
            draw_data(folder)
            seconds, watch = graded(folder, folder / "class", arguments.jobs)
        points.append((students, seconds))
        print(f"{students:5} submissions {seconds:7.1f} s, {60 * students / seconds:6.1f} a minute")
        tell_memory(watch, fifths=students >= 500)
    slope, start = statistics.linear_regression(*zip(*points, strict=True))
    print(f"the command {start:.1f} s, each submission {slope:.3f} s: 100,000 of them {slope * 1e5 / 3600:.1f} hours")
    large_jobs(arguments.jobs)


def graded(folder: Path, notebooks: Path, jobs: int | None) -> tuple[float, Watch]:
    """Wall time of grading, and what its memory was."""
    words: list[Any] = ["--course", folder, "grade", "week1", notebooks, "--out", folder / "out"]
    line = [sys.executable, "-m", "grader", *words, *(["--jobs", jobs] if jobs else [])]
    start = time.perf_counter()
    process = subprocess.Popen(list(map(str, line)), stdout=subprocess.DEVNULL, env=environment(folder))
    watch = Watch(process.pid)
    watch.start()
    code = process.wait()
    seconds = time.perf_counter() - start
    watch.stop()
    if code:
        raise SystemExit(f"the grader ended with status {code}")
    return seconds, watch


def tell_memory(watch: Watch, *, fifths: bool) -> None:
    """Print the memory, by fifths of the time where it has to be flat."""
    size = max(1, len(watch.looks) // (5 if fifths else 1))
    for start in range(0, size * (5 if fifths else 1), size):
        part = watch.looks[start : start + size]
        each = [jobs / count for _, _, jobs, count in part if count] or [0.0]
        print(
            f"      GiB at most: grader {max(look[0] for look in part):.2f}, "
            f"worker {max(look[1] for look in part):.2f}; each job {spread(each)}"
        )


def large_jobs(jobs: int | None) -> None:
    """Week 1's solution four times: the largest jobs."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("solutions", "templates", "assignments"):
            shutil.copytree(ROOT / part, folder / part)
        (folder / "class").mkdir()
        (folder / "temporary").mkdir()
        for number in range(4):
            shutil.copy(folder / "solutions" / "week1" / "solution.ipynb", folder / "class" / f"s{number}.ipynb")
        _, watch = graded(folder, folder / "class", jobs)
    each = [taken / count for _, _, taken, count in watch.looks if count]
    print(f"week 1's solution, GiB a job above the worker: {spread(each)}, goal {GOAL}")


if __name__ == "__main__":
    main()
