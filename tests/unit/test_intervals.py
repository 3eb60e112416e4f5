"""Wilson's interval, the number of images that makes it narrow, and the interval of a difference."""

import math

import pytest

from grader.intervals import Interval, difference, images_needed, wilson


@pytest.mark.parametrize(
    ("correct", "images", "low", "high"),
    [(81, 100, 0.7222, 0.8749), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (1, 1, 0.2065, 1.0)],
)
def test_the_interval_is_that_of_the_tables(correct, images, low, high):
    found = wilson(correct, images)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_the_ends_of_the_interval_solve_wilsons_equation():
    share, images, z = 0.75, 400, 1.959964
    found = wilson(300, images)
    for end in (found.low, found.high):
        assert abs(share - end) == pytest.approx(z * math.sqrt(end * (1 - end) / images), rel=1e-5)


def test_more_confidence_is_a_wider_interval():
    assert wilson(75, 100, confidence=0.99).precision > wilson(75, 100).precision


@pytest.mark.parametrize("share", [0.5, 0.75, 0.85, 0.95, 1.0])
@pytest.mark.parametrize("precision", [0.02, 0.04, 0.1])
@pytest.mark.parametrize("confidence", [0.9, 0.95])
def test_the_number_of_images_is_the_smallest_that_is_precise_enough(share, precision, confidence):
    images = images_needed(share, precision, confidence=confidence)
    assert wilson(share * images, images, confidence=confidence).precision <= precision + 1e-9
    fewer = images - 1
    assert fewer == 0 or wilson(share * fewer, fewer, confidence=confidence).precision > precision


def test_a_threshold_is_straddled_when_the_truth_may_lie_on_either_side():
    interval = Interval(0.70, 0.80)
    assert [interval.straddles(at) for at in (0.69, 0.70, 0.71, 0.80, 0.81)] == [False, False, True, True, False]
    assert str(interval) == "70.0% to 80.0%"


def test_the_interval_of_a_difference_is_newcombes():
    """His first example: 56 of 70 against 48 of 80, by method 10."""
    found = difference(56 / 70, wilson(56, 70), 48 / 80, wilson(48, 80))
    assert (round(found.low, 4), round(found.high, 4)) == (0.0524, 0.3339)
