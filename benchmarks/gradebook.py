"""What the gradebook costs: rejudging, grading an unchanged class again, and the page of a large class.

The class is made up: one real notebook's worth of observations each, with other numbers. The gradebook is SQLite unless
a URL is given. Three times each; the figures are the median, the least and the most.

    python benchmarks/gradebook.py [--students 10000] [--unchanged 1000] [--gradebook postgresql+psycopg://...]
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import insert

from grader.course import GRADEBOOK, Course, find_course
from grader.crew import Crew
from grader.grade import ClassGrader
from grader.gradebook import Gradebook, Kept
from grader.gradebook.tables import RunRow
from grader.observation import (
    Accuracy,
    CellRun,
    Directories,
    Figure,
    Function,
    History,
    KerasModel,
    Layer,
    Loss,
    Observations,
    Optimizer,
    Output,
    Pipeline,
    Run,
    RunStatus,
    Split,
)  # fmt: skip
from grader.report import class_page
from grader.report.pages import Pages
from grader.sandbox import choose_sandbox
from grader.scoring import Scorer, rejudge_class

ROOT = Path(__file__).parents[1]
SOLUTION = [
    (index, cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"]))
    for index, cell in enumerate(json.loads((ROOT / "solutions/week1/solution.ipynb").read_text())["cells"])
    if cell["cell_type"] == "code"
]
TIMES = 3


def sources(number: int) -> list[tuple[int, str]]:
    """Code cells of week 1's solution, with lines of a student's own; the first hundred are fifty copies."""
    own = number // 2 if number < 100 else number
    lines = "\n".join(f"    # my way {line}\n    set_{own}_{line}.choose(value_{line}[{own}])" for line in range(4))
    return [(index, f"{source}\n{lines}" if "def " in source else source) for index, source in SOLUTION]


def observed(number: int) -> Observations:
    """As much as week 1's solution leaves."""
    layers = tuple(
        Layer(name=f"layer_{i}", kind=kind, activation="relu", output_shape=(None, 74, 74, 16), parameters=4640,
              trainable=4640, settings={"filters": 16, "kernel_size": [3, 3], "strides": [1, 1]})
        for i, kind in enumerate(["Conv2D", "MaxPooling2D"] * 4 + ["Flatten", "Dense", "Dense"])
    )  # fmt: skip
    model = KerasModel(
        input_shape=(None, 150, 150, 3), output=Output(units=1, activation="sigmoid", layer="Dense"), layers=layers,
        parameters=400_000 + number, trainable=400_000, compiled=True, loss=Loss(name="binary_crossentropy"),
        metrics=("binary_accuracy",), optimizer=Optimizer(name="rmsprop", learning_rate=0.001),
        first_convolution_range=(0.0, 1.0),
    )  # fmt: skip
    pipeline = Pipeline(
        image_shape=(150, 150, 3), batch_size=32, images=40, high=1.0, scale=1 / 255, label_form="integers",
        label_shape=(32,), label_values=(0.0, 1.0), classes=2, labels_right=1.0, naming={0: 0, 1: 1},
    )  # fmt: skip
    split = Split(
        share=0.9, files=40, empty=1, training=36, validation=4, shared=0, lost=0, foreign=0, empty_copied=0,
        source_intact=True, in_order=False, empty_reported=1,
    )  # fmt: skip
    names = {"create_train_val_dirs": 1, "split_data": 4, "train_val_generators": 2, "create_model": 0}
    rising, falling = (
        tuple(round(start + step * epoch + number % 97 / 1000, 6) for epoch in range(15))
        for start, step in ((0.5, 0.02), (0.7, -0.03))
    )
    right = 92 + number % 8 if number % 4 else 30 + number % 25  # none so close to a threshold that it is run again
    accuracy = Accuracy(correct=2 * right, images=200, classes=("cats", "dogs"), confusion=((right, 100 - right),) * 2)
    return Observations(
        run=Run(status=RunStatus.OK, seconds=12.3, cells=tuple(
            CellRun(index=i, status="ok", seconds=0.5, source=source) for i, source in sources(number))),
        functions={
            name: Function(name=name, defined=True, parameters=tuple("abcd"[:count]), cell=3)
            for name, count in names.items()
        },
        directories=Directories(folders=("training", "training/cats", "training/dogs", "validation", "validation/cats",
                                         "validation/dogs")),
        splits=(split, split), training_data=pipeline, validation_data=pipeline, built_model=model, trained_model=model,
        history=History(epochs=15, curves={
            "accuracy": rising, "loss": falling, "val_accuracy": rising, "val_loss": falling,
        }),
        train_accuracy=accuracy, holdout_accuracy=accuracy,
        figures=(Figure(cell=18, width=640, height=480, colours=40),),
    )  # fmt: skip


def timed(
    what: str,
    goal: float,
    work: Callable[[], object],
    times: int = TIMES,
    *,
    before: Callable[[int], object] = lambda _: None,
) -> None:
    seconds, busy = [], []
    for number in range(times):
        before(number)
        start, spent = time.perf_counter(), sum(os.times()[:4])
        work()
        seconds.append(time.perf_counter() - start)
        busy.append(sum(os.times()[:4]) - spent)
    spread = f"{statistics.median(seconds):6.2f} s (from {min(seconds):.2f} to {max(seconds):.2f})"
    print(f"{what:66} {spread}, {statistics.median(busy):.2f} s of processor time   goal {goal:g} s", flush=True)


