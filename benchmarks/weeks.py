"""Each week's solution and its untouched student notebook, graded cold: score and wall clock of the whole command.

Cold means that every run starts programs and imports TensorFlow anew (`--sandbox bwrap`), and that the notebook is not
known yet; only the data sets are there, as they are after a course's first run.

    python benchmarks/weeks.py [WEEK ...]
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from grader.course import GRADEBOOK, find_course

ROOT = Path(__file__).parents[1]
GRADER = Path(sys.executable).with_name("grader")


def grade(week: str, notebook: Path) -> tuple[float, float]:
    """Score, in percent, and seconds."""
    with tempfile.TemporaryDirectory() as out:
        environment = {**os.environ, GRADEBOOK: str(Path(out) / "gradebook.sqlite")}
        start = time.perf_counter()
        subprocess.run(
            [GRADER, "grade", week, notebook, "--out", out, "--sandbox", "bwrap"],
            cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        seconds = time.perf_counter() - start
        scores = json.loads((Path(out) / "scores.json").read_text(encoding="utf-8"))
    return 100 * scores["submissions"][0]["score"] / scores["max_score"], seconds


def main() -> None:
    course = find_course(ROOT)
    print(f"{'week':<12}{'solution':>10}{'seconds':>10}{'stub':>8}{'seconds':>10}")
    for week in sys.argv[1:] or course.settings.weeks:
        grade(week, course.student_notebook(week))  # makes the data
        solution, seconds = grade(week, course.assignment(week).solution)
        stub, short = grade(week, course.student_notebook(week))
        print(f"{week:<12}{solution:>8.0f} %{seconds:>10.1f}{stub:>6.0f} %{short:>10.1f}", flush=True)


if __name__ == "__main__":
    main()
