"""Submissions per minute of nbgrader's batch, of `otter run` and of this grader: side by side, on the same notebooks.

    python benchmarks/peers.py [--students 10] [--rounds 1] [--cache DIR]

Two kinds of notebook. One builds a small convolutional network for 150 x 150 images, trains it for an epoch on 200 of
them and is checked; the other only builds it. All are right, and differ in a comment. Each tool checks the input's
shape, the last layer, the loss or the metric, and in the first kind the accuracy in training, and has to give every
notebook its full marks, else the benchmark ends with an error.

nbgrader and otter-grader come from PyPI, each into a virtual environment of its own below the cache folder, made once.
Of TensorFlow there is one copy: a .pth file lets these environments see our packages behind their own. nbgrader runs
`nbgrader autograde`, its batch; otter `otter run`, once a notebook, as it works without Docker; we `grader grade
--rerun` with a gradebook and the default sandbox. Times are of whole commands, the start of the program and of the warm
worker included. What is made once for a course is made before: nbgrader's assignment, otter's configuration, our data.
And each tool grades one notebook before its class, untimed, so that none pays for a disk that the other tools did not
read from.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import sysconfig
import time
import venv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import platformdirs
from figures import machine, spread
from kills import draw_data

from grader.datasets import ensure

ROOT = Path(__file__).parents[1]
PEERS = ("nbgrader", "otter-grader")
FULL = 4.0
"""Marks that each notebook earns with every tool, one a check."""

LOAD = """import os
import numpy as np
from PIL import Image

folder = os.environ.get("PET_IMAGES", "/tmp/PetImages")
images, labels = [], []
for label, animal in enumerate(("Cat", "Dog")):
    taken = 0
    for name in sorted(os.listdir(f"{folder}/{animal}")):
        path = f"{folder}/{animal}/{name}"
        try:
            with Image.open(path) as picture:
                images.append(np.asarray(picture.convert("RGB").resize((150, 150))))
        except OSError:
            continue
        labels.append(label)
        taken += 1
        if taken == 100:
            break
images, labels = np.stack(images), np.array(labels)
"""
BUILD = """import keras

