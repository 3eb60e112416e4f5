"""Whatever a person types or hands in: a clear message, the exit status of the contract, and no traceback."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
GRADER = [sys.executable, "-m", "grader"]


def grader(*arguments: object, cwd: Path = ROOT, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*GRADER, *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


def told(done: subprocess.CompletedProcess[str], status: int, *words: str) -> None:
    assert done.returncode == status, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr, done.stderr


def notebook(*sources: str) -> str:
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells))


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A copy of the course's own files, to be broken."""
    for part in ("solutions", "templates"):
        shutil.copytree(ROOT / part, tmp_path / "course" / part)
    return tmp_path / "course"


def test_a_path_that_is_missing(tmp_path):
    told(grader("grade", "week1", tmp_path / "none"), 2, "no such file or folder")


def test_a_folder_without_notebooks(tmp_path):
    (tmp_path / "notes.txt").write_text("hello")
    told(grader("grade", "week1", tmp_path), 2, "no notebook in this folder", ".ipynb")


def test_no_path_at_all():
    told(grader("grade", "week1"), 2, "Missing argument")


def test_an_unknown_week_suggests_the_nearest(tmp_path):
    told(grader("grade", "wek1", tmp_path), 2, "Did you mean 'week1'")


def test_two_notebooks_of_one_student(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "alice.ipynb").write_text(notebook("1"))
    told(grader("grade", "week1", tmp_path), 2, "two notebooks", "a/alice.ipynb", "b/alice.ipynb")


def test_outside_a_course(tmp_path):
    told(grader("grade", "week1", tmp_path, cwd=tmp_path), 2, "no course here", "--course DIR")


def test_a_broken_rubric_names_file_line_and_allowed_values(course, tmp_path):
    rubric = course / "solutions" / "week1" / "rubric.toml"
    (tmp_path / "alice.ipynb").write_text(notebook("1"))
    rubric.write_text(rubric.read_text().replace('check = "loss_activation"', 'check = "loss_activaton"'))
    done = grader("--course", course, "grade", "week1", tmp_path / "alice.ipynb")
    told(done, 2, "rubric.toml", "criteria[pairing].check", "Did you mean 'loss_activation'")


def test_a_machine_without_a_sandbox_grades_nothing_and_says_how_to_install_one(tmp_path):
    (tmp_path / "alice.ipynb").write_text(notebook("open('/tmp/ran-without-a-sandbox', 'w')"))
    empty = tmp_path / "bin"
    empty.mkdir()
    done = grader("grade", "week1", tmp_path / "alice.ipynb", "--out", tmp_path / "out", env={"PATH": str(empty)})
    told(done, 4, "bubblewrap", "apt-get install bubblewrap")
    assert not (tmp_path / "out").exists()


def test_rejudge_before_anything_was_graded(tmp_path):
    env = {"GRADER_GRADEBOOK": str(tmp_path / "gradebook.sqlite")}
    told(grader("rejudge", "week1", "--out", tmp_path, env=env), 2, "no observations", "grader grade week1")


def test_generate_check_tells_a_notebook_that_was_edited_by_hand(course):
    assert grader("--course", course, "generate").returncode == 0
    assert grader("--course", course, "generate", "--check").returncode == 0
    made = course / "assignments" / "week1" / "week1.ipynb"
    made.write_text(made.read_text().replace("Your turn", "Yours"))
    told(grader("--course", course, "generate", "--check"), 1, "grader generate")


@pytest.fixture(scope="module")
def odd_class(tmp_path_factory) -> dict[str, dict]:
    """Hand-ins that are no proper notebooks, graded together with one that is."""
    folder = tmp_path_factory.mktemp("odd")
    (folder / "honest.ipynb").write_text(notebook("x = 1"))
    (folder / "nojson.ipynb").write_text("my homework")
    (folder / "binary.ipynb").write_bytes(b"\x89PNG\xff\xfe")
    (folder / "huge.ipynb").write_text(" " * (11 * 2**20))
    (folder / "empty.ipynb").write_text("")
    old = {"cell_type": "code", "input": ["y = 2"], "outputs": [], "language": "python", "metadata": {}}
    worksheets = [{"cells": [old], "metadata": {}}]
    version3 = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": worksheets}
    (folder / "old.ipynb").write_text(json.dumps(version3))
    (folder / "<b>& .ipynb").write_text(notebook("print('<script>alert(1)</script>')"))
    out = tmp_path_factory.mktemp("out")
    done = grader("grade", "week1", folder, "--out", out)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return {card["student"]: card for card in json.loads((out / "scores.json").read_text())["submissions"]}


@pytest.mark.parametrize(
    ("student", "word"),
    [("nojson", "not JSON"), ("binary", "not text"), ("huge", "MiB"), ("empty", "not JSON")],
)
def test_a_file_that_is_no_notebook_scores_nothing_and_is_told_why(odd_class, student, word):
    card = odd_class[student]
    assert card["score"] == 0.0
    assert not card["held"]
    assert word in card["verdicts"][0]["feedback"]


@pytest.mark.parametrize("student", ["honest", "old", "<b>& "])
def test_its_neighbours_keep_what_they_earned(odd_class, student):
    verdicts = {verdict["criterion"]: verdict for verdict in odd_class[student]["verdicts"]}
    assert verdicts["notebook-runs"]["outcome"] == "passed"
    assert verdicts["create-model"]["outcome"] == "failed"


def test_a_score_under_the_threshold_is_exit_status_1(tmp_path):
    (tmp_path / "alice.ipynb").write_text("no notebook")
    out = tmp_path / "out"
    told(grader("grade", "week1", tmp_path / "alice.ipynb", "--out", out, "--fail-under", 50), 1, "under 50 %")
