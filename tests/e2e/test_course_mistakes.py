"""What students of the public course get wrong, planted without training: each loses its own points and is named.

Mistakes that show only in a trained model are in the sample classes of `tests/submissions`.
"""

import json
from pathlib import Path

import nbformat
import pytest

from .test_sample_class import ROOT, grade, told

SETUP = """
import os, random, shutil
import keras
from tensorflow.keras.preprocessing.image import ImageDataGenerator
root_dir = "/tmp/cats-v-dogs"
share = 0.9
"""

RIGHT = {
    "directories": """
def create_train_val_dirs(root_path):
    for part in ("training", "validation"):
        for animal in ("cats", "dogs"):
            os.makedirs(os.path.join(root_path, part, animal))
""",
    "split": """
def split_data(SOURCE_DIR, TRAINING_DIR, VALIDATION_DIR, SPLIT_SIZE):
    names = []
    for name in os.listdir(SOURCE_DIR):
        if os.path.getsize(SOURCE_DIR + name) > 0:
            names.append(name)
        else:
            print(f"{name} is zero length, so ignoring.")
    names = random.sample(names, len(names))
    cut = int(len(names) * SPLIT_SIZE)
    for name in names[:cut]:
        shutil.copyfile(SOURCE_DIR + name, TRAINING_DIR + name)
    for name in names[cut:]:
        shutil.copyfile(SOURCE_DIR + name, VALIDATION_DIR + name)
""",
    "generators": """
def train_val_generators(TRAINING_DIR, VALIDATION_DIR):
    recipe = ImageDataGenerator(rescale=1 / 255.)
    train = recipe.flow_from_directory(TRAINING_DIR, target_size=(150, 150), batch_size=20, class_mode="binary")
    validation = recipe.flow_from_directory(VALIDATION_DIR, target_size=(150, 150), batch_size=20, class_mode="binary")
    return train, validation
""",
    "model": """
def create_model():
    model = keras.Sequential([keras.Input((150, 150, 3))])
    for filters in (8, 8, 8):
        model.add(keras.layers.Conv2D(filters, 3, strides=2, activation="relu"))
    model.add(keras.layers.Flatten())
    model.add(keras.layers.Dense(1, activation="sigmoid"))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model
""",
}

Change = tuple[str, str, str]
"""A function, what stands in it, and what a student wrote instead."""
Outcome = dict[str, str]
"""Criterion that is lost -> words of its feedback."""

PLANTED: dict[str, tuple[list[Change], Outcome]] = {
    "several": (
        [
            ("directories", "os.path.join(root_path, part", "os.path.join(root_dir, part"),
            ("split", "names = random.sample(names, len(names))", "random.sample(names, len(names))"),
            ("generators", "flow_from_directory(VALIDATION_DIR", "flow_from_directory(TRAINING_DIR"),
            ("model", '"binary_crossentropy"', '"categorical_crossentropy"'),
        ],
        {
            "directories": "reads `root_dir`",
            "split": "`random.sample` returns a new list",
            "generators": "images of the training folder",
            "pairing": "one unit",
        },
    ),
    "others": (
        [
            ("directories", "    for part", "    pass\n\nroot_path = root_dir\nif True:\n    for part"),
            (
                "split",
                "    names = []\n",
                "    names = []\n    cut = int(len(os.listdir(SOURCE_DIR)) * SPLIT_SIZE)\n",
            ),
            ("split", "    cut = int(len(names) * SPLIT_SIZE)\n", ""),
            ("generators", ', class_mode="binary"', ""),
            ("model", "keras.layers.Dense(1, activation=\"sigmoid\")", "keras.layers.Dense(2, activation=\"sigmoid\")"),
            ("model", '"binary_crossentropy"', '"sparse_categorical_crossentropy"'),
        ],
        {
            "directories": "no statements",
            "split": "Filter first, then split",
            "pairing": "one-hot",
        },
    ),
    "more": (
        [
            ("directories", "part, animal))", "part, animal[:-1]))"),
            ("split", "os.path.getsize(SOURCE_DIR + name) > 0", "os.path.isfile(SOURCE_DIR + name)"),
            ("generators", "rescale=1 / 255.", "rescale=1 / 225."),
            ("model", 'activation="sigmoid"', 'activation="softmax"'),
        ],
        {
            "directories": "training/cats",
            "split": "zero-length files were copied",
            "generators": "1/255",
            "pairing": "always",
        },
    ),
    "shares": (
        [
            ("split", "* SPLIT_SIZE", "* share"),
            ("generators", "rescale=1 / 255.", "rescale=1 / 255., horizontal_flip=True"),
            ("model", "keras.layers.Dense(1", "keras.layers.Dense(2"),
        ],
        {
            "split": "reads `share`",
            "validation-untouched": "flip",
            "pairing": "2 values",
        },
    ),
    "strangers": (
        [
            ("split", "names[cut:]", "names[cut + 1:]"),
            ("generators", "rescale=1 / 255.", "rescale=factor"),
            ("model", "return model", "model"),
        ],
        {
            "split": "neither folder",
            "generators": "name 'factor' is not defined",
            "validation-untouched": "name 'factor' is not defined",
            "create-model": "`return` line",
        },
    ),
}  # fmt: skip


def notebook(changes: list[Change]) -> nbformat.NotebookNode:
    cells = dict(RIGHT)
    for function, old, new in changes:
        assert old in cells[function]
        cells[function] = cells[function].replace(old, new)
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in (SETUP, *cells.values())])


@pytest.fixture(scope="module")
def cards(tmp_path_factory) -> dict[str, dict]:
    folder, out = tmp_path_factory.mktemp("class"), tmp_path_factory.mktemp("report")
    for name, (changes, _) in {"nobody": ([], {}), **PLANTED}.items():
        nbformat.write(notebook(changes), Path(folder) / f"{name}.ipynb")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        assert grade("grade", "week1", folder, "--out", out) == 0
    return {card["student"]: card for card in json.loads((out / "scores.json").read_text())["submissions"]}


UNTRAINED = {"training", "train-accuracy", "holdout-accuracy", "curves"}


def failed(card: dict) -> set[str]:
    return {v["criterion"] for v in card["verdicts"] if v["outcome"] in {"failed", "partial"}}


def test_without_a_mistake_only_the_training_is_missing(cards):
    assert {v["criterion"] for v in cards["nobody"]["verdicts"] if v["points"] == 0} == UNTRAINED, told(cards["nobody"])


@pytest.mark.parametrize("name", PLANTED)
def test_each_planted_mistake_loses_its_own_points_and_no_others(cards, name):
    assert failed(cards[name]) - UNTRAINED == set(PLANTED[name][1]), told(cards[name])


@pytest.mark.parametrize(
    ("name", "criterion", "words"), [(name, *pair) for name, (_, lost) in PLANTED.items() for pair in lost.items()]
)
def test_each_planted_mistake_is_named(cards, name, criterion, words):
    feedback = next(v["feedback"] for v in cards[name]["verdicts"] if v["criterion"] == criterion)
    assert words in feedback
