"""A result that chance could have decided: run again by the rubric, decided by all runs, kept for rejudging."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from grader.course import Limits, find_course
from grader.datasets import LabelledImages
from grader.errors import RubricError
from grader.grade import ClassGrader
from grader.gradebook import Gradebook
from grader.intake import take_in
from grader.observation import Accuracy, Observations, Run, RunStatus
from grader.repeat import repeat
from grader.run import Runner, RunOutcome
from grader.sampling import images_asked
from grader.sandbox import Job, Result, Sandbox
from grader.scoring import Scorer, rejudge_class

RUBRIC = """
title = "Close"
image_shape = [32, 32, 3]
functions = [{ name = "create_model", role = "model" }]
[[criteria]]
id = "new-images"
check = "holdout_accuracy"
title = "New images"
points = 10
parameters = { minimum = 0.75 }
"""
CLASSES = ("cats", "dogs")


class NoSandbox(Sandbox):
    """Runs nothing."""

    name = "no"
    isolates = True

    def run(self, job: Job, spool: Path) -> Result:
        raise NotImplementedError


class Class:
    """A course of one week and one submission, whose notebook says how many of 400 images each seed gets right."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = root
        self.runs: Counter[int] = Counter()
        self.holdouts: list[int] = []
        self.broken: set[int] = set()
        (root / "solutions" / "week1").mkdir(parents=True)
        (root / "solutions" / "course.toml").write_text('title = "T"\n[weeks.week1]\ndata = "cats-dogs"\n')
        self.rubric(RUBRIC)
        monkeypatch.setattr(Runner, "_run", self._run)

    def rubric(self, text: str) -> None:
        (self.root / "solutions" / "week1" / "rubric.toml").write_text(text)

    def submit(self, *correct: int) -> None:
        (self.root / "alice.ipynb").write_text(" ".join(map(str, correct)))

    def _run(self, submission, digest, seed, holdout):
        del digest
        self.runs[seed] += 1
        self.holdouts.append(len(holdout.files))
        correct = int(submission.path.read_text().split()[seed - 1])
        status = RunStatus.INTERNAL if seed in self.broken else RunStatus.OK
        accuracy = Accuracy(correct=correct, images=400, confusion=((0, 0), (0, 0)), classes=CLASSES)
        return RunOutcome(Observations(run=Run(status=status, seconds=1), holdout_accuracy=accuracy), f"seed {seed}")

    def grade(self, book: Gradebook):
        (card,) = self.grader(book).run().scores.submissions
        return card

    def grader(self, book: Gradebook) -> ClassGrader:
        course = find_course(self.root)
        scorer = Scorer.of(course, "week1")
        runner = Runner(
            assignment=scorer.assignment, limits=Limits(), sandbox=NoSandbox(), data={}, training=images(1),
            holdout=images(1), secret=bytes(32), environment={}, other_holdout=images,
        )  # fmt: skip
        found = take_in("week1", [self.root / "alice.ipynb"]).submissions
        return ClassGrader(scorer=scorer, submissions=found, runner=runner, book=book, jobs=1, rerun=False)


def images(count: int) -> LabelledImages:
    return LabelledImages(tuple(Path(f"draw{count}/{n}.png") for n in range(count)), (0,) * count, CLASSES)


@pytest.fixture
def close(tmp_path, monkeypatch) -> Class:
    return Class(tmp_path, monkeypatch)


@pytest.fixture
def book(tmp_path):
    with Gradebook(tmp_path / "g.sqlite") as book:
        yield book


def test_a_run_under_another_keras_is_another_run(close, book):
    close.submit(360)
    runner = close.grader(book).runner
    other = replace(runner, assignment=replace(runner.assignment, keras="tf_keras"))
    assert runner.key("digest") == replace(runner).key("digest") != other.key("digest")


@pytest.mark.parametrize("correct", [360, 200])
def test_a_clear_result_is_run_once(close, book, correct):
    close.submit(correct)
    card = close.grade(book)
    assert close.runs == {1: 1}
    assert card.score == (10 if correct == 360 else 0)


