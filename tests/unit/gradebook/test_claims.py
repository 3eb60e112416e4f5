"""Graders that share a gradebook leave each other's runs alone, and take over those of dead graders."""

import subprocess
import sys

import pytest

from grader.gradebook import claims
from grader.gradebook.tables import ClaimRow, GraderRow

from .conftest import WEEK, grade, judged, kept

DIES = """
import os, signal, sys
from pathlib import Path
from grader.gradebook import Gradebook
place = sys.argv[1] if "://" in sys.argv[1] else Path(sys.argv[1])
book = Gradebook(place)
assert book.claim("week1", "alice", "k1") == "mine"
os.kill(os.getpid(), signal.SIGKILL)
"""


def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on this process counts as one on another machine."""
    monkeypatch.setattr(claims, "_host", lambda: "another machine")


def test_what_a_living_grader_runs_is_left_alone(opened):
    first, second = opened(), opened()
    assert first.claim(WEEK, "alice", "k1") == "mine"
    assert second.claim(WEEK, "alice", "k1") == "busy"
    assert first.claim(WEEK, "alice", "k1") == "busy"  # another thread of its own
    assert second.claim(WEEK, "alice", "k2") == "mine"
    first.finish(WEEK, kept(), None, judged(kept(), 10), claimed="k1")
    assert second.claim(WEEK, "alice", "k1") == "done"


def test_what_is_given_up_may_be_claimed(opened):
    first, second = opened(), opened()
    assert first.claim(WEEK, "alice", "k1") == "mine"
    first.give_up(WEEK, "alice", "k1")
    assert second.claim(WEEK, "alice", "k1") == "mine"


def test_a_grader_that_closes_gives_back_all(opened):
    first, second = opened(), opened()
    assert first.claim(WEEK, "alice", "k1") == "mine"
    first.close()
    assert second.claim(WEEK, "alice", "k1") == "mine"


def test_the_claims_of_a_killed_grader_are_free_at_once(opened, place):
    book = opened()
    killed = subprocess.run([sys.executable, "-c", DIES, str(place)], check=False)
    assert killed.returncode == -9
    assert book.claim(WEEK, "alice", "k1") == "mine"
    with book._database.read() as session:
        assert session.query(GraderRow).count() == 1  # the dead one is off the list


def test_a_process_that_got_the_number_of_a_dead_grader_is_not_taken_for_it(opened, monkeypatch):
    first, second = opened(), opened()
    assert first.claim(WEEK, "alice", "k1") == "mine"
    monkeypatch.setattr(claims, "_started", lambda pid: 1)
    assert second.claim(WEEK, "alice", "k1") == "mine"


def test_on_another_machine_a_grader_lives_as_long_as_its_beat_changes(opened, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(claims.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(claims, "BEAT", 1e9)
    first = opened()
    assert first.claim(WEEK, "alice", "k1") == "mine"
    elsewhere(monkeypatch)
    second = opened(lease=60)
    for moment, beats in ((0, True), (59, False), (61, True), (120, False)):
        now[0] = moment
        if beats:
            with first._database.write() as session:
                session.query(GraderRow).update({"beat": GraderRow.beat + 1})
        assert second.claim(WEEK, "alice", "k1") == "busy", moment
    now[0] = 122
    assert second.claim(WEEK, "alice", "k1") == "mine"


def test_who_was_taken_for_dead_keeps_nothing_when_it_comes_back(opened, monkeypatch):
    first, second = opened(), opened(lease=-1)
    assert first.claim(WEEK, "alice", "k1") == "mine"
    elsewhere(monkeypatch)
    second.claim(WEEK, "bo", "k1")
    assert second.claim(WEEK, "alice", "k1") == "busy"  # sees its beat for the first time
    assert second.claim(WEEK, "alice", "k1") == "mine"
    assert first.finish(WEEK, kept(), None, judged(kept(), 0), claimed="k1") is None
    assert second.finish(WEEK, kept(), None, judged(kept(), 10), claimed="k1").score == 10
    assert first.runs(WEEK) == {("alice", "k1"): 1}
    assert first.claim(WEEK, "alice", "k1") == "done"
    assert first.check() == []


def test_a_grader_at_work_gives_signs_of_life(opened, monkeypatch):
    monkeypatch.setattr(claims, "BEAT", 0.01)
    book = opened()
    book.claim(WEEK, "alice", "k1")
    for _ in range(3000):
        with book._database.read() as session:
            if session.query(GraderRow).one().beat > 1:
                break
    else:
        pytest.fail("no sign of life")


def test_grading_leaves_no_claim(book):
    grade(book)
    with book._database.read() as session:
        assert session.query(ClaimRow).count() == 0
