"""The zip of a Gradescope autograder: what is in it, and that it grades."""

import io
import json
import os
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from grader.course import find_course
from grader.datasets.storage import cache_root
from grader.errors import CourseError
from grader.export.autograder import build
from grader.export.harness import grade_submission
from grader.lateness import TimeTable

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def content() -> bytes:
    return build(find_course(ROOT), "week1")


@pytest.fixture(scope="module")
def packed(content: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(content))


def test_the_two_programs_lie_at_the_top_and_can_be_started(packed):
    for name in ("setup.sh", "run_autograder"):
        entry = packed.getinfo(name)
        assert stat.S_IMODE(entry.external_attr >> 16) == 0o755
        assert packed.read(name).startswith(b"#!/usr/bin/env bash\n")
        assert subprocess.run(["bash", "-n"], input=packed.read(name), check=False).returncode == 0


def test_rubric_and_package_are_in_it_and_no_solution_other_week_or_secret_is(packed):
    names = set(packed.namelist())
    assert {"course/solutions/course.toml", "course/solutions/week1/rubric.toml", "package/grader/cli.py"} <= names
    assert "course/templates/report/student.html.j2" in names
    for name in names:
        assert not name.endswith("solution.ipynb")
        assert "__pycache__" not in name
        assert not any(part.startswith(".") for part in name.split("/"))
        assert not name.startswith("course/solutions/week2")
    assert json.loads(packed.read("plan.json")) == {
        "week": "week1", "data": "cats-dogs", "source": "stand-in", "base": "",
    }  # fmt: skip


def test_packages_are_pinned_to_the_versions_that_are_here(packed):
    import numpy

    lines = packed.read("requirements.txt").decode().splitlines()
    assert f"numpy=={numpy.__version__}" in lines
    assert all("==" in line for line in lines)


def test_the_same_course_gives_the_same_zip(content):
    assert build(find_course(ROOT), "week1") == content


def test_a_table_of_times_is_refused():
    course = find_course(ROOT)
    week = course.settings.weeks["week1"].model_copy(update={"times": TimeTable(file="times.csv")})
    settings = course.settings.model_copy(update={"weeks": {"week1": week}})
    with pytest.raises(CourseError, match=r"weeks\.week1\.times"):
        build(type(course)(course.root, settings), "week1")


def test_the_notebook_of_the_week_is_found_and_a_student_without_one_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(grade_submission, "HOME", tmp_path)
    folder = tmp_path / "submission"
    folder.mkdir()
    assert grade_submission.notebook_of("week1") == "There is no notebook in what you handed in. Hand in week1.ipynb."
    (folder / "mine.ipynb").write_text("x")
    assert grade_submission.notebook_of("week1") == folder / "mine.ipynb"
    (folder / "other.ipynb").write_text("x")
    assert "There are 2 notebooks in what you handed in: mine.ipynb, other.ipynb." in str(
        grade_submission.notebook_of("week1")
    )
    (folder / "week1.ipynb").write_text("x")
    assert grade_submission.notebook_of("week1") == folder / "week1.ipynb"


def test_gradescope_says_when_it_came_in(tmp_path, monkeypatch):
    monkeypatch.setattr(grade_submission, "HOME", tmp_path)
    assert grade_submission.handed_in() is None
    (tmp_path / "submission_metadata.json").write_text('{"created_at": "2026-11-01T10:00:00.000000-08:00"}')
    assert grade_submission.handed_in() == 1793556000


@pytest.mark.slow
def test_it_grades_a_submission_as_gradescope_would_start_it(packed, tmp_path):
    home = tmp_path / "autograder"
    packed.extractall(home / "source")
    python = home / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    (home / "cache").symlink_to(cache_root())
    (home / "submission").mkdir()
    shutil.copy(ROOT / "assignments" / "week1" / "week1.ipynb", home / "submission")
    (home / "run_autograder").write_bytes(packed.read("run_autograder"))
    environment = {**os.environ, "AUTOGRADER": str(home), "GRADER_SANDBOX": "none"}
    environment.pop("GRADER_GRADEBOOK", None)
    done = subprocess.run(
        ["bash", home / "run_autograder"], env=environment, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    results = json.loads((home / "results" / "results.json").read_text())
    assert results["score"] == 0
    assert results["tests"][0]["status"] == "failed"