def test_a_borderline_result_is_run_with_the_other_seeds_on_other_images_and_all_decide(close, book):
    close.submit(302, 290, 285)
    (verdict,) = close.grade(book).verdicts
    assert close.runs == {1: 1, 2: 1, 3: 1}
    assert close.holdouts == [1, 2, 3]
    assert verdict.points == 0
    assert verdict.evidence["runs"] == ["302 of 400", "290 of 400", "285 of 400"]
    assert book.executed("week1", "alice") == "seed 1"


def test_what_was_decided_so_is_judged_again_without_a_run(close, book):
    close.submit(302, 320, 310)
    assert close.grade(book).score == 10
    close.rubric(RUBRIC.replace("0.75", "0.8"))
    graded = rejudge_class(find_course(close.root), "week1", book)
    assert graded.scores.submissions[0].score == 0
    assert "932 of 1,200 images in 3 runs" in graded.scores.submissions[0].verdicts[0].actual
    assert close.runs.total() == 3
    assert close.grade(book).run.reused


def test_a_threshold_that_comes_close_costs_the_further_runs_only(close, book):
    close.submit(360, 350, 340)
    close.grade(book)
    close.rubric(RUBRIC.replace("0.75", "0.9"))
    card = close.grade(book)
    assert close.runs == {1: 1, 2: 1, 3: 1}
    assert card.score == 0
    assert book.executed("week1", "alice") == "seed 1"


def test_the_rubric_says_which_seeds_and_whose_results(close, book):
    close.submit(302, 0, 0, 0, 310)
    close.rubric("borderline = { seeds = [5] }\n" + RUBRIC)
    close.grade(book)
    assert close.runs == {1: 1, 5: 1}
    for policy in ("{ seeds = [] }", '{ checks = ["train_accuracy"] }'):
        close.rubric(f"borderline = {policy}\n" + RUBRIC)
        (close.root / "alice.ipynb").write_text(f"302 0 {len(policy)}")
        assert close.grade(book).verdicts[0].evidence["borderline"]
    assert close.runs == {1: 3, 5: 1}


def test_a_further_run_that_fails_through_us_is_made_good(close, book):
    close.submit(302, 310, 310)
    close.broken = {3}
    assert len(close.grade(book).verdicts[0].evidence["runs"]) == 2
    close.broken = set()
    assert len(close.grade(book).verdicts[0].evidence["runs"]) == 3
    assert close.runs == {1: 1, 2: 1, 3: 2}


def test_repeating_uses_no_run_again_and_keeps_none(close, book):
    close.submit(302, 310, 310)
    told = []
    (found,) = repeat(close.grader(book), 3, finished=lambda: told.append(1))
    assert close.runs == {1: 3, 2: 3, 3: 3}
    assert (found.is_one_score, found.scores, len(told)) == (True, (10.0,), 3)
    assert [each.words for each in found.accuracies("holdout_accuracy")] == [
        "76.8% (922 of 1,200 images in 3 runs; 95% interval 74.4% to 79.1%)"
    ] * 3
    assert book.scorecards("week1") == ()


def test_a_further_run_that_cannot_even_begin_costs_nothing_of_the_first(close, book):
    close.submit(302)  # says nothing of other seeds
    (verdict,) = close.grade(book).verdicts
    assert (verdict.points, verdict.evidence["runs"]) == (10, ["302 of 400"])


@pytest.mark.parametrize("seeds", ["[1]", "[2, 2]", "[-1]", "[4294967296]"])
def test_seeds_that_make_no_other_run_are_refused(close, seeds):
    close.rubric(f"borderline = {{ seeds = {seeds} }}\n" + RUBRIC)
    with pytest.raises(RubricError, match="seeds differ"):
        Scorer.of(find_course(close.root), "week1")


def test_the_holdout_is_as_large_as_the_most_precise_criterion_asks(close):
    course = find_course(close.root)
    assert images_asked(Scorer.of(course, "week1").rubric) == 286
    close.rubric(RUBRIC.replace("0.75 }", "0.75, precision = 0.04 }"))
    assert images_asked(Scorer.of(course, "week1").rubric) == 448
    close.rubric(RUBRIC.replace("holdout_accuracy", "train_accuracy"))
    assert images_asked(Scorer.of(course, "week1").rubric) is None
