import numpy as np
import pytest

from grader.measure.mistakes import MOST, worst_mistakes
from grader.observation import KerasModel, Loss, Output

CLASSES = ("cats", "dogs")


def model(units: int, activation: str, *, from_logits: bool = False) -> KerasModel:
    loss = Loss(name="binary_crossentropy", from_logits=from_logits)
    return KerasModel(output=Output(units=units, activation=activation, layer="Dense"), loss=loss)


def test_the_image_that_the_model_is_surest_about_comes_first():
    predictions = np.array([[0.6], [0.99], [0.1], [0.2]], np.float32)
    files = ["Cat/1.jpg", "Cat/2.jpg", "Cat/3.jpg", "Dog/4.jpg"]
    found = worst_mistakes(predictions, (0, 0, 0, 1), CLASSES, files, model=model(1, "sigmoid"))
    assert [(m.file, m.truth, m.said, m.confidence) for m in found] == [
        ("Cat/2.jpg", "cats", "dogs", 0.99),
        ("Dog/4.jpg", "dogs", "cats", 0.8),
        ("Cat/1.jpg", "cats", "dogs", 0.6),
    ]


@pytest.mark.parametrize(
    ("row", "about", "sure"),
    [
        ([3.0], model(1, "linear", from_logits=True), 0.9526),
        ([3.0], model(1, "linear"), None),
        ([0.2, 0.8], model(2, "softmax"), 0.8),
        ([0.0, 3.0], model(2, "linear", from_logits=True), 0.9526),
        ([0.9, 0.95], model(2, "sigmoid"), None),
    ],
)
def test_confidence_is_told_where_the_output_is_a_probability(row, about, sure):
    (mistake,) = worst_mistakes(np.array([row], np.float32), (0,), CLASSES, ["a"], model=about)
    assert mistake.confidence == sure


def test_other_names_of_classes_and_codes_of_labels_are_followed():
    predictions = np.array([[0.9]], np.float32)
    assert not worst_mistakes(predictions, (0,), CLASSES, ["a"], model=model(1, "sigmoid"), naming={0: 1, 1: 0})
    letters = np.eye(25, dtype=np.float32)[[10]]  # J is absent: the ninth letter of the data has code 10
    names = tuple("ABCDEFGHIKLMNOPQRSTUVWXY")
    codes = (*range(9), *range(10, 25))
    assert not worst_mistakes(letters, (9,), names, ["a"], model=model(25, "softmax"), codes=codes)
    (mistake,) = worst_mistakes(letters, (8,), names, ["a"], model=model(25, "softmax"), codes=codes)
    assert (mistake.truth, mistake.said) == ("I", "K")


def test_there_are_at_most_a_dozen_and_none_without_files_to_name():
    predictions = np.full((40, 1), 0.9, np.float32)
    files = [str(n) for n in range(40)]
    assert len(worst_mistakes(predictions, (0,) * 40, CLASSES, files, model=model(1, "sigmoid"))) == MOST
    assert worst_mistakes(predictions, (0,) * 40, CLASSES, [], model=model(1, "sigmoid")) == ()


def test_nan_is_no_mistake_about_a_class():
    predictions = np.array([[np.nan], [0.9]], np.float32)
    found = worst_mistakes(predictions, (0, 0), CLASSES, ["a", "b"], model=model(1, "sigmoid"))
    assert [(m.file, m.confidence) for m in found] == [("b", None)]
