"""What grading a class of week 1 takes beyond training and predicting: wall time against that of the models alone.

    python benchmarks/class_of_40.py [--students 40] [--jobs N]

The class are the sample submissions that earn all points, in turn, each copy with a comment of its own. First they are
graded with the default sandbox, all cores and an empty gradebook, the start of the command included; only the course's
data is drawn before. Then one process,
which has imported TensorFlow and has run a model before the clock starts, runs the cells of the same notebooks one
after the other with all cores; of that only the time within `fit`, `evaluate` and `predict` counts, and the time to
predict the images that the grader asks each trained model about. The goal is a ratio of 1.15 or less.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from figures import machine, spread
from kills import draw_data

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "tests" / "submissions" / "week1"
WEEK, GOAL = "week1", 1.15
TIMED = ("fit", "evaluate", "predict")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n", maxsplit=1)[0])
    parser.add_argument("--students", type=int, default=40)
    parser.add_argument("--jobs", type=int)
    parser.add_argument("--models-of", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.models_of:
        models_alone(arguments.models_of)
        return
    print(machine())
    with TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("solutions", "templates", "assignments"):
            shutil.copytree(ROOT / part, folder / part)
        draw_data(folder)
        spellings = make_class(folder / "class", arguments.students)
        print(f"{arguments.students} submissions, {spellings} spellings")
        whole, runs = graded(folder, arguments.jobs)
        line = [sys.executable, __file__, "--models-of", str(folder)]
        said = subprocess.run(line, check=True, stdout=subprocess.PIPE, text=True, env=surroundings()).stdout
        alone: list[float] = json.loads(said.splitlines()[-1])
    print(f"each run in its sandbox, s: {spread(runs)}")
    print(f"each model alone, s:        {spread(alone)}")
    print(
        f"the class graded {whole:.1f} s, the models alone {sum(alone):.1f} s: {whole / sum(alone):.2f} (goal {GOAL})"
    )


def make_class(folder: Path, students: int) -> int:
    """Copies of the samples that earn all points; how many of them there are."""
    folder.mkdir()
    right = [p for p in sorted(SAMPLES.glob("*.toml")) if tomllib.loads(p.read_text()).get("expect_score") == 100]
    for number in range(students):
        source = right[number % len(right)].with_suffix(".ipynb")
        notebook = json.loads(source.read_text(encoding="utf-8"))
        code = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
        code["source"] = "".join(code["source"]) + f"\n# copy {number}"
        (folder / f"{source.stem}{number:02}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    return min(students, len(right))


def graded(folder: Path, jobs: int | None) -> tuple[float, list[float]]:
    """Wall time of grading the class, and the seconds of each run; all must earn all points."""
    words = ["--course", folder, "grade", WEEK, folder / "class", "--out", folder / "out"]
    line = [sys.executable, "-m", "grader", *words, *(["--jobs", jobs] if jobs else [])]
    start = time.perf_counter()
    subprocess.run(list(map(str, line)), check=True, stdout=subprocess.DEVNULL, env=surroundings())
    whole = time.perf_counter() - start
    scores = json.loads((folder / "out" / "scores.json").read_text(encoding="utf-8"))
    short = [c["student"] for c in scores["submissions"] if c["score"] != scores["max_score"]]
    if short:
        print(f"not all points: {', '.join(short)}")
    return whole, [card["run"]["seconds"] for card in scores["submissions"]]


def surroundings() -> dict[str, str]:
    """As in the sandbox, where it has a part in how long training takes."""
    own = {"TF_DETERMINISTIC_OPS": "1", "TF_CPP_MIN_LOG_LEVEL": "3", "MPLBACKEND": "agg", "GRADER_GRADEBOOK": ""}
    return os.environ | own


def models_alone(course: Path) -> None:
    """Print the seconds of training and predicting of each notebook of the class, as JSON."""
    import keras  # noqa: PLC0415 - only this process needs it
    import numpy as np  # noqa: PLC0415

    from grader.course import find_course  # noqa: PLC0415
    from grader.datasets import course_secret, ensure, ensure_holdout, training_sample  # noqa: PLC0415
    from grader.grade import TRAINING_SAMPLE  # noqa: PLC0415
    from grader.probe import old_keras  # noqa: PLC0415

    found = find_course(course)
    assignment = found.assignment(WEEK)
    data = ensure(assignment.data)
    asked = [
        source.pixels(*assignment.rubric.image_shape, "nearest").astype(np.float32) / 255
        for source in (
            training_sample(assignment.data, TRAINING_SAMPLE),
            ensure_holdout(assignment.data, course_secret(found.private), found.private),
        )
    ]
    old_keras.teach(keras)
    clock = Clock(keras)
    keras.utils.set_random_seed(1)
    warm = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    warm.compile("adam", "mse")
    warm.fit(np.zeros((4, 4)), np.zeros(4), verbose=0)
    taken = []
    for path in sorted((course / "class").glob("*.ipynb")):
        clock.seconds = 0.0
        keras.utils.set_random_seed(1)
        with TemporaryDirectory() as name:
            for part in data.iterdir():
                (Path(name) / part.name).symlink_to(part)
            namespace = run_cells(path, name)
        model = namespace["model"]
        for images in asked:
            for start in range(0, len(images), 32):
                batch = images[start : start + 32]
                clock.timed(lambda batch=batch, model=model: model.predict_on_batch(batch))()
        taken.append(clock.seconds)
    print(json.dumps(taken))


def run_cells(path: Path, home: str) -> dict[str, Any]:
    """Run a notebook's code in this process, with another folder for /tmp; its variables."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            lines = "".join(cell["source"]).replace("/tmp/", home + "/").splitlines()
            text = "\n".join("" if line.startswith(("%", "!")) else line for line in lines)
            with open(os.devnull, "w", encoding="utf-8") as void:  # noqa: PTH123
                out, sys.stdout = sys.stdout, void
                try:
                    exec(compile(text, path.name, "exec"), namespace)
                finally:
                    sys.stdout = out
    return namespace


class Clock:
    """Adds up the time within Keras' `fit`, `evaluate` and `predict`, calls within calls counted once."""

    def __init__(self, keras: Any) -> None:
        self.seconds = 0.0
        self._depth = 0
        for name in TIMED:
            setattr(keras.Model, name, self.timed(getattr(keras.Model, name)))

    def timed(self, work: Callable[..., Any]) -> Callable[..., Any]:
        """The function, with its time counted."""

        def run(*arguments: Any, **named: Any) -> Any:
            self._depth += 1
            start = time.perf_counter()
            try:
                return work(*arguments, **named)
            finally:
                self._depth -= 1
                self.seconds += time.perf_counter() - start if self._depth == 0 else 0.0

        return run


if __name__ == "__main__":
    main()
