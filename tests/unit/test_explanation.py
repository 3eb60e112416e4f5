"""Why a verdict is what it is: what was read, which rule was applied, and how to see it again."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.cli import cli
from grader.course import GRADEBOOK, find_course
from grader.errors import CourseError
from grader.explanation import explain
from grader.gradebook import Gradebook, Kept
from grader.observation import Accuracy, Again, CellRun, Conditions, Function, Machine, Observations, Run, RunStatus
from grader.report.explained import render
from grader.scoring import Scorer

RUBRIC = """
title = "Why"
image_shape = [32, 32, 3]
functions = [{ name = "create_model", role = "model" }]
[[criteria]]
id = "runs"
check = "notebook_runs"
title = "It runs"
points = 1
[[criteria]]
id = "create-model"
check = "function_defined"
title = "A model"
function = "create_model"
points = 4
[[criteria]]
id = "new-images"
check = "holdout_accuracy"
title = "New images"
goal = "At least 75 % of new images."
needs = ["runs"]
trust = "measured"
points = 5
parameters = { minimum = 0.75, partial = 0.6 }
"""


def accuracy(correct, draw=0):
    return Accuracy(correct=correct, images=400, confusion=((0, 0), (0, 0)), classes=("cats", "dogs"), draw=draw)


SEEN = Observations(
    run=Run(status=RunStatus.OK, seconds=12.5, cells=(CellRun(index=0, status="ok"),)),
    conditions=Conditions(
        versions={"keras": "3"}, sandbox="bwrap", seed=1, machine=Machine(processor="A Chip", instructions=("avx2",))
    ),
    functions={"create_model": Function(name="create_model", defined=True)},
    holdout_accuracy=accuracy(302),
    again=(
        Again(seed=2, run=Run(status=RunStatus.OK, seconds=1), holdout_accuracy=accuracy(290, 2)),
        Again(seed=3, run=Run(status=RunStatus.TIMEOUT, seconds=1)),
    ),
    missing={"history": "No history was kept."},
)


@pytest.fixture
def root(tmp_path, monkeypatch) -> Path:
    monkeypatch.delenv(GRADEBOOK, raising=False)
    (tmp_path / "solutions" / "week1").mkdir(parents=True)
    (tmp_path / "solutions" / "week1" / "rubric.toml").write_text(RUBRIC)
    (tmp_path / "solutions" / "course.toml").write_text('title = "T"\n[weeks.week1]\ndata = "cats-dogs"\n')
    course = find_course(tmp_path)
    with Gradebook(course.gradebook, who="ada") as book:
        for student in ("alice", "bob"):
            kept = Kept(student, f"{student}.ipynb", "sha", "k", SEEN)
            judged = Scorer.of(course, "week1").judge(kept, kept.notebook, None, reused=False)
            book.finish("week1", kept, None, judged, claimed="")
    return tmp_path


def explained(root: Path, student: str = "alice", criterion: str = "new-images", week: str = "week1"):
    course = find_course(root)
    with Gradebook(course.gradebook) as book:
        return explain(course, book, week, student, criterion)


def test_a_verdict_is_explained_by_what_its_check_read(root):
    found = explained(root)
    assert list(found.facts) == ["holdout_accuracy", "again", "run"]
    assert found.facts["holdout_accuracy"]["correct"] == 302
    assert [setting.name for setting in found.rule.settings if setting.of_rubric] == ["minimum", "partial"]
    assert found.rule.needs == {"runs": "passed"}
    assert found.is_borderline


def test_the_text_names_rule_threshold_provenance_runs_and_commands(root):
    said = render(explained(root))
    rubric = root / "solutions" / "week1" / "rubric.toml"
    assert "partial, 2.5 of 5 points" in said
    assert "74.0% (592 of 800 images in 2 runs" in said
    assert "borderline" in said
    assert "measured: measured outside your code" in said
    assert "minimum       0.75. Share of correct predictions that earns all points." in said
    assert "confidence    0.95 (default). Of the interval." in said
    assert f"{rubric}:17" in said.replace("\n", "").replace(" " * 16, "")
    assert "with seed 2: ok, 290 of 400 holdout images" in said
    assert "with seed 3: timeout" in said
    assert "A Chip, avx2" in said
    assert "grader grade week1 alice.ipynb --repeat 2" in said


def test_a_criterion_about_a_function_shows_that_function(root):
    found = explained(root, criterion="create-model")
    assert found.facts["function create_model"]["defined"] is True
    assert found.rule.check == "function_defined"
    assert "parameters: none" in render(found)


def test_what_a_later_rubric_would_decide_is_told(root):
    path = root / "solutions" / "week1" / "rubric.toml"
    path.write_text(RUBRIC.replace("minimum = 0.75", "minimum = 0.72"))
    found = explained(root)
    assert found.is_stale
    assert "by today's rubric  passed, 5 points" in render(found)


def test_points_that_somebody_set_are_told_with_the_reason(root):
    with Gradebook(find_course(root).gradebook, who="ada") as book:
        book.override("week1", "alice", 5, why="I read the code", criterion="new-images")
    found = explained(root)
    assert not found.is_stale
    assert "ada gave 5 points: I read the code" in render(found)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ({"student": "alcie"}, "Did you mean 'alice'?"),
        ({"student": "zoe"}, "They are: alice, bob."),
        ({"criterion": "new_image"}, "Did you mean 'new-images'?"),
        ({"week": "wek1"}, "Did you mean 'week1'?"),
    ],
)
def test_a_name_that_nobody_has_is_answered_with_the_nearest(root, names, said):
    with pytest.raises(CourseError) as caught:
        explained(root, **names)
    assert said in str(caught.value)


def test_a_criterion_that_was_added_since_needs_a_rejudge(root):
    path = root / "solutions" / "week1" / "rubric.toml"
    path.write_text(RUBRIC + '[[criteria]]\nid = "more"\ncheck = "figure"\ntitle = "F"\npoints = 1\n')
    with pytest.raises(CourseError, match="grader rejudge week1"):
        explained(root, criterion="more")


def test_nobody_graded_is_said(tmp_path, root):
    (root / ".grader" / "gradebook.sqlite").unlink()
    with pytest.raises(CourseError, match="graded yet"):
        explained(root)


def test_the_command_prints_text_and_json(root):
    told = CliRunner().invoke(cli, ["--course", str(root), "explain", "week1", "alice", "new-images"])
    assert told.exit_code == 0, told.output
    assert told.output.startswith("alice, week1: New images\n====")
    data = CliRunner().invoke(cli, ["--course", str(root), "explain", "week1", "alice", "new-images", "--json"])
    document = json.loads(data.stdout)
    assert document["rule"]["parameters"]["minimum"] == {
        "value": 0.75, "from": "rubric", "means": "Share of correct predictions that earns all points."
    }  # fmt: skip
    assert document["observed"]["holdout_accuracy"]["provenance"] == "measured"
    assert document["run"]["conditions"]["machine"]["processor"] == "A Chip"
