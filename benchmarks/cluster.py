"""A class of small submissions on this machine alone and on 1, 2 and 4 Dask workers; and the same while workers die.

    python benchmarks/cluster.py [--students 12] [--rounds 3]
    python benchmarks/cluster.py --kills 50 [--students 30]

The first prints seconds from the first submission to the last scorecard, with their spread over rounds that take turns,
and the processor time of the coordinator for each submission, which bounds how many workers it can feed. All is real:
scheduler and workers are processes of their own, and speak TLS. Workers are warm before the clock starts, and have the
data but in the first round, which is told apart. On one machine they share its cores: what more workers than cores
show is what they cost, not what they bring.

The second kills a worker with -9 at random moments and starts another one, again and again, and looks at the gradebook
each time. There the workers run a sandbox of stubs, whose notebooks take a fifth of a second.
"""

import argparse
import os
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import dask
import nbformat

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "e2e"))

import dask_by_hand
import stub_keeper

from grader.cluster.sandbox import ClusterSandbox
from grader.course import Course, find_course
from grader.datasets.pets import CatsDogs
from grader.grade import ClassGrader
from grader.gradebook import Gradebook
from grader.sandbox import Sandbox, choose_sandbox
from grader.scoring import GradedClass

RUBRIC = """
title = "Small"
image_shape = [32, 32, 3]
functions = [{ name = "create_model", role = "model" }]
[[criteria]]
id = "runs"
check = "notebook_runs"
title = "It runs"
points = 10
"""
MODEL = """
import keras
def create_model():
    model = keras.Sequential([keras.Input((32, 32, 3)), keras.layers.Flatten(), keras.layers.Dense(2, "softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
model = create_model()
"""


def make(folder: Path, students: int, source: str) -> Course:
    """A course of one week, and its class."""
    (folder / "solutions" / "week1").mkdir(parents=True)
    (folder / "solutions" / "course.toml").write_text('title = "Small"\n[weeks.week1]\ndata = "cats-dogs"\n')
    (folder / "solutions" / "week1" / "rubric.toml").write_text(RUBRIC)
    (folder / "class").mkdir()
    for number in range(students):
        cell = nbformat.v4.new_code_cell(f"{source}\n# {number}")
        notebook = nbformat.v4.new_notebook(cells=[cell])
        (folder / "class" / f"s{number:03}.ipynb").write_text(nbformat.writes(notebook))
    return find_course(folder)


def grade(
    course: Course,
    sandbox: Sandbox,
    place: Path,
    *,
    jobs: int | None = None,
    begins: Callable[[], object] = int,
    data: bool = True,
) -> GradedClass:
    """The class, into the gradebook at a place; without data where its notebooks are stubs."""
    with Gradebook(place) as book:
        grader = ClassGrader.prepare(course, "week1", [course.root / "class"], book, sandbox=sandbox, jobs=jobs)
        if not data:
            grader = replace(grader, runner=replace(grader.runner, data={}))
        begins()
        return grader.run()


@contextmanager
def cluster_of(folder: Path, workers: int, preload: str = "") -> Iterator[tuple[dask_by_hand.Cluster, ClusterSandbox]]:
    """So many warm workers with one place each."""
    with dask_by_hand.Cluster(folder, preload) as cluster, dask.config.set(cluster.settings):
        for number in range(workers):
            cluster.add(f"w{number}")
        box = ClusterSandbox(cluster.address)
        try:
            while sum(member.listed.places for member in box._fleet._members.values()) < workers:
                time.sleep(0.2)
            yield cluster, box
        finally:
            box.close()


def timed(course: Course, sandbox: Sandbox, place: Path, jobs: int | None) -> tuple[float, float]:
    """Seconds of wall clock and of this process's own processor time, without what the children of a sandbox use."""
    marks: list[tuple[float, float]] = []

    def mark() -> None:
        marks.append((time.perf_counter(), time.process_time()))

    graded = grade(course, sandbox, place, jobs=jobs, begins=mark)
    mark()
    taken = marks[1][0] - marks[0][0], marks[1][1] - marks[0][1]
    wrong = [card for card in graded.scores.submissions if card.score != 10]
    if wrong:
        raise SystemExit(f"{wrong[0].student} was not graded: {wrong[0].run}")
    return taken


