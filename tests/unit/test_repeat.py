"""Submissions run several times: no run is used again or kept, and two scores are told."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from grader.cli import cli
from grader.errors import GraderError
from grader.judge.estimate import estimate
from grader.observation import Accuracy, RunStatus
from grader.repeat import Repeats, Trial
from grader.report.repeats import render, write
from grader.scorecard import Outcome, RunSummary, Scorecard, Verdict


def trial(correct, points=10.0, *, student="alice"):
    verdict = Verdict(
        criterion="new-images", check="holdout_accuracy", title="New", outcome=Outcome.PASSED, points=points,
        max_points=10,
    )  # fmt: skip
    run = RunSummary(status=RunStatus.OK, seconds=1)
    card = Scorecard.of(student=student, notebook="a.ipynb", sha256="0", run=run, verdicts=(verdict,))
    accuracy = Accuracy(correct=correct, images=400, confusion=((0, 0), (0, 0)), classes=("cats", "dogs"))
    return Trial(card, {"holdout_accuracy": estimate([accuracy], 0.95)})


def test_one_score_is_said_once_with_its_interval():
    same = Repeats("alice", (trial(340), trial(340), trial(340)))
    assert (same.scores, same.differing, same.is_one_score) == ((10.0,), (), True)
    said = render([same], max_score=10)
    assert "alice" in said
    assert "85.0% (81.2% to 88.2%)" in said
    assert "nothing" in said
    assert "got the same points every time" in said


def test_accuracies_that_differ_are_a_range_and_no_alarm():
    said = render([Repeats("alice", (trial(340), trial(344)))], max_score=10, width=160)
    assert "85.0% (81.2% to 88.2%) to 86.0% (82.3% to 89.1%)" in said
    assert "accuracy, not the score" in said


def test_two_scores_are_told_with_the_criterion_that_makes_them():
    apart = Repeats("alice", (trial(340), trial(290, 0.0)))
    said = render([apart, Repeats("bob", (trial(340), trial(340)))], max_score=10, width=160)
    assert not apart.is_one_score
    assert "0/10 to 10/10" in said
    assert "POINTS: new-images" in said
    assert "1 of 2 submissions did not get the same points every time: alice." in said


def test_training_that_its_seconds_ended_is_told():
    timed = replace(trial(340), stopped="seconds")
    assert "In 1 run the week's seconds" in render([Repeats("alice", (timed, trial(340)))], max_score=10)
    assert timed.document()["training_stopped_by"] == "seconds"


def test_the_document_has_every_run(tmp_path):
    document = {"submissions": [Repeats("alice", (trial(340), trial(344))).document()]}
    file = write(document, tmp_path / "new")
    (one,) = json.loads(file.read_text())["submissions"]
    assert one["one_score"]
    assert [run["holdout_accuracy"]["correct"] for run in one["trials"]] == [340, 344]
    assert one["trials"][0]["holdout_accuracy"]["interval"] == [0.8117, 0.8817]


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(GraderError, match="--out"):
        write({}, tmp_path / "file")


@pytest.mark.parametrize("more", [["--rerun"], ["--fail-under", "50"], ["--repeat", "1"]])
def test_what_makes_no_sense_beside_repeating_is_refused(more):
    told = CliRunner().invoke(cli, ["grade", "week1", "a.ipynb", "--repeat", "2", *more])
    assert told.exit_code == 2
    assert "--repeat" in told.output
