"""The sample class of week 1, graded for real: right answers in any spelling, each mistake, and bad company.

Beside each notebook in `tests/submissions/week1` stands what it should get. A memory hog and a file that is no notebook
are put in the middle of the class, and nobody else may notice.
"""

import json
import shutil
import tomllib
from pathlib import Path

import nbformat
import pytest

from grader.cli import main

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "tests" / "submissions" / "week1"
STUDENTS = sorted(path.stem for path in SAMPLES.glob("*.ipynb"))
HOG = "import numpy as np\nkept = []\nwhile True:\n    kept.append(np.ones((64, 1024, 1024), 'uint8'))\n"


def grade(*arguments: object) -> int:
    try:
        main([str(argument) for argument in arguments])
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


def cards(out: Path) -> dict[str, dict]:
    return {card["student"]: card for card in json.loads((out / "scores.json").read_text())["submissions"]}


@pytest.fixture(scope="module")
def graded(tmp_path_factory, monkeypatch_module) -> Path:
    folder = tmp_path_factory.mktemp("class")
    for path in SAMPLES.glob("*.ipynb"):
        shutil.copyfile(path, folder / path.name)
    shutil.copyfile(ROOT / "solutions" / "week1" / "solution.ipynb", folder / "solution.ipynb")
    (folder / "knut.ipynb").write_text("this is my homework")
    hog = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(HOG)])
    (folder / "hog.ipynb").write_text(nbformat.writes(hog))
    monkeypatch_module.chdir(ROOT)
    out = tmp_path_factory.mktemp("report")
    assert grade("grade", "week1", folder, "--out", out) == 0
    return out


@pytest.fixture(scope="module")
def monkeypatch_module():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def lost(card: dict) -> set[str]:
    return {v["criterion"] for v in card["verdicts"] if v["points"] < v["max_points"]}


def told(card: dict) -> str:
    return "\n".join(
        f"{v['criterion']}: {v['outcome']}: {v['actual']} | {v['feedback']}" for v in card["verdicts"] if v["feedback"]
    )


@pytest.mark.parametrize("student", STUDENTS)
def test_each_student_gets_what_stands_beside_the_notebook(graded, student):
    expected = tomllib.loads((SAMPLES / f"{student}.toml").read_text())
    card = cards(graded)[student]
    assert not card["held"], told(card)
    if "lost" in expected:
        assert lost(card) == set(expected["lost"]), told(card)
    else:
        assert card["score"] == expected["expect_score"], told(card)
    assert card["run"]["status"] == expected["status"], card["run"]
    feedback = {v["criterion"]: v["feedback"] for v in card["verdicts"]}
    for criterion, word in expected.get("feedback_contains", {}).items():
        assert word in feedback[criterion]


def test_the_solution_earns_every_point(graded):
    card = cards(graded)["solution"]
    assert card["score"] == 100.0, told(card)


def test_the_memory_hog_is_stopped_and_told_so(graded):
    card = cards(graded)["hog"]
    assert card["run"]["status"] == "memory"
    assert not card["held"]


def test_what_is_no_notebook_scores_nothing(graded):
    assert cards(graded)["knut"]["score"] == 0.0


def test_every_report_is_there_and_each_student_has_a_page(graded):
    for name in ("index.html", "grades.csv", "junit.xml", "summary.md", "scores.json"):
        assert (graded / name).stat().st_size > 0
    for student in cards(graded):
        assert student in (graded / f"{student}.html").read_text()


def test_grading_again_reuses_what_was_observed_and_scores_the_same(graded, tmp_path):
    before = {student: card["score"] for student, card in cards(graded).items()}
    copy = tmp_path / "report"
    shutil.copytree(graded, copy)
    assert grade("grade", "week1", SAMPLES, "--out", copy) == 0
    again = cards(copy)
    assert all(again[student]["run"]["reused"] for student in STUDENTS)
    assert {student: card["score"] for student, card in again.items()} == {s: before[s] for s in STUDENTS}


def test_running_the_same_notebook_again_scores_the_same(graded, tmp_path):
    assert grade("grade", "week1", SAMPLES / "chen.ipynb", "--out", tmp_path, "--rerun") == 0
    first, second = cards(graded)["chen"], cards(tmp_path)["chen"]
    assert not second["run"]["reused"]
    assert second["score"] == first["score"]
    assert [v["evidence"] for v in second["verdicts"]] == [v["evidence"] for v in first["verdicts"]]


def test_a_changed_rubric_scores_the_class_again_without_running_it(graded, tmp_path):
    course = tmp_path / "course"
    for part in ("solutions", "templates"):
        shutil.copytree(ROOT / part, course / part)
    rubric = course / "solutions" / "week1" / "rubric.toml"
    text = rubric.read_text()
    doubled = text.replace("points = 15", "points = 30")
    assert doubled != text
    rubric.write_text(doubled)
    copy = tmp_path / "report"
    shutil.copytree(graded, copy)
    assert grade("--course", course, "rejudge", "week1", "--out", copy) == 0
    assert cards(copy)["alice"]["score"] == 115.0
    assert cards(copy)["igor"]["score"] == 85.0


def test_the_stub_in_the_class_is_the_notebook_that_students_get():
    assert (SAMPLES / "tomas.ipynb").read_bytes() == (ROOT / "assignments" / "week1" / "week1.ipynb").read_bytes()