def fill(course: Course, runs: Iterator[Kept]) -> None:
    """Runs as `grade` keeps them, but many in one transaction."""
    scorer = Scorer.of(course, "week1")
    with Gradebook(course.gradebook) as book, book._database.write() as session:
        judged = []
        for number, kept in enumerate(runs, 1):
            session.execute(
                insert(RunRow).values(
                    id=number, week="week1", student=kept.student, notebook=kept.notebook, sha256=kept.sha256,
                    key=kept.key, status="ok", seconds=12.3, at=datetime.now(UTC), grader="benchmark",
                    observations=kept.observations.model_dump_json(),
                )
            )  # fmt: skip
            numbered = Kept(kept.student, kept.notebook, kept.sha256, kept.key, kept.observations, number)
            judged.append(scorer.judge(numbered, kept.notebook, None, reused=False))
        book._record(session, "week1", judged, "graded")


def change(course: Course, line: str, to: str) -> None:
    rubric = course.root / "solutions" / "week1" / "rubric.toml"
    text = rubric.read_text(encoding="utf-8")
    if line not in text:
        raise SystemExit(f"week 1's rubric has no line {line!r} any more: change this benchmark")
    rubric.write_text(text.replace(line, to), encoding="utf-8")


def command(course: Course, *words: object) -> None:
    line = [sys.executable, "-m", "grader", "--course", course.root, *words]
    subprocess.run(list(map(str, line)), check=True, stdout=subprocess.DEVNULL)


def files(folder: Path) -> dict[str, int]:
    """Name of each file -> when it was written."""
    return {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} if folder.exists() else {}


def rejudging(course: Course, students: int) -> None:
    """The whole command, as somebody types it, with all that it writes."""
    fill(course, (Kept(f"s{n:05}", f"s{n:05}.ipynb", f"{n:064}", f"k{n}", observed(n)) for n in range(students)))
    out = course.root / "out"

    def case(what: str, changes: Sequence[tuple[str, str]], times: int = TIMES) -> None:
        there: list[dict[str, int]] = []

        def before(number: int) -> None:
            change(course, *changes[number])
            there.append(files(out))

        timed(
            f"`grader rejudge` of {students:,}, {what}",
            10,
            lambda: command(course, "rejudge", "week1", "--out", out),
            times,
            before=before,
        )
        new = [name for name, at in files(out).items() if there[-1].get(name) != at]
        pages = sum(name.endswith(".html") and name != "index.html" for name in new)
        print(f"{'':8}written: {pages:,} students' pages, {len(new) - pages} others")

    def to_and_fro(one: str, other: str) -> list[tuple[str, str]]:
        return [(one, other), (other, one)] * TIMES

    same = "parameters = { epochs = 3 }"
    said = same + '\nwords = { history-disagrees = "It says {claimed}, and the model reaches {measured}." }'
    case("no report there yet", [(same, same)], 1)
    case("nothing changed", [(same, same)] * TIMES)
    case("a message reworded that a quarter is told", to_and_fro(same, said))
    case("a threshold changed that three quarters reached", to_and_fro("minimum = 0.75", "minimum = 0.951"))
    case("points changed that every page shows", to_and_fro("points = 15", "points = 16"))
    with Gradebook(course.gradebook) as book, Crew() as crew:
        timed(
            f"of that, judging {students:,} and recording it",
            10,
            lambda: rejudge_class(course, "week1", book, crew=crew),
            before=lambda number: change(course, *to_and_fro("points = 16", "points = 15")[number]),
        )
        graded = rejudge_class(course, "week1", book, crew=crew)
    timed(f"the class page of {students:,}", 10, lambda: class_page.render(graded.scores, Pages(course.templates)))


def grading_again(course: Course, students: int) -> None:
    shutil.copytree(ROOT / "solutions", course.root / "solutions", dirs_exist_ok=True)  # the rubric was changed
    folder = course.root / "class"
    folder.mkdir()
    for number in range(students):
        cell = {"cell_type": "code", "id": "a", "metadata": {}, "outputs": [], "execution_count": None,
                "source": f"x = {number}\n" + "# a notebook's worth of text\n" * 500}  # fmt: skip
        notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        (folder / f"t{number:05}.ipynb").write_text(json.dumps(notebook))
    box = choose_sandbox("auto")
    with Gradebook(course.gradebook) as book:
        grader = ClassGrader.prepare(course, "week1", [folder], book, sandbox=box)
    keys = {s.student: (s.digest(), grader.runner.key(s.digest())) for s in grader.submissions}
    shutil.rmtree(course.root / "out", ignore_errors=True)
    if "://" not in str(course.gradebook):
        for path in course.private.glob("gradebook.sqlite*"):
            path.unlink()
    fill(course, (Kept(s, f"{s}.ipynb", d, k, observed(n)) for n, (s, (d, k)) in enumerate(keys.items())))
    words = ("grade", "week1", folder, "--out", course.root / "out")
    timed(f"`grader grade` of {students:,} kept, every student's page drawn", 5, lambda: command(course, *words), 1)
    timed(f"`grader grade` of {students:,} again, nothing changed", 5, lambda: command(course, *words))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n", maxsplit=1)[0])
    parser.add_argument("--students", type=int, default=10_000)
    parser.add_argument("--unchanged", type=int, default=1_000)
    parser.add_argument("--gradebook", default="")
    arguments = parser.parse_args()
    os.environ[GRADEBOOK] = arguments.gradebook
    with tempfile.TemporaryDirectory() as name:
        for part in ("solutions", "templates", "assignments"):
            shutil.copytree(ROOT / part, Path(name) / part)
        course = find_course(Path(name))
        size = len(observed(1).model_dump_json())
        print(f"one run's observations: {size:,} bytes of JSON; load of the machine {os.getloadavg()[0]:.1f}")
        rejudging(course, arguments.students)
        if not arguments.gradebook:
            grading_again(course, arguments.unchanged)


if __name__ == "__main__":
    main()
