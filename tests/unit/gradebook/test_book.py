"""The gradebook forgets nothing: runs, scorecards, each change of a grade with who, when and why."""

from datetime import UTC, datetime, timedelta

import pytest

from grader.errors import CourseError
from grader.gradebook import Judged
from grader.lateness import Lateness
from grader.observation import RunStatus

from .conftest import WEEK, card, found, grade, judged, kept

DUE = datetime(2026, 11, 30, 23, 59, 59, 123456, tzinfo=UTC)


def test_a_finished_run_is_found_by_student_and_key(book):
    grade(book, "alice", "k1")
    grade(book, "bo", "k2")
    runs = found(book, {"alice": "k1", "bo": "other", "nobody": "k1"})
    assert set(runs) == {"alice"}
    assert runs["alice"].observations == kept().observations
    assert not list(book.kept("week2", {"alice": "k1"}))


def test_nothing_is_lost_when_the_gradebook_is_closed_and_opened(opened):
    book = opened()
    grade(book)
    book.close()
    again = opened()
    assert again.scorecards(WEEK) == (card(kept(), 10, 0),)
    assert again.executed(WEEK, "alice") == '{"cells": []}'
    assert again.check() == []


def test_a_student_of_any_name_in_a_class_of_any_size(book):
    names = [f"s{number:04}" for number in range(1203)] + ["Zoë 🐱", "a'b\"; DROP TABLE runs", "x" * 300]
    for name in names[-3:]:
        grade(book, name)
    assert set(found(book, dict.fromkeys(names, "k1"))) == set(names[-3:])


def test_the_submission_before_the_last_one_is_found(book):
    grade(book, "alice", "k1")
    grade(book, "alice", "k2")
    grade(book, "alice", "k3")
    grade(book, "bo", "k1")
    assert [(run.student, run.sha256) for run in book.earlier(WEEK)] == [("alice", "sha-k2")]
    assert list(book.earlier("week2")) == []


def test_the_same_file_run_again_is_no_earlier_submission(book):
    grade(book, "alice", "k1")
    again = kept(sha256="sha-k1")
    assert book.claim(WEEK, "alice", "k1", again=True) == "mine"
    book.finish(WEEK, again, None, judged(again, 10), claimed="k1")
    assert list(book.earlier(WEEK)) == []


def test_a_run_that_failed_through_us_is_kept_but_never_used_again(book):
    run = kept(key="", status=RunStatus.INTERNAL)
    assert book.claim(WEEK, "alice", "k1") == "mine"
    scored = book.finish(WEEK, run, None, judged(run), claimed="k1")
    assert scored.held
    assert found(book, {"alice": "k1"}) == {}
    assert found(book, {"alice": ""}) == {}
    assert book.executed(WEEK, "alice") is None
    assert book.claim(WEEK, "alice", "k1") == "mine"


def test_the_newest_of_several_runs_counts_and_the_others_stay(book):
    grade(book)
    run = kept(sha256="sha-k1")
    assert book.claim(WEEK, "alice", "k1") == "done"
    assert book.claim(WEEK, "alice", "k1", again=True) == "mine"
    book.finish(WEEK, run, None, judged(run, 10, 10), claimed="k1")
    assert book.runs(WEEK) == {("alice", "k1"): 2}
    assert found(book, {"alice": "k1"})["alice"].run == 2
    assert [(c.before, c.after) for c in book.history(WEEK, "alice")] == [(None, 10.0), (10.0, 20.0)]


def test_every_change_of_a_grade_says_who_when_and_why(opened):
    book = opened(who="grace")
    start = datetime.now(UTC)
    grade(book)
    run = found(book, {"alice": "k1"})["alice"]
    book.record(WEEK, [judged(run, 10, 0)], why="rejudged")
    assert len(book.history(WEEK, "alice")) == 1  # the same grade is no change
    book.record(WEEK, [judged(run, 10, 5)], why="rejudged")
    first, second = book.history(WEEK, "alice")
    assert (first.who, first.why, first.before, first.after) == ("grace", "graded", None, 10)
    assert (second.who, second.why, second.before, second.after) == ("grace", "rejudged", 10, 15)
    assert start <= first.at <= second.at <= datetime.now(UTC)
    assert book.check() == []


def test_an_override_sets_the_points_of_a_criterion_and_survives_rejudging(book):
    grade(book)
    scored = book.override(WEEK, "alice", 7, criterion="c1", why="a fair attempt")
    assert scored.score == 17
    verdict = scored.verdicts[1]
    assert (verdict.outcome, verdict.points) == ("partial", 7)
    assert verdict.feedback == "Look again.\n\nAn instructor set these points: a fair attempt"
    run = found(book, {"alice": "k1"})["alice"]
    (again,) = book.record(WEEK, [judged(run, 5, 0)], why="rejudged")
    assert again.score == 12
    assert book.scorecards(WEEK)[0].score == 12
    changes = book.history(WEEK, "alice")
    assert [(c.criterion, c.after) for c in changes] == [("", 10), ("c1", 17), ("", 12)]
    assert book.overrides(WEEK, "alice")[0].who == "ada"
    assert book.withdraw(WEEK, "alice", criterion="c1", why="read again").score == 5
    assert book.overrides(WEEK, "alice") == []
    assert book.check() == []


def test_an_override_is_about_one_notebook(book):
    grade(book)
    book.override(WEEK, "alice", 20, why="shown in class")
    assert book.scorecards(WEEK)[0].score == 20
    assert grade(book, key="k2", points=(0, 0)).score == 0


