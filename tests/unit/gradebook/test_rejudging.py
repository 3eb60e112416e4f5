"""Judging again with helpers comes to just what one process makes of it, in every database."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from grader.course import Course, find_course
from grader.crew import Crew
from grader.gradebook import Kept
from grader.gradebook.tables import RunRow
from grader.observation import Figure, Observations, Run, RunStatus
from grader.report import scores_json
from grader.scoring import GradedClass, Scorer, rejudge_class

WEEK = "week1"
COUNT = 120
RUBRIC = """
title = "Figures"
image_shape = [32, 32, 3]
functions = [{{ name = "create_model", role = "model" }}]
criteria = [
  {{ id = "runs", check = "notebook_runs", title = "It runs", points = {runs} }},
  {{ id = "figure", check = "figure", title = "A figure", points = 5, parameters = {{ minimum = {figures} }} }},
]
"""


@pytest.fixture
def course(tmp_path: Path) -> Course:
    (tmp_path / "solutions" / "week1").mkdir(parents=True)
    (tmp_path / "solutions" / "course.toml").write_text('title = "T"\n[weeks.week1]\ndata = "cats-dogs"\n')
    asks(tmp_path)
    return find_course(tmp_path)


def asks(root: Path, *, runs: int = 10, figures: int = 1) -> None:
    (root / "solutions" / "week1" / "rubric.toml").write_text(RUBRIC.format(runs=runs, figures=figures))


def observed(number: int) -> Observations:
    status = (RunStatus.OK, RunStatus.CELL_ERROR, RunStatus.OK, RunStatus.INTERNAL)[number % 4]
    run = Run(status=status, seconds=1.25, message="naïve \0 \U0001f431" if number % 3 else "")
    return Observations(run=run, figures=(Figure(cell=1, width=640, height=480, colours=9),) * (number % 5))


@pytest.fixture
def graded(book, course):
    """A class in the gradebook, one with an override and one with a run that nobody can read."""
    scorer = Scorer.of(course, WEEK)
    rows, judged = [], []
    for number in range(COUNT):
        student, seen = f"s{number:03}", observed(number)
        run = Kept(student, f"{student}.ipynb", f"{number}", f"k{number}", seen, number + 1)
        judged.append(scorer.judge(run, run.notebook, None, reused=False))
        rows.append(
            {
                "id": run.run, "week": WEEK, "student": student, "notebook": run.notebook, "sha256": run.sha256,
                "key": run.key, "status": seen.run.status.value, "seconds": 1.25, "at": datetime.now(UTC),
                "grader": "test", "observations": seen.model_dump_json(),
            }
        )  # fmt: skip
    with book._database.write() as session:
        session.execute(insert(RunRow), rows)
        book._record(session, WEEK, judged, "graded")
    book.override(WEEK, "s002", 7, why="Read it myself.")
    book.comment(WEEK, "s003", "See me.")
    with book._database.write() as session:
        session.execute(update(RunRow).where(RunRow.student == "s004").values(observations='{"schema_version": 99}'))
    return book


def rejudged(course: Course, book, processes: int) -> tuple[str, GradedClass]:
    with Crew(processes, small=5) as crew:
        result = rejudge_class(course, WEEK, book, crew=crew)
    return scores_json.render(result.scores), result


def test_helpers_or_none_the_scores_are_the_same(graded, course):
    alone, first = rejudged(course, graded, 1)
    shared, second = rejudged(course, graded, 2)
    assert shared == alone
    assert (second.scores, second.earlier) == (first.scores, first.earlier)
    students = [card.student for card in second.scores.submissions]
    assert students == [f"s{number:03}" for number in range(COUNT)]
    students.remove("s004")
    assert "s004" not in second.observations
    assert {s: second.observations.text(s) for s in students} == {s: first.observations.text(s) for s in students}
    assert all(card.run.reused for card in second.scores.submissions if card.student != "s004")
    assert second.scores.submissions[2].score == 7
    assert len(graded.history(WEEK, "s001")) == 1


def test_what_helpers_wrote_is_kept_as_one_process_keeps_it(graded, course):
    asks(course.root, runs=20)
    assert rejudged(course, graded, 2)[1].scores.max_score == 25
    shared = graded.scorecards(WEEK)
    rejudged(course, graded, 1)
    assert graded.scorecards(WEEK) == shared
    assert not any(card.run.reused for card in shared)
    assert graded.standings(WEEK)[1].max_score == 25


def test_a_changed_rubric_changes_grades_once_with_who_and_why(graded, course):
    before = {standing.student: standing for standing in graded.standings(WEEK)}
    asks(course.root, figures=3)
    shared, result = rejudged(course, graded, 2)
    assert rejudged(course, graded, 1)[0] == shared
    changed = 0
    for card in result.scores.submissions:
        history = graded.history(WEEK, card.student)[1 + (card.student == "s002") :]
        if card.score == before[card.student].score:
            assert not history
            continue
        changed += 1
        (change,) = history
        assert (change.who, change.why) == ("ada", "rejudged")
        assert (change.before, change.after) == (before[card.student].grade, card.score)
    assert changed > 10
    assert {s.student: s.grade for s in graded.standings(WEEK)}["s004"] == before["s004"].grade
    assert [line for line in graded.check() if "cannot be read" not in line] == []


def test_what_cannot_be_read_keeps_its_score_and_is_named(graded, course):
    before = graded.scorecard(WEEK, "s004")
    asks(course.root, runs=20)
    result = rejudged(course, graded, 1)[1]
    assert result.scores.submissions[4] == before == graded.scorecard(WEEK, "s004")
    (note,) = result.notes
    assert "s004 (1 in all)" in note
    assert "grader grade week1" in note


def test_a_stored_run_reads_as_it_was_kept(graded):
    runs = {run.student: run for run in graded.stored(WEEK)}
    assert runs["s004"].read() is None
    read = runs["s001"].read()
    assert read is not None
    assert (read.observations, read.key, read.sha256) == (observed(1), "k1", "1")
    assert runs["s001"].submitted is None
