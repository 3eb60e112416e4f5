import numpy as np
import pytest

from grader.measure.accuracy import measure_accuracy, predicted_labels
from grader.observation import KerasModel, Loss, Output

CLASSES = ("cats", "dogs")


def model(units, activation, loss="binary_crossentropy"):
    return KerasModel(output=Output(units=units, activation=activation, layer="Dense"), loss=Loss(name=loss))


@pytest.mark.parametrize(
    ("activation", "loss", "values", "labels"),
    [
        ("sigmoid", "binary_crossentropy", [0.2, 0.5, 0.7], [0, 0, 1]),
        ("linear", "binary_crossentropy", [-0.2, 0.3, 5.0], [0, 1, 1]),
        ("linear", "mean_squared_error", [-0.2, 0.3, 0.8], [0, 0, 1]),
        ("tanh", "hinge", [-0.2, 0.3, 0.8], [0, 1, 1]),
        ("sigmoid", "binary_crossentropy", [np.nan, np.inf, 0.1], [-1, 1, 0]),
    ],
)
def test_one_unit_is_cut_in_the_middle(activation, loss, values, labels):
    found = predicted_labels(np.array(values, np.float32)[:, None], model(1, activation, loss))
    assert found.tolist() == labels


def test_of_several_units_the_largest_counts_and_nan_is_no_label():
    rows = np.array([[0.9, 0.1], [0.2, 0.8], [np.nan, 0.5]], np.float32)
    assert predicted_labels(rows, model(2, "softmax")).tolist() == [0, 1, -1]


def test_correct_predictions_are_counted_by_class():
    seen = measure_accuracy(
        np.array([[0.1], [0.9], [0.8], [np.nan]], np.float32), (0, 0, 1, 1), CLASSES, model=model(1, "sigmoid")
    )
    assert (seen.correct, seen.images, seen.share) == (2, 4, 0.5)
    assert seen.confusion == ((1, 1), (0, 1))


def test_classes_that_the_student_numbers_the_other_way_round_are_followed():
    predictions = np.array([[0.9], [0.1]], np.float32)
    seen = measure_accuracy(predictions, (0, 1), CLASSES, model=model(1, "sigmoid"), naming={0: 1, 1: 0})
    assert seen.correct == 2


@pytest.mark.parametrize(("units", "label"), [(4, 3), (3, 2)])
def test_labels_of_a_csv_file_count_where_there_are_units_for_them(units, label):
    predictions = np.eye(units, dtype=np.float32)[[label]]
    seen = measure_accuracy(predictions, (2,), ("A", "B", "D"), model=model(units, "softmax"), codes=(0, 1, 3))
    assert seen.correct == 1


def test_a_unit_that_stands_for_no_class_is_wrong():
    predictions = np.array([[0.0, 0.1, 0.9], [0.0, 0.9, 0.1]], np.float32)
    seen = measure_accuracy(predictions, (0, 1), CLASSES, model=model(3, "softmax"))
    assert (seen.correct, seen.confusion) == (1, ((0, 0), (0, 1)))
