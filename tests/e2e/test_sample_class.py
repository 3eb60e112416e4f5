"""The sample class of each week, graded for real: right answers in any spelling, each mistake, and bad company.

Beside each notebook in `tests/submissions/<week>` stands what it should get. A memory hog and a file that is no
notebook are put in the middle of the class of week 1, and nobody else may notice.

A week is a line of `WEEKS`. Its solution, its stub and the students named there are graded in every run of the tests,
all others of its class by `make test-slow`. Weeks in which nobody else is named are graded two at a time.
"""

import json
import shutil
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
import pytest

from grader.cli import main

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "tests" / "submissions"
WEEKS = {
    "week1": ("axel", "chen", "hana", "pavel", "rosa", "ula", "wren", "yusuf"),
    "week2": (),
    "week3": (),
    "week4": (),
    "week4-rps": (),
}
"""Week -> students whom the ordinary tests grade."""
STUB = "tomas"
"""Hands in the notebook as it was given out."""
HOG = "import numpy as np\nkept = []\nwhile True:\n    kept.append(np.ones((64, 1024, 1024), 'uint8'))\n"


class Sample(NamedTuple):
    """A part of a week's class that is graded in one go."""

    week: str
    students: tuple[str, ...]
    rest: bool = False
    """Without solution, stub and bad company."""


def samples() -> list[Any]:
    """What is graded in one go, the slow parts marked."""
    found: list[Any] = []
    for week, named in WEEKS.items():
        students = sorted(path.stem for path in (SAMPLES / week).glob("*.ipynb"))
        first = tuple(student for student in students if student in named)
        rest = tuple(student for student in students if student not in first)
        found.append(pytest.param(Sample(week, first), id=week))
        if rest:
            found.append(pytest.param(Sample(week, rest, rest=True), id=f"{week}-rest", marks=pytest.mark.slow))
    return found


PARTS = samples()
FIRST = [part for part in PARTS if not part.values[0].rest]
WEEK1 = [part for part in FIRST if part.id == "week1"]
STUDENTS = [
    pytest.param(part.values[0], student, id=f"{part.values[0].week}-{student}", marks=part.marks)
    for part in PARTS
    for student in part.values[0].students
]
in_week1 = pytest.mark.parametrize("graded", WEEK1, indirect=True)


def grade(*arguments: object) -> int:
    try:
        main([str(argument) for argument in arguments])
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


def cards(out: Path) -> dict[str, dict]:
    return {card["student"]: card for card in json.loads((out / "scores.json").read_text())["submissions"]}


@pytest.fixture
def graded(request, reports, tmp_path_factory) -> Path:
    """The folder of reports on one part of a class, which is graded when it is first asked for."""
    sample: Sample = request.param
    if sample.students and sample not in reports:
        folder = hand_in(sample, tmp_path_factory.mktemp("class"))
        out = tmp_path_factory.mktemp("report")
        assert grade("grade", sample.week, folder, "--out", out) == 0
        reports[sample] = out
    elif sample not in reports:
        reports.update(grade_two_at_a_time(tmp_path_factory))
    return reports[sample]


def grade_two_at_a_time(factory: pytest.TempPathFactory) -> dict[Sample, Path]:
    """Solution and stub of each week of which nobody else is named: a solution trains on one core."""
    outs = {sample: factory.mktemp("report") for part in FIRST if not (sample := part.values[0]).students}

    def command(sample: Sample) -> int:
        folder = hand_in(sample, factory.mktemp("class"))
        words = [sys.executable, "-m", "grader", "grade", sample.week, folder, "--out", outs[sample]]
        return subprocess.run(words, cwd=ROOT, check=False, stdout=subprocess.DEVNULL).returncode

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(command, outs)) == [0] * len(outs)
    return outs


@pytest.fixture(scope="module")
def reports(monkeypatch_module) -> dict[Sample, Path]:
    """What was graded so far."""
    monkeypatch_module.chdir(ROOT)
    return {}


