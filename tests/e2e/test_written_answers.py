"""A week with a question: asked in the student notebook, answered, handed in, read in the review, in the reports."""

import json
import shutil
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from grader.cli import main
from grader.course import GRADEBOOK, find_course
from grader.gradebook import Gradebook
from grader.review import Desk

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
RUBRIC = """
title = "Week 1: a question"
image_shape = [150, 150, 3]

[[functions]]
name = "create_train_val_dirs"
role = "directories"

[[criteria]]
id = "directories"
check = "function_defined"
title = "Folders"
function = "create_train_val_dirs"
points = 4
parameters = { makes_folders = ["training/cats"] }

[[criteria]]
id = "why"
check = "written"
title = "Why two parts"
goal = "You say in your own words why data is divided."
points = 6
parameters = { heading = "Answer 1", words = 3 }
"""
QUESTION = "## Question 1\n\nWhy is the data divided?"
ANSWER = "### Answer 1\n\n*Write your answer here.*"
SOLUTION = """import os


def create_train_val_dirs(root_path):
    ### BEGIN SOLUTION
    os.makedirs(os.path.join(root_path, "training", "cats"))
    ### END SOLUTION"""


def grader(root: Path, *words: object) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--course", str(root), *map(str, words)])
    assert (ended.value.code or 0) == 0


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "course"
    (root / "solutions" / "week1").mkdir(parents=True)
    (root / "solutions" / "course.toml").write_text('title = "T"\n[weeks.week1]\ndata = "cats-dogs"\n')
    (root / "solutions" / "week1" / "rubric.toml").write_text(RUBRIC)
    code = new_code_cell(SOLUTION, metadata={"tags": ["graded"]})
    cells = [code, new_markdown_cell(QUESTION, metadata={"tags": ["given"]}), new_markdown_cell(ANSWER)]
    sample = new_markdown_cell("To see what is not learned by heart.", metadata={"tags": ["instructor-only"]})
    notebook = new_notebook(cells=[*cells, sample], metadata={"kernelspec": {"name": "python3", "display_name": "P"}})
    (root / "solutions" / "week1" / "solution.ipynb").write_text(nbformat.writes(notebook))
    shutil.copytree(ROOT / "templates", root / "templates")
    monkeypatch.setenv(GRADEBOOK, str(tmp_path / "book.sqlite"))
    return root


def test_a_question_from_the_solution_to_the_students_page(root: Path, tmp_path: Path):
    grader(root, "generate")
    stub = nbformat.read(root / "assignments" / "week1" / "week1.ipynb", as_version=4)
    assert "by heart" not in nbformat.writes(stub)
    for cell in stub.cells:
        cell.source = cell.source.replace("*Write your answer here.*", "To see whether it *learned* anything.")
        if "NotImplementedError" in cell.source:
            cell.source = SOLUTION.replace("    ### BEGIN SOLUTION\n", "").replace("\n    ### END SOLUTION", "")
    work = tmp_path / "work"
    work.mkdir()
    (work / "ana.ipynb").write_text(nbformat.writes(stub))
    shutil.copy(root / "assignments" / "week1" / "week1.ipynb", work / "ben.ipynb")

    out = tmp_path / "out"
    grader(root, "grade", "week1", work, "--out", out)
    ana, ben = json.loads((out / "scores.json").read_text())["submissions"]
    assert (ana["score"], ana["held"], ana["verdicts"][1]["outcome"]) == (4.0, False, "skipped")
    assert (ben["score"], ben["verdicts"][1]["outcome"]) == (0.0, "failed")
    assert "have yet to read an answer, worth up to 6 more points" in (out / "ana.html").read_text()

    with Gradebook(tmp_path / "book.sqlite", who="ada") as book:
        desk = Desk(find_course(root), book, out=out)
        assert [row.unread for row in desk.rows("week1")] == [1, 0]
        desk.change("week1", "ana", {"do": "points", "criterion": "why", "points": "5", "text": "Say what it learned."})
        desk.write_reports("week1")
    grader(root, "rejudge", "week1", "--out", out)
    ana, _ = json.loads((out / "scores.json").read_text())["submissions"]
    assert (ana["score"], ana["verdicts"][1]["outcome"]) == (9.0, "partial")
    assert ana["remarks"][0]["text"] == "Say what it learned."
    assert "Say what it learned." in (out / "ana.html").read_text()
