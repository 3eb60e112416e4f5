"""The whole road of a learning platform: its zip is graded, and its own file comes back with the grades."""

import csv
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

ROSTER = """Student,ID,SIS User ID,SIS Login ID,Section,Week 1 (501),Current Score
    Points Possible,,,,,10.00,(read only)
"Lee, Ann",101,S1,alee,Sec A,,
"Roe, Bo",102,S2,broe,Sec A,,
"Student, Test",199,,abc,Sec A,,
"""


@pytest.fixture(scope="module")
def grader(tmp_path_factory):
    """Runs a command on a gradebook of the test's own."""
    env = {**os.environ, "GRADER_GRADEBOOK": str(tmp_path_factory.mktemp("book") / "gradebook.sqlite")}

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        words = [sys.executable, "-m", "grader", *map(str, arguments)]
        done = subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done

    return run


def test_a_download_of_canvas_is_graded_and_its_gradebook_filled(grader, tmp_path):
    # None of these is a notebook that can be read, so that none takes time to run.
    with zipfile.ZipFile(tmp_path / "submissions.zip", "w") as packed:
        packed.writestr("leeann_101_2002_week1-1.ipynb", "second try")
        packed.writestr("leeann_101_2001_week1.ipynb", "first try")
        packed.writestr("roebo_LATE_102_2003_week1.ipynb", "late")
    done = grader("grade", "week1", tmp_path / "submissions.zip", "--out", tmp_path / "out")
    assert "of which the latest counts: leeann_101 (week1-1.ipynb, not week1.ipynb)" in done.stderr
    assert "late by Canvas's mark, which does not say how late: roebo_102" in done.stderr
    with (tmp_path / "out" / "grades.csv").open(newline="") as file:
        rows = {row["student"]: row["notebook"] for row in csv.DictReader(file)}
    assert rows == {
        "leeann_101": "leeann_101_2002_week1-1.ipynb",
        "roebo_102": "roebo_LATE_102_2003_week1.ipynb",
    }
    roster, filled = tmp_path / "Grades.csv", tmp_path / "Filled.csv"
    roster.write_text(ROSTER)
    done = grader("export", "week1", "--format", "canvas", "--roster", roster, "--out", filled)
    assert filled.read_text() == ROSTER.replace("Sec A,,\n", "Sec A,0.00,\n", 2)
    assert "left as they were, for they have no grade of week1: Student, Test" in done.stderr
