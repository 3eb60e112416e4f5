import numpy as np
import pytest

from grader.measure.labels import measure_labels

TRUTH = [0, 1, 0, 1, 1, 0]


def test_no_labels_are_said_to_be_none():
    assert measure_labels(None, TRUTH, 2).form == "none"


@pytest.mark.parametrize("shape", [(6,), (6, 1)])
def test_whole_numbers_are_integers_in_either_shape(shape):
    found = measure_labels(np.array(TRUTH, float).reshape(shape), TRUTH, 2)
    assert (found.form, found.classes, found.right, found.naming) == ("integers", 2, 1.0, {0: 0, 1: 1})


def test_fractions_are_another_form():
    assert measure_labels(np.full(6, 0.5), TRUTH, 2).form == "other"


def test_rows_that_are_not_one_hot_are_another_form():
    assert measure_labels(np.ones((6, 2)), TRUTH, 2).form == "other"


def test_labels_with_nan_are_another_form():
    assert measure_labels(np.array([np.nan, 1, 0, 1, 1, 0]), TRUTH, 2).form == "other"


def test_one_label_for_all_tells_one_class_and_is_half_right():
    found = measure_labels(np.zeros(6), TRUTH, 2)
    assert (found.classes, found.right) == (1, 0.5)


def test_images_of_unknown_origin_do_not_count():
    found = measure_labels(np.array([0.0, 1, 1, 1, 1, 0]), [0, 1, None, 1, 1, 0], 2)
    assert found.right == 1.0


def test_three_values_for_two_classes_name_the_two_that_fit():
    found = measure_labels(np.array([0.0, 1, 2, 1, 1, 2]), TRUTH, 2)
    assert found.classes == 3
    assert found.naming == {1: 1, 2: 0}


def test_many_classes_are_named_by_their_most_frequent_pairs():
    truth = [n % 10 for n in range(100)]
    found = measure_labels(np.array([(n + 3) % 10 for n in truth], float), truth, 10)
    assert found.right == 1.0
    assert found.naming[3] == 0
