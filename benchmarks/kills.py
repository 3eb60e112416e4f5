"""Kills a grader again and again, at random moments of a class of stub-sized notebooks, and looks what is left.

All is real: the command, the cold bubblewrap sandbox (or, with --sandbox none, no sandbox) and the gradebook. When
a class is finished its gradebook is put away and a new one is begun, until there have been enough kills.

    python benchmarks/kills.py [--kills 50] [--students 30] [--sandbox bwrap] [--seed 1]
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from grader.course import GRADEBOOK
from grader.gradebook import Gradebook

ROOT = Path(__file__).parents[1]
RUBRIC = """
title = "Stubs"
image_shape = [32, 32, 3]
functions = [{ name = "answer", role = "directories" }]
[[criteria]]
id = "runs"
check = "notebook_runs"
title = "It runs"
points = 10
"""


def make(folder: Path, students: int) -> None:
    week = folder / "solutions" / "week1"
    week.mkdir(parents=True)
    (week.parent / "course.toml").write_text('title = "Stubs"\n[weeks.week1]\ndata = "cats-dogs"\n')
    (week / "rubric.toml").write_text(RUBRIC)
    shutil.copytree(ROOT / "templates", folder / "templates")
    (folder / "class").mkdir()
    (folder / "temporary").mkdir()
    for number in range(students):
        source = f"x = {number}" if number % 3 else "1 / 0"
        cell: dict[str, object] = {"cell_type": "code", "id": f"c{number}", "metadata": {}, "outputs": []}
        cell |= {"execution_count": None, "source": source}
        notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        (folder / "class" / f"s{number:02}.ipynb").write_text(json.dumps(notebook))


def start(folder: Path, sandbox: str) -> subprocess.Popen[bytes]:
    words = ["--course", folder, "grade", "week1", folder / "class", "--out", folder / "out", "--sandbox", sandbox]
    line = [sys.executable, "-m", "grader", *map(str, words)]
    return subprocess.Popen(line, env=environment(folder), stdout=subprocess.DEVNULL)


def environment(folder: Path) -> dict[str, str]:
    """The grader's: a gradebook in the course, and temporary files where they can be counted."""
    return os.environ | {"TMPDIR": str(folder / "temporary"), GRADEBOOK: ""}


def is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def draw_data(folder: Path) -> float:
    """What only the first command in a course has to make, by a class of one file that is no notebook.

    Returns:
        Seconds that a command takes from then on before its first notebook runs, and after its last.
    """
    (folder / "nobody.ipynb").write_text("no notebook")
    words = ["--course", folder, "grade", "week1", folder / "nobody.ipynb", "--out", folder / "out"]
    line = [sys.executable, "-m", "grader", *map(str, words), "--sandbox", "none"]
    begun = 0.0
    for _ in range(2):
        begun = time.perf_counter()
        own = os.environ | {GRADEBOOK: str(folder / "first.sqlite")}
        subprocess.run(line, env=own, check=True, capture_output=True)
    return time.perf_counter() - begun


def faults(folder: Path, students: int, before: dict[str, int], *, ended: bool) -> tuple[list[str], dict[str, int]]:
    """What is wrong with the gradebook, and the runs that it keeps."""
    with Gradebook(folder / ".grader" / "gradebook.sqlite") as book:
        found = book.check()
        found += [f"{run} was made {count} times" for run, count in book.runs("week1").items() if count != 1]
        now = {run.student: run.run for run, _, _ in book.latest("week1")}
        found += [f"the run of {student} was lost" for student, run in before.items() if now.get(student) != run]
        for card in book.scorecards("week1"):
            expected = 10 if int(card.student[1:]) % 3 else 0
            if card.score != expected:
                found.append(f"{card.student} has {card.score} instead of {expected} ({card.run.message})")
        if ended and len(now) != students:
            found.append(f"only {len(now)} of {students} are graded")
    return found, now


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n", maxsplit=1)[0])
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--sandbox", default="bwrap", choices=["bwrap", "none", "auto"])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--longest", type=float, help="seconds that a grader lives at most; default: by its start")
    arguments = parser.parse_args()
    moments = random.Random(arguments.seed)
    kills, classes = 0, 0
    wrong: list[str] = []
    kept: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder, arguments.students)
        begun = draw_data(folder)
        # Some die before their first notebook, most among notebooks, and a class takes several of them.
        longest = arguments.longest or 8 + 3 * begun
        print(f"a command starts and ends in {begun:.1f} s, and lives {longest:.0f} s at most")
        ended = False
        while kills < arguments.kills or not ended:
            grader = start(folder, arguments.sandbox)
            last = kills >= arguments.kills
            ended = True
            try:
                grader.wait(None if last else moments.uniform(0, longest))
            except subprocess.TimeoutExpired:
                below = psutil.Process(grader.pid).children(recursive=True)
                grader.kill()
                grader.wait()
                kills, ended = kills + 1, False
                _, alive = psutil.wait_procs(below, timeout=20)
                wrong += [f"{p} outlived the grader" for p in alive if is_alive(p)]
            if (folder / ".grader" / "gradebook.sqlite").exists():
                found, kept = faults(folder, arguments.students, kept, ended=ended)
                wrong += found
            if ended:
                wrong += [f"{path.name} was left" for path in (folder / "temporary").iterdir()]
                classes, kept = classes + 1, {}
                for path in (folder / ".grader").glob("gradebook.sqlite*"):
                    path.unlink()
            print(
                f"\r{kills} kills, {classes} classes, {len(kept)} runs kept, {len(wrong)} faults ", end="", flush=True
            )
    print()
    print(
        "\n".join(wrong)
        or f"{kills} kills over {classes} classes of {arguments.students}: nothing lost, nothing doubled"
    )
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
