"""What `grade` and `rejudge` say to scripts: JSON alone on standard output, or the path of the report alone."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def env(tmp_path_factory) -> dict[str, str]:
    return {**os.environ, "GRADER_GRADEBOOK": str(tmp_path_factory.mktemp("book") / "gradebook.sqlite")}


def grader(env: dict[str, str], *arguments: object, status: int = 0) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "grader", *map(str, arguments)]
    done = subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stderr
    return done


@pytest.fixture(scope="module")
def graded(env, tmp_path_factory) -> tuple[subprocess.CompletedProcess[str], Path]:
    """A class of one, whose file is no notebook, graded for a script that wants a score."""
    folder, out = tmp_path_factory.mktemp("class"), tmp_path_factory.mktemp("out")
    (folder / "alice.ipynb").write_text("my homework")
    return grader(env, "grade", "week1", folder, "--out", out, "--json", "--fail-under", 50, status=1), out


def test_json_is_the_document_that_is_written_beside_the_report(graded):
    done, out = graded
    assert done.stdout == (out / "scores.json").read_text()
    assert json.loads(done.stdout)["submissions"][0]["student"] == "alice"


def test_progress_and_warnings_go_to_the_error_stream(graded):
    assert "[1/1] alice" in graded[0].stderr
    assert "under 50 %" in graded[0].stderr


def test_quiet_leaves_the_path_of_the_report(graded, env, tmp_path):
    done = grader(env, "rejudge", "week1", "--out", tmp_path, "--quiet")
    assert (done.stdout, done.stderr) == (f"{tmp_path / 'index.html'}\n", "")
    assert (tmp_path / "index.html").is_file()


def test_a_rejudged_class_is_json_too(graded, env, tmp_path):
    done = grader(env, "rejudge", "week1", "--out", tmp_path, "--json")
    assert json.loads(done.stdout)["submissions"][0]["score"] == 0


def test_an_error_is_not_on_standard_output(env, tmp_path):
    done = grader(env, "grade", "wek1", tmp_path, "--json", status=2)
    assert done.stdout == ""
    assert "Did you mean 'week1'?" in done.stderr
