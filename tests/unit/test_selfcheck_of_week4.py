"""Self-checks of functions that read rows and arrays, and of folders that are not called cats and dogs."""

# ruff: noqa: N803 - functions in here are written as students write them

from pathlib import Path

import numpy as np
import pytest

from grader import student
from grader.student import check

pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"
)

IMAGES = {"image_shape": [28, 28, 1], "low": 0.0, "high": 1.0}
HANDS = {"image_shape": [32, 32, 3], "low": 0.0, "high": 1.0}


def parse_data_from_input(filename):
    table = np.loadtxt(filename, delimiter=",", skiprows=1)
    return table[:, 1:].reshape(-1, 28, 28), table[:, 0]


def batches(images, labels):
    return [(images[n : n + 9, ..., None] / 255, labels[n : n + 9]) for n in range(0, len(images), 9)]


def train_val_generators(training_images, training_labels, validation_images, validation_labels):
    return batches(training_images, training_labels), batches(validation_images, validation_labels)


def create_model():
    import keras

    layers = [keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(24, activation="softmax")]
    model = keras.Sequential(layers)
    model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def said(capsys, function, **criteria) -> str:
    check(function, **criteria)
    return " ".join(capsys.readouterr().out.split())


def test_a_parser_is_tried_on_rows_of_its_own(capsys):
    wanted = {"parameters": 1, "parses_rows": True}
    assert "✓ what it makes" in said(capsys, parse_data_from_input, function_defined=wanted)

    def shifted(filename):
        images, labels = parse_data_from_input(filename)
        return images, labels + 1

    assert "1 came back where 0 is written" in said(capsys, shifted, function_defined=wanted)


def test_a_function_of_four_arrays_is_given_arrays(capsys):
    found = said(capsys, train_val_generators, generator=IMAGES, no_augmentation={})
    assert found.count("✓") == 2, found


def test_a_model_is_held_against_the_labels_that_its_arrays_have(capsys):
    found = said(capsys, create_model, function_defined={"returns_model": True}, loss_activation={"classes": 24})
    assert "largest label is 24" in found


@pytest.mark.parametrize(("loaded", "mark"), [(["rock-paper-scissors"], "✓"), ([], "✗")])
def test_folders_are_named_like_the_classes_of_the_data_that_was_loaded(capsys, monkeypatch, loaded, mark):
    from PIL import Image

    def train_val_generators(TRAINING_DIR, VALIDATION_DIR):
        def read(folder):
            for label, name in enumerate(("paper", "rock", "scissors")):
                files = sorted((Path(folder) / name).iterdir())
                images = [np.asarray(Image.open(file).resize((32, 32)), dtype=np.float32) / 255 for file in files]
                yield np.stack(images), np.full(len(images), label)

        return list(read(TRAINING_DIR)), list(read(VALIDATION_DIR))

    monkeypatch.setattr(student, "LOADED", loaded)
    assert f"{mark} images and labels" in said(capsys, train_val_generators, generator=HANDS)
