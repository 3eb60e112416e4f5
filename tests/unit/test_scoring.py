"""A week's rubric and due date, applied to what the gradebook keeps."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader.course import GRADEBOOK, find_course
from grader.errors import CourseError
from grader.gradebook import Gradebook, Kept
from grader.observation import CellRun, Observations, Run, RunStatus
from grader.scoring import Scorer, rejudge_class

RUBRIC = """
title = "Stubs"
image_shape = [32, 32, 3]
functions = [{ name = "create_model", role = "model" }]
[[criteria]]
id = "runs"
check = "notebook_runs"
title = "It runs"
points = 10
"""
LATE = 'due = 2026-11-30T23:59:00+01:00\nlate = { policy = "per-day", percent = 25 }\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "solutions" / "week1").mkdir(parents=True)
    (tmp_path / "solutions" / "week1" / "rubric.toml").write_text(RUBRIC)
    (tmp_path / "alice.ipynb").write_text("{}")
    return tmp_path


def course(root: Path, week: str = ""):
    (root / "solutions" / "course.toml").write_text(f'title = "T"\n[weeks.week1]\ndata = "cats-dogs"\n{week}')
    return find_course(root)


def grade(scorer: Scorer, book: Gradebook, root: Path) -> None:
    run = Run(status=RunStatus.OK, seconds=1, cells=(CellRun(index=0, status="ok"),))
    kept = Kept("alice", "alice.ipynb", "0", "k", Observations(run=run))
    judged = scorer.judge(kept, "alice.ipynb", scorer.submitted("alice", root / "alice.ipynb"), reused=False)
    book.finish("week1", kept, None, judged, claimed="")


def test_the_time_of_the_file_says_how_late_it_is_unless_a_table_does(root):
    late = datetime(2026, 12, 1, 0, 0, tzinfo=UTC).timestamp()
    os.utime(root / "alice.ipynb", (late, late))
    with Gradebook(root / "g.sqlite") as book:
        grade(Scorer.of(course(root, LATE), "week1"), book, root)
        (standing,) = book.standings("week1")
        assert (standing.score, standing.days_late, standing.grade) == (10, 1, 7.5)
        (root / "times.csv").write_text("student,submitted\nalice,2026-11-30T12:00:00Z\n")
        rejudge_class(course(root, LATE + 'times = { file = "times.csv" }\n'), "week1", book)
        assert book.standings("week1")[0].grade == 10


def test_what_came_through_a_platform_is_in_time_and_a_commit_says_when_it_was_made(root):
    scorer, path = Scorer.of(course(root, LATE), "week1"), root / "alice.ipynb"
    noon = datetime(2026, 12, 1, 12, tzinfo=UTC)
    assert scorer.submitted("alice", path, "unknown") is None
    assert scorer.submitted("alice", path, noon) == noon
    (root / "times.csv").write_text("student,submitted\nalice,2026-11-30T12:00:00Z\n")
    tabled = Scorer.of(course(root, LATE + 'times = { file = "times.csv" }\n'), "week1")
    assert tabled.submitted("alice", path, noon) == datetime(2026, 11, 30, 12, tzinfo=UTC)


def test_a_due_date_that_is_moved_changes_the_grade_and_the_change_is_on_record(root):
    late = datetime(2026, 12, 1, 0, 0, tzinfo=UTC).timestamp()
    os.utime(root / "alice.ipynb", (late, late))
    with Gradebook(root / "g.sqlite") as book:
        grade(Scorer.of(course(root, LATE), "week1"), book, root)
        rejudge_class(course(root, "due = 2026-12-02T00:00:00Z"), "week1", book)
        assert [(change.before, change.after) for change in book.history("week1", "alice")] == [(None, 7.5), (7.5, 10)]


def test_a_changed_rubric_changes_the_score_of_what_is_kept(root):
    with Gradebook(root / "g.sqlite") as book:
        grade(Scorer.of(course(root), "week1"), book, root)
        (root / "solutions" / "week1" / "rubric.toml").write_text(RUBRIC.replace("points = 10", "points = 4"))
        graded = rejudge_class(course(root), "week1", book)
        assert graded.scores.submissions[0].score == 4
        assert graded.scores.submissions[0].run.reused
        assert graded.observations["alice"].run.cells
        assert book.history("week1", "alice")[-1].why == "rejudged"
        book.override("week1", "alice", 3, why="read again")
        assert rejudge_class(course(root), "week1", book).scores.submissions[0].score == 3


def test_a_student_who_is_not_in_the_table_is_an_error(root):
    (root / "times.csv").write_text("student,submitted\nbo,2026-11-30T12:00:00Z\n")
    scorer = Scorer.of(course(root, 'times = { file = "times.csv" }'), "week1")
    with pytest.raises(CourseError, match="does not name 'alice'"):
        scorer.submitted("alice", root / "alice.ipynb")


@pytest.mark.parametrize(
    ("week", "said"),
    [
        ("due = 2026-11-30T23:59:00", "timezone"),
        ('late = { policy = "per-day" }', "needs 'percent'"),
        ('times = { file = "none.csv" }', "cannot be read"),
    ],
)
def test_settings_that_make_no_sense_name_the_key(root, week, said):
    with pytest.raises(CourseError, match=said):
        Scorer.of(course(root, week), "week1")


def test_nothing_to_judge_is_an_error(root):
    with Gradebook(root / "g.sqlite") as book, pytest.raises(CourseError, match="grader grade week1"):
        rejudge_class(course(root), "week1", book)


def test_the_environment_says_where_the_gradebook_is_before_the_course_does(root, monkeypatch):
    monkeypatch.delenv(GRADEBOOK)
    assert course(root).gradebook == root / ".grader" / "gradebook.sqlite"
    (root / "solutions" / "course.toml").write_text(
        'title = "T"\ngradebook = "elsewhere.sqlite"\n[weeks.week1]\ndata = "cats-dogs"\n'
    )
    assert find_course(root).gradebook == root / "elsewhere.sqlite"
    monkeypatch.setenv(GRADEBOOK, "postgresql://host/name")
    assert find_course(root).gradebook == "postgresql://host/name"