def compare(students: int, rounds: int) -> None:
    """Local and 1, 2 and 4 workers, taking turns."""
    found: dict[str, list[tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        course = make(folder / "course", students, MODEL)
        local = choose_sandbox("auto")
        timed(course, local, folder / "first.sqlite", 2)  # the worker and the page cache are warm
        for turn in range(rounds):
            for jobs in (1, 2):
                found.setdefault(f"here, {jobs} at once", []).append(
                    timed(course, local, folder / f"here-{jobs}-{turn}.sqlite", jobs)
                )
            for workers in (1, 2, 4):
                with cluster_of(folder / f"cluster-{workers}-{turn}", workers) as (_, box):
                    first = timed(course, box, folder / f"away-{workers}-{turn}.sqlite", None)
                    again = timed(course, box, folder / f"again-{workers}-{turn}.sqlite", None)
                found.setdefault(f"{workers} workers, data sent", []).append(first)
                found.setdefault(f"{workers} workers", []).append(again)
        local.close()
    print(f"{students} submissions, {rounds} rounds, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    print(f"{'':24} {'min':>7} {'median':>7} {'max':>7} {'a minute':>9} {'coordinator, s each':>20}")
    for what, taken in sorted(found.items()):
        wall = [seconds for seconds, _ in taken]
        own = statistics.median(processor for _, processor in taken) / students
        middle = statistics.median(wall)
        print(f"{what:24} {min(wall):7.2f} {middle:7.2f} {max(wall):7.2f} {60 * students / middle:9.0f} {own:20.3f}")


def kill(students: int, kills: int, seed: int) -> None:
    """Workers die while a class is graded."""
    moments = random.Random(seed)
    killed, classes, wrong, held = 0, 0, [], 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ[stub_keeper.LOG] = str(folder / "log")
        course = make(folder / "course", students, stub_keeper.MOMENT)
        with cluster_of(folder / "cluster", 3, stub_keeper.__file__) as (cluster, box):
            while killed < kills:
                place, result = folder / f"{classes}.sqlite", list[Any]()
                before: dict[str, int] = {}
                begun = threading.Event()

                def work(place: Path = place, begun: threading.Event = begun, result: list[Any] = result) -> None:
                    result.append(grade(course, box, place, begins=begun.set, data=False))

                grader = threading.Thread(target=work)
                grader.start()
                begun.wait()
                while grader.is_alive():
                    grader.join(moments.uniform(0.1, 1.5))
                    at_work = sorted(m.listed.name for m in box._fleet._members.values() if m.running)
                    at_work = [name for name in at_work if cluster.workers[name].poll() is None]
                    if grader.is_alive() and killed < kills and at_work:
                        victim = moments.choice(at_work)
                        cluster.workers[victim].kill()
                        cluster.workers[victim].wait()
                        killed += 1
                        cluster.add(f"k{killed}")
                    if place.exists():
                        with Gradebook(place) as book:
                            wrong += book.check()
                            wrong += [f"{run} made {n} times" for run, n in book.runs("week1").items() if n != 1]
                            now = {run.student: run.run for run, _, _ in book.latest("week1")}
                        wrong += [f"{student} was lost" for student, run in before.items() if now.get(student) != run]
                        before = now
                cards = result[0].scores.submissions
                missed = [card.student for card in cards if card.held]
                wrong += [f"{c.student}: {c.score} ({c.run.message})" for c in cards if not c.held and c.score != 10]
                wrong += [] if len(cards) == students else [f"{len(cards)} of {students} have a scorecard"]
                held += len(missed)
                if missed:
                    left = [
                        card for card in grade(course, box, place, data=False).scores.submissions if card.score != 10
                    ]
                    wrong += [f"{card.student} is held for ever: {card.run.message}" for card in left]
                classes += 1
                print(f"\r{killed} kills, {classes} classes, {held} held, {len(wrong)} faults ", end="", flush=True)
    print()
    print(
        "\n".join(wrong)
        or f"{killed} workers killed over {classes} classes of {students}: nothing lost, nothing doubled;"
        f" {held} submissions were hit by two kills and held, and graded by the next command"
    )
    sys.exit(bool(wrong))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n", maxsplit=1)[0])
    parser.add_argument("--students", type=int)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    CatsDogs.holdout_each = 20  # or drawing the course's own images would take longer than anything here
    if arguments.kills:
        kill(arguments.students or 30, arguments.kills, arguments.seed)
    else:
        compare(arguments.students or 12, arguments.rounds)


if __name__ == "__main__":
    main()