def create_model():
    model = keras.Sequential([
        keras.Input((150, 150, 3)),
        keras.layers.Rescaling(1 / 255),
        keras.layers.Conv2D(8, 3, activation="relu"),
        keras.layers.MaxPooling2D(4),
        keras.layers.Conv2D(16, 3, activation="relu"),
        keras.layers.MaxPooling2D(4),
        keras.layers.Flatten(),
        keras.layers.Dense(1, activation="sigmoid"),
    ])
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model
"""
TRAIN = """model = create_model()
history = model.fit(images, labels, epochs=1, verbose=0)
"""
CHECKS = (
    "assert create_model().input_shape == (None, 150, 150, 3)",
    "assert create_model().layers[-1].units == 1",
    'assert create_model().loss == "binary_crossentropy"',
)
CHECK_BUILT = "assert len(create_model().layers) == 7"
CHECK_TRAINED = 'assert history.history["accuracy"][-1] > 0.2'

RUBRIC = """
title = "A small network"
image_shape = [150, 150, 3]
functions = [{ name = "create_model", role = "model" }]
[[criteria]]
id = "shape"
check = "input_shape"
title = "The input's shape"
function = "create_model"
points = 1
parameters = { shape = [150, 150, 3] }
[[criteria]]
id = "last"
check = "output_layer"
title = "The last layer"
function = "create_model"
points = 1
parameters = { units = [1] }
[[criteria]]
id = "metrics"
check = "metrics"
title = "The metric"
function = "create_model"
points = 1
[[criteria]]
"""
BUILT = """id = "size"
check = "parameter_budget"
title = "A small one"
function = "create_model"
points = 1
parameters = { total = 1000000 }
"""
TRAINED = """id = "accuracy"
check = "train_accuracy"
title = "Accuracy in training"
points = 1
parameters = { minimum = 0.2 }
"""


@dataclass(frozen=True)
class Kind:
    """One kind of notebook."""

    name: str
    cells: tuple[str, ...]
    checks: tuple[str, ...]
    rubric: str
    goal: float
    """How many times the submissions per minute of either peer."""


KINDS = (
    Kind("an epoch on 200 images", (LOAD, BUILD, TRAIN), (*CHECKS, CHECK_TRAINED), RUBRIC + TRAINED, 5),
    Kind("no training", (BUILD,), (*CHECKS, CHECK_BUILT), RUBRIC + BUILT, 10),
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n", maxsplit=1)[0])
    parser.add_argument("--students", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=1, help="times that every tool grades the class")
    parser.add_argument("--only", choices=["trained", "built"], help="one kind of notebook")
    cache = platformdirs.user_cache_path("cnn-grader") / "benchmark-peers"
    parser.add_argument("--cache", type=Path, default=cache, help="folder of the virtual environments")
    arguments = parser.parse_args()
    programs = [environment(arguments.cache, package) for package in PEERS]
    print(machine())
    wanted = {"trained": KINDS[:1], "built": KINDS[1:]}.get(arguments.only, KINDS)
    for kind in wanted:
        with TemporaryDirectory() as name:
            compare(Path(name), kind, programs, arguments.students, arguments.rounds)


def environment(cache: Path, package: str) -> Path:
    """The folder of a peer's programs, installed where it is missing; prints its version."""
    folder = cache / package
    python = folder / "bin" / "python"
    if not (folder / "whole").exists():
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", package], check=True)
        packages = folder / "lib" / f"python3.{sys.version_info.minor}" / "site-packages"
        (packages / "behind.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
        (folder / "whole").touch()
    line = [str(python), "-c", f"from importlib.metadata import version; print(version({package!r}))"]
    print(f"{package} {subprocess.run(line, check=True, capture_output=True, text=True).stdout.strip()}")
    return python.parent


def compare(folder: Path, kind: Kind, programs: list[Path], students: int, rounds: int) -> None:
    """All three tools on one class, in turn."""
    names = [f"s{number:02}" for number in range(students)]

    def ready(room: Path, names: list[str]) -> dict[str, Callable[[], list[float]]]:
        return {
            "nbgrader autograde": nbgrader(room / "nbgrader", kind, programs[0], names),
            "otter run": otter(room / "otter", kind, programs[1], names),
            "grader grade": ours(room / "ours", kind, names),
        }

    tools, first = ready(folder / "class", names), ready(folder / "first", names[:1])
    taken: dict[str, list[float]] = {tool: [] for tool in tools}
    each: dict[str, list[float]] = {tool: [] for tool in tools}
    busy: dict[str, list[float]] = {tool: [] for tool in tools}
    for _ in range(rounds):
        for tool, run in tools.items():
            first[tool]()
            start, before = time.perf_counter(), sum(os.times()[2:4])
            ends = run()
            taken[tool].append(time.perf_counter() - start)
            busy[tool].append((sum(os.times()[2:4]) - before) / students)
            each[tool] += [after - before for before, after in zip([start, *ends], ends, strict=False)]
    print(f"\n{kind.name}, {students} submissions, {rounds} round(s)")
    rates = {tool: 60 * students / statistics.median(seconds) for tool, seconds in taken.items()}
    for tool, rate in rates.items():
        print(f"  {tool:20} {rate:6.1f} submissions a minute; whole command, s: {spread(taken[tool])}")
        print(f"  {'':20}        from one finished notebook to the next, s: {spread(each[tool])}")
        print(f"  {'':20}        processor time for each, all processes, s: {spread(busy[tool])}")
    own = rates["grader grade"]
    steady = statistics.median(each["grader grade"])
    for tool in list(tools)[:2]:
        print(
            f"  {own / rates[tool]:.1f} times {tool} by whole commands (goal {kind.goal:g}), "
            f"{statistics.median(each[tool]) / steady:.1f} times from notebook to notebook"
        )


def notebook(cells: Iterable[Any]) -> str:
    """A notebook of these code cells, each a source or a cell."""
    made = []
    for number, cell in enumerate(cells):
        whole = {"source": cell} if isinstance(cell, str) else cell
        base: dict[str, Any] = {
            "cell_type": "code",
            "id": f"c{number}",
            "metadata": {},
            "outputs": [],
            "execution_count": None,
        }
        made.append({"execution_count": None} | base | whole)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    metadata = {"kernelspec": kernel}
    return json.dumps({"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def nbgrader(folder: Path, kind: Kind, programs: Path, names: list[str]) -> Callable[[], list[float]]:
    """A course as nbgrader wants it."""

    def cell(source: str, grade_id: str, *, graded: bool) -> dict[str, Any]:
        marks = {"grade": graded, "grade_id": grade_id, "locked": graded, "solution": not graded, "task": False}
        more = {"points": 1} if graded else {}
        return {"source": source, "metadata": {"nbgrader": {"schema_version": 3, **marks, **more}}}

    checks = [cell(check, f"check-{n}", graded=True) for n, check in enumerate(kind.checks)]
    source = folder / "source" / "ps1"
    source.mkdir(parents=True)
    answers = [cell(part, f"answer-{n}", graded=False) for n, part in enumerate(kind.cells)]
    (source / "ps1.ipynb").write_text(notebook([*answers, *checks]))
    (folder / "nbgrader_config.py").write_text("c = get_config()\nc.ExecutePreprocessor.timeout = 600\n")
    run_quietly([programs / "nbgrader", "generate_assignment", "ps1"], folder)
    for name in names:
        home = folder / "submitted" / name / "ps1"
        home.mkdir(parents=True)
        own = [cell(part + f"# {name}\n", f"answer-{n}", graded=False) for n, part in enumerate(kind.cells)]
        (home / "ps1.ipynb").write_text(notebook([*own, *checks]))

    def run() -> list[float]:
        shutil.rmtree(folder / "autograded", ignore_errors=True)
        line = [programs / "nbgrader", "autograde", "ps1", "--force"]
        ends = watch(line, folder, "Writing ")
        ends = ends[1::2]  # each notebook is written twice: cleaned, then executed
        run_quietly([programs / "nbgrader", "export"], folder)
        rows = (folder / "grades.csv").read_text().splitlines()
        column = rows[0].split(",").index("raw_score")
        check_marks("nbgrader", [float(row.split(",")[column]) for row in rows[1:]], names)
        return ends

    return run


def otter(folder: Path, kind: Kind, programs: Path, names: list[str]) -> Callable[[], list[float]]:
    """A configuration of tests, and a folder of notebooks."""
    (folder / "tests").mkdir(parents=True)
    for number, check in enumerate(kind.checks):
        case = {"code": f">>> {check}", "hidden": False, "locked": False}
        suite = {"cases": [case], "scored": True, "setup": "", "teardown": "", "type": "doctest"}
        test = {"name": f"q{number}", "points": 1, "suites": [suite]}
        (folder / "tests" / f"q{number}.py").write_text(f"OK_FORMAT = True\ntest = {test!r}\n")
    line = [programs / "otter", "generate", "-t", "tests", "-o", "autograder.zip", "--no-requirements"]
    run_quietly([*line, "--no-environment", "--no-config"], folder)
    for name in names:
        (folder / f"{name}.ipynb").write_text(notebook(part + f"# {name}\n" for part in kind.cells))

    def run() -> list[float]:
        ends, marks = [], []
        for name in names:
            out = folder / "results" / name
            out.mkdir(parents=True, exist_ok=True)
            words = ["run", f"{name}.ipynb", "-a", "autograder.zip", "-o", out, "--no-logo"]
            run_quietly([programs / "otter", *words], folder)
            ends.append(time.perf_counter())
            tests = json.loads((out / "results.json").read_text())["tests"]
            marks.append(sum(float(test.get("score", 0)) for test in tests))
        check_marks("otter", marks, names)
        return ends

    return run


def ours(folder: Path, kind: Kind, names: list[str]) -> Callable[[], list[float]]:
    """A course of one week, and a folder of notebooks."""
    week = folder / "solutions" / "week1"
    week.mkdir(parents=True)
    (week.parent / "course.toml").write_text('title = "Peers"\n[weeks.week1]\ndata = "cats-dogs"\n')
    (week / "rubric.toml").write_text(kind.rubric)
    shutil.copytree(ROOT / "templates", folder / "templates")
    (folder / "class").mkdir()
    for name in names:
        (folder / "class" / f"{name}.ipynb").write_text(notebook(part + f"# {name}\n" for part in kind.cells))
    draw_data(folder)

    def run() -> list[float]:
        line = [sys.executable, "-m", "grader", "--course", folder, "grade", "week1", folder / "class", "--rerun"]
        ends = watch([*line, "--out", folder / "out"], folder, "[")
        cards = json.loads((folder / "out" / "scores.json").read_text())["submissions"]
        check_marks("grader", [card["score"] or 0.0 for card in cards], names)
        return ends

    return run


def surroundings(program: str) -> dict[str, str]:
    """What a tool gets: its own programs first, the images, and TensorFlow that says little."""
    path = f"{Path(program).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    images = str(ensure("cats-dogs") / "PetImages")
    return os.environ | {"PATH": path, "PET_IMAGES": images, "TF_CPP_MIN_LOG_LEVEL": "3", "GRADER_GRADEBOOK": ""}


def run_quietly(line: list[Any], folder: Path) -> None:
    """Run a command; what it said is shown only where it fails."""
    words = list(map(str, line))
    done = subprocess.run(words, cwd=folder, env=surroundings(words[0]), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(words)}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")


def watch(line: list[Any], folder: Path, mark: str) -> list[float]:
    """Run a command; when each line that has the mark came, which tells that a notebook is finished."""
    words = list(map(str, line))
    ends, said = [], []
    with subprocess.Popen(
        words, cwd=folder, env=surroundings(words[0]), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        for text in process.stdout:
            said.append(text)
            if mark in text:
                ends.append(time.perf_counter())
    if process.returncode:
        raise SystemExit(f"{' '.join(words)}\n{''.join(said)[-3000:]}")
    return ends


def check_marks(tool: str, marks: list[float], names: list[str]) -> None:
    """A tool that does not grade them all as right is not compared."""
    if marks != [FULL] * len(names):
        raise SystemExit(f"{tool} gave {marks} instead of {FULL} to each of {len(names)}")


if __name__ == "__main__":
    main()
