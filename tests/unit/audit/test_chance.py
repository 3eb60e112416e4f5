"""How often chance decides, against figures that were worked out in another way."""

import numpy as np
import pytest
from scipy import stats

from grader.audit.chance import Measured, false_fail, gap_risk, guessed, risk_of


def test_seeds_that_do_not_differ_leave_the_binomial():
    assert false_fail([0.8] * 5, 100, 0.75) == pytest.approx(stats.binom.cdf(74, 100, 0.8))


def test_many_images_leave_the_spread_between_seeds():
    shares = [0.80, 0.82, 0.84, 0.86, 0.88]
    scale = np.std(shares, ddof=1) * np.sqrt(1.2)
    assert false_fail(shares, 10**7, 0.75) == pytest.approx(stats.t.cdf((0.75 - 0.84) / scale, 4), rel=0.02)


def test_both_together_agree_with_a_simulation():
    shares, chance = [0.78, 0.80, 0.82, 0.79, 0.81], np.random.default_rng(1)
    p = np.mean(shares) + np.std(shares, ddof=1) * np.sqrt(1.2) * chance.standard_t(4, 400_000)
    failed = chance.binomial(200, np.clip(p, 0, 1)) < 150
    assert false_fail(shares, 200, 0.75) == pytest.approx(failed.mean(), abs=0.003)


def test_more_images_and_a_lower_threshold_make_it_rarer():
    shares = [0.86, 0.88, 0.87, 0.89, 0.85, 0.87]
    assert false_fail(shares, 400, 0.75) < false_fail(shares, 100, 0.75)
    assert false_fail(shares, 100, 0.7) < false_fail(shares, 100, 0.75)


def test_a_guess_reaches_a_threshold_at_chance_half_of_the_time():
    assert guessed(301, 0.5, 0.5) == pytest.approx(0.5)
    assert guessed(300, 0.75, 0.5) < 1e-12


@pytest.mark.parametrize(
    ("threshold", "kind", "words"),
    [(0.75, "", ""), (0.52, "chance", "guesses"), (0.93, "unlucky", "fails with probability")],
)
def test_a_threshold_has_a_name_for_what_is_wrong_with_it(threshold, kind, words):
    seeds = Measured(criterion="accuracy", images=300, correct=(285, 288, 282, 286, 284, 287), largest=0.5)
    risk = risk_of(seeds, threshold)
    assert risk.kind == kind
    assert not kind or words in risk.message


def test_a_gap_of_another_seed_is_predicted_from_those_that_were_measured():
    training = Measured(criterion="train", images=200, correct=(190, 192, 188, 194), largest=0.5)
    holdout = Measured(criterion="new", images=400, correct=(360, 372, 364, 376), largest=0.5)
    gaps = np.array([0.05, 0.03, 0.03, 0.03])
    scale = gaps.std(ddof=1) * np.sqrt(1.25)
    risk = gap_risk("gap", training, holdout, 0.12, 0.7, granted=False)
    assert risk.fails == pytest.approx(stats.t.sf((0.12 - gaps.mean()) / scale, 3))
    assert risk.guesses < 1e-6
    assert gap_risk("gap", training, holdout, 0.01, 0.7).message.startswith(
        "'gap' asks for a gap of at most 1%; a right"
    )
    same = Measured(criterion="new", images=400, correct=(380, 384, 376, 388), largest=0.5)
    assert gap_risk("gap", training, same, 0.12, 0.7, granted=False).fails == 0
    assert gap_risk("gap", training, holdout, 0.12).kind == "chance"


def test_the_standard_error_that_a_rubric_grants_makes_a_gap_fail_less_often():
    training = Measured(criterion="train", images=200, correct=(190, 192, 188, 194), largest=0.5)
    holdout = Measured(criterion="new", images=400, correct=(360, 372, 364, 376), largest=0.5)
    judged = [
        train - new - np.sqrt(train * (1 - train) / 200 + new * (1 - new) / 400)
        for train, new in zip(training.shares, holdout.shares, strict=True)
    ]
    scale = np.std(judged, ddof=1) * np.sqrt(1.25)
    risk = gap_risk("gap", training, holdout, 0.05, 0.7)
    assert risk.fails == pytest.approx(stats.t.sf((0.05 - np.mean(judged)) / scale, 3))
    assert risk.mean == pytest.approx(0.035)
    assert risk.fails < gap_risk("gap", training, holdout, 0.05, 0.7, granted=False).fails