def hand_in(sample: Sample, folder: Path) -> Path:
    for student in sample.students:
        shutil.copyfile(SAMPLES / sample.week / f"{student}.ipynb", folder / f"{student}.ipynb")
    if not sample.rest:
        shutil.copyfile(ROOT / "solutions" / sample.week / "solution.ipynb", folder / "solution.ipynb")
        shutil.copyfile(ROOT / "assignments" / sample.week / f"{sample.week}.ipynb", folder / f"{STUB}.ipynb")
    if sample.week == "week1" and not sample.rest:
        (folder / "knut.ipynb").write_text("this is my homework")
        hog = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(HOG)])
        (folder / "hog.ipynb").write_text(nbformat.writes(hog))
    return folder


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


@pytest.mark.parametrize(("graded", "student"), STUDENTS, indirect=["graded"])
def test_each_student_gets_what_stands_beside_the_notebook(request, graded, student):
    week = request.node.callspec.params["graded"].week
    expected = tomllib.loads((SAMPLES / week / f"{student}.toml").read_text())
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


@pytest.mark.parametrize("graded", FIRST, indirect=True)
def test_the_solution_earns_every_point(graded):
    card = cards(graded)["solution"]
    assert card["score"] == 100.0, told(card)


@pytest.mark.parametrize("graded", FIRST, indirect=True)
def test_the_notebook_as_it_is_given_out_earns_nothing(graded):
    card = cards(graded)[STUB]
    assert card["score"] == 0.0, told(card)
    assert not card["held"]


@pytest.mark.parametrize("graded", FIRST, indirect=True)
def test_every_report_is_there_and_each_student_has_a_page(graded):
    for name in ("index.html", "grades.csv", "junit.xml", "summary.md", "scores.json"):
        assert (graded / name).stat().st_size > 0
    for student in cards(graded):
        assert student in (graded / f"{student}.html").read_text()


@in_week1
def test_the_memory_hog_is_stopped_and_told_so(graded):
    card = cards(graded)["hog"]
    assert card["run"]["status"] == "memory"
    assert not card["held"]


@in_week1
def test_what_is_no_notebook_scores_nothing(graded):
    assert cards(graded)["knut"]["score"] == 0.0


@in_week1
def test_grading_again_reuses_what_was_observed_and_scores_the_same(graded, tmp_path):
    before = {student: card["score"] for student, card in cards(graded).items()}
    copy, folder = tmp_path / "report", tmp_path / "class"
    shutil.copytree(graded, copy)
    folder.mkdir()
    hand_in(WEEK1[0].values[0]._replace(rest=True), folder)
    assert grade("grade", "week1", folder, "--out", copy) == 0
    again = cards(copy)
    assert len(again) >= 8
    assert all(card["run"]["reused"] for card in again.values())
    assert {student: card["score"] for student, card in again.items()} == {s: before[s] for s in again}


@in_week1
def test_running_the_same_notebook_again_scores_the_same(graded, tmp_path):
    assert grade("grade", "week1", SAMPLES / "week1" / "chen.ipynb", "--out", tmp_path, "--rerun") == 0
    first, second = cards(graded)["chen"], cards(tmp_path)["chen"]
    assert not second["run"]["reused"]
    assert second["score"] == first["score"]
    assert [v["evidence"] for v in second["verdicts"]] == [v["evidence"] for v in first["verdicts"]]


@in_week1
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
    assert cards(copy)["chen"]["score"] == 115.0
    assert cards(copy)["hana"]["score"] == 70.0


def test_the_stub_in_the_class_that_the_demo_shows_is_the_notebook_that_students_get():
    stub = SAMPLES / "week1" / f"{STUB}.ipynb"
    assert stub.read_bytes() == (ROOT / "assignments" / "week1" / "week1.ipynb").read_bytes()
