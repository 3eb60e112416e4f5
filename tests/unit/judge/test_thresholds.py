"""Accuracies against their thresholds: intervals, bands, borderline results and what several runs say together."""

import pytest

from grader.errors import RubricError
from grader.judge import compile_rubric, judge
from grader.judge.estimate import estimate
from grader.observation import Accuracy, Again, Run, RunStatus
from grader.rubric import Rubric
from grader.scorecard import Outcome


def accuracy(correct, images=400, draw=0):
    wrong = images - correct
    confusion = ((correct // 2, wrong // 2), (wrong - wrong // 2, correct - correct // 2))
    return Accuracy(correct=correct, images=images, confusion=confusion, classes=("cats", "dogs"), draw=draw)


def again(seed, correct, draw=0, train=190):
    run = Run(status=RunStatus.OK, seconds=1)
    return Again(seed=seed, run=run, train_accuracy=accuracy(train, 200), holdout_accuracy=accuracy(correct, draw=draw))


def verdict(right, correct, *, runs=(), check="holdout_accuracy", **parameters):
    criterion = {"id": "it", "title": "It", "points": 10, "check": check, "parameters": parameters}
    functions = [{"name": "create_model", "role": "model"}]
    rubric = Rubric.model_validate(
        {"title": "T", "image_shape": [150, 150, 3], "functions": functions, "criteria": [criterion]}
    )
    seen = right.model_copy(update={"holdout_accuracy": accuracy(correct), "again": tuple(runs)})
    (found,) = judge(compile_rubric(rubric, where="rubric.toml"), seen)
    return found


def test_a_verdict_carries_its_interval_and_the_number_of_images(right):
    found = verdict(right, 360, minimum=0.75)
    assert found.actual == "90.0% (360 of 400 images; 95% interval 86.7% to 92.6%)"
    assert found.evidence["interval"] == [0.8667, 0.9257]
    assert (found.evidence["images"], found.evidence["borderline"], found.evidence["near"]) == (400, False, [])


@pytest.mark.parametrize(
    ("correct", "outcome", "borderline"),
    [
        (360, "passed", False),
        (305, "passed", True),
        (300, "passed", True),
        (299, "failed", True),
        (270, "failed", False),
    ],
)
def test_a_result_whose_interval_holds_the_threshold_is_borderline(right, correct, outcome, borderline):
    found = verdict(right, correct, minimum=0.75)
    assert (found.outcome, found.evidence["borderline"]) == (outcome, borderline)


def test_less_confidence_makes_fewer_results_borderline(right):
    assert verdict(right, 308, minimum=0.75).evidence["borderline"]
    assert not verdict(right, 308, minimum=0.75, confidence=0.5).evidence["borderline"]


def test_bands_earn_parts_and_each_of_them_can_be_near(right):
    bands = [{"share": 0.7, "credit": 0.5}, {"share": 0.6, "credit": 0.2}]
    points = [verdict(right, c, minimum=0.8, bands=bands).points for c in (330, 300, 250, 100)]
    assert points == [10, 5, 2, 0]
    assert verdict(right, 285, minimum=0.8, bands=bands).evidence["near"] == [0.7]
    assert verdict(right, 300, minimum=0.8, partial=0.7).outcome is Outcome.PARTIAL


@pytest.mark.parametrize(
    "parameters",
    [
        {"bands": [{"share": 0.8, "credit": 0.5}]},
        {"bands": [{"share": 0.6, "credit": 0.2}, {"share": 0.7, "credit": 0.1}]},
        {"bands": [{"share": 0.7, "credit": 0.2}, {"share": 0.6, "credit": 0.5}]},
        {"bands": [{"share": 0.7, "credit": 0.5}], "partial": 0.6},
        {"partial": 0.9},
    ],
)
def test_bands_that_do_not_lead_down_are_refused(right, parameters):
    with pytest.raises(RubricError, match="bands"):
        verdict(right, 300, minimum=0.75, **parameters)


def test_runs_with_other_seeds_decide_together(right):
    alone = verdict(right, 305, minimum=0.75)
    together = verdict(right, 305, runs=[again(2, 290, draw=1), again(3, 285, draw=2)], minimum=0.75)
    assert (alone.outcome, together.outcome) == (Outcome.PASSED, Outcome.FAILED)
    assert together.actual == "73.3% (880 of 1,200 images in 3 runs; 95% interval 70.3% to 76.2%)"
    assert together.evidence["runs"] == ["305 of 400", "290 of 400", "285 of 400"]


def test_a_run_that_came_to_no_model_has_no_part(right):
    failed = Again(seed=2, run=Run(status=RunStatus.TIMEOUT, seconds=9))
    assert verdict(right, 305, runs=[failed], minimum=0.75).evidence["runs"] == ["305 of 400"]


def test_other_images_narrow_the_interval_and_the_same_ones_do_not():
    one = estimate([accuracy(300)], 0.95).interval.precision
    same = estimate([accuracy(300), accuracy(300), accuracy(300)], 0.95).interval.precision
    other = estimate([accuracy(300), accuracy(300, draw=1), accuracy(300, draw=2)], 0.95).interval.precision
    assert same == pytest.approx(one)
    assert other == pytest.approx(one / 3**0.5, rel=0.01)


def test_runs_that_differ_more_than_chance_explains_widen_the_interval():
    alike = estimate([accuracy(300), accuracy(302, draw=1), accuracy(298, draw=2)], 0.95)
    apart = estimate([accuracy(380), accuracy(320, draw=1), accuracy(200, draw=2)], 0.95)
    assert alike.share == apart.share
    assert apart.interval.precision > 5 * alike.interval.precision


def test_the_threshold_and_the_precision_say_how_many_images_are_predicted(right):
    from grader.judge.holdout_accuracy import Parameters

    assert Parameters(minimum=0.75).images == 286
    assert Parameters(minimum=0.75, precision=0.04).images == 448


def test_the_gap_has_an_interval_of_its_own(right):
    found = verdict(right, 340, check="overfitting_gap", at_most=0.05)
    assert "a gap of 10.0% (95% interval 4.9% to 14.4%)" in found.actual
    assert found.evidence["borderline"]
    assert not verdict(right, 380, check="overfitting_gap", at_most=0.15).evidence["borderline"]