def test_an_override_releases_a_held_score(book):
    run = kept(key="", status=RunStatus.INTERNAL)
    assert book.finish(WEEK, run, None, judged(run, 0, 0), claimed="").held
    assert book.override(WEEK, "alice", 15, why="read by hand").score == 15
    assert not book.scorecards(WEEK)[0].held


IMPOSSIBLE = [
    (11, "c0", "x", "between 0 and 10"),
    (-1, "", "x", "between 0 and 20"),
    (float("nan"), "", "x", "between 0 and 20"),
    (5, "nothing", "x", "c0, c1"),
    (5, "c0", "  ", "reason"),
]


def test_an_impossible_override_is_refused(book):
    grade(book)
    for points, criterion, why, said in IMPOSSIBLE:
        with pytest.raises(CourseError, match=said):
            book.override(WEEK, "alice", points, criterion=criterion, why=why)
    assert book.overrides(WEEK, "alice") == []
    assert len(book.history(WEEK, "alice")) == 1


def test_what_is_not_there_cannot_be_overridden_withdrawn_or_commented(book):
    with pytest.raises(CourseError, match="grader grade week1"):
        book.override(WEEK, "alice", 1, why="x")
    with pytest.raises(CourseError, match="no score of 'alice'"):
        book.comment(WEEK, "alice", "x")
    grade(book)
    with pytest.raises(CourseError, match="no override"):
        book.withdraw(WEEK, "alice", why="x")
    with pytest.raises(CourseError, match="needs a text"):
        book.comment(WEEK, "alice", " ")


def test_comments_are_kept_in_order(book):
    grade(book)
    book.comment(WEEK, "alice", "Well done \0 \ud800")
    book.comment(WEEK, "alice", "See the split.", criterion="c0")
    first, second = book.comments(WEEK, "alice")
    assert (first.text, first.criterion, first.who) == ("Well done  ?", "", "ada")
    assert (second.text, second.criterion) == ("See the split.", "c0")


def test_scorecards_carry_what_staff_said_the_oldest_first(book):
    grade(book)
    grade(book, "ben")
    assert book.scorecard(WEEK, "alice").remarks == ()
    book.comment(WEEK, "alice", "Well done.", criterion="c0")
    book.override(WEEK, "alice", 7, criterion="c1", why="a fair attempt")
    book.override(WEEK, "alice", 20, why="shown in class")
    remarks = book.scorecard(WEEK, "alice").remarks
    assert [(r.criterion, r.text, r.points, r.judged) for r in remarks] == [
        ("c0", "Well done.", None, None),
        ("c1", "a fair attempt", 7, 0),
        ("", "shown in class", 20, 10),
    ]
    assert {r.who for r in remarks} == {"ada"}
    assert [len(card.remarks) for card in book.scorecards(WEEK)] == [3, 0]
    (again,) = book.record(WEEK, [judged(found(book, {"alice": "k1"})["alice"], 5, 0)], why="rejudged")
    assert len(again.remarks) == 3
    assert book.check() == []


def test_a_comment_outlives_the_notebook_that_it_was_about_and_an_override_does_not(book):
    grade(book)
    book.comment(WEEK, "alice", "Well done.")
    book.override(WEEK, "alice", 20, why="shown in class")
    assert [r.text for r in grade(book, key="k2").remarks] == ["Well done."]


def test_who_and_what_is_there_can_be_asked(book):
    assert (book.weeks(), book.scorecard(WEEK, "alice")) == ([], None)
    grade(book)
    assert (book.weeks(), book.scorecard(WEEK, "alice").student) == ([WEEK], "alice")


def test_lateness_takes_from_the_grade_and_not_from_the_score(book):
    run = kept()
    late = Lateness(days=2, percent=20)
    book.finish(WEEK, run, None, judged(run, 10, 5, submitted=DUE, late=late), claimed="")
    (standing,) = book.standings(WEEK)
    assert (standing.score, standing.grade, standing.days_late, standing.max_score) == (15, 12, 2, 20)
    assert standing.submitted == DUE
    book.override(WEEK, "alice", 20, why="x")
    assert book.standings(WEEK)[0].grade == 16
    stored = found(book, {"alice": "k1"})["alice"]
    extended = Judged(card(kept(), 10, 5), stored.run, 20, DUE - timedelta(days=1))
    book.record(WEEK, [extended], why="the due date was moved")
    assert book.standings(WEEK)[0].grade == 20
    assert book.history(WEEK, "alice")[-1].why == "the due date was moved"


def test_latest_gives_what_each_score_rests_on(book):
    for student in ("bo", "alice"):
        grade(book, student, "k1")
        grade(book, student, "k2")
    runs = sorted((run.student, run.key, standing.score) for run, _, standing in book.latest(WEEK))
    assert runs == [("alice", "k2", 10), ("bo", "k2", 10)]
    assert not list(book.latest("week2"))


def test_observations_that_this_version_cannot_read_are_made_again(book):
    from sqlalchemy import update

    from grader.gradebook.tables import RunRow

    grade(book)
    with book._database.write() as session:
        session.execute(update(RunRow).values(observations='{"schema_version": 99}'))
    assert found(book, {"alice": "k1"}) == {}
    assert not list(book.latest(WEEK))
    assert "cannot be read" in book.check()[0]


def test_the_check_sees_a_score_that_was_changed_behind_its_back(book):
    from sqlalchemy import update

    from grader.gradebook.tables import ScoreRow

    grade(book)
    with book._database.write() as session:
        session.execute(update(ScoreRow).values(grade=99, card="{}"))
    assert len(book.check()) == 2
