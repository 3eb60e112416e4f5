"""A course that chose `tf_keras`: notebooks of 2019 run on it, and are judged as others are."""

import json
import shutil
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from grader.cli import main
from grader.course import GRADEBOOK

ROOT = Path(__file__).parents[2]
PUBLIC = ROOT / "tests" / "submissions" / "public"
COURSE = 'title = "T"\nkeras = "tf_keras"\n[weeks.week1]\ndata = "cats-dogs"\nlimits = {run_seconds = 150}\n'
CRITERIA = {
    "runs": ("notebook_runs", ""),
    "model": ("function_defined", 'function = "create_model"\nparameters = { returns_model = true }'),
    "output": ("output_layer", 'function = "create_model"\nparameters = { units = [1, 2] }'),
    "pairing": ("loss_activation", 'function = "create_model"\nparameters = { classes = 2 }'),
    "rate": ("optimizer", 'function = "create_model"\nparameters = { names = ["rmsprop"], at_most = 0.0008 }'),
    "seen": ("holdout_accuracy", "parameters = { minimum = 0.1, precision = 0.2 }"),  # few images, quickly drawn
    "trained": ("training_history", "parameters = { epochs = 2 }"),
}
RUBRIC = """
title = "A first model"
image_shape = [20, 20, 3]

[[functions]]
name = "train_val_generators"
role = "pipelines"

[[functions]]
name = "create_model"
role = "model"
""" + "".join(
    f'\n[[criteria]]\nid = "{name}"\ncheck = "{check}"\ntitle = "{name}"\npoints = 5\n{more}\n'
    for name, (check, more) in CRITERIA.items()
)
MODEL = """import keras, numpy as np, tensorflow as tf
from keras.layers import Conv2D, Dense, Flatten
from keras.layers.core import Dropout
from keras.models import Sequential
from keras.optimizers import RMSprop
from keras.preprocessing.image import ImageDataGenerator

assert keras.__version__.startswith("2.") and tf.keras.layers.Dense is Dense, keras.__version__

def train_val_generators(TRAINING_DIR, VALIDATION_DIR):
    made = ImageDataGenerator(rescale=1 / 255)
    return [made.flow_from_directory(folder, (20, 20), batch_size=16, class_mode="binary")
            for folder in (TRAINING_DIR, VALIDATION_DIR)]


def create_model():
    model = Sequential([
        Conv2D(4, (3, 3), activation="relu", input_shape=(20, 20, 3)), Flatten(), Dropout(0.1),
        Dense(1, activation="sigmoid"),
    ])
    model.compile(loss="binary_crossentropy", optimizer=RMSprop(lr=0.0005), metrics=["acc"])
    return model"""
TRAIN = """rng = np.random.default_rng(3)
labels = np.arange(40) % 2
images = rng.uniform(0, 80, (40, 20, 20, 3)) + labels[:, None, None, None] * 90
flow = ImageDataGenerator(rescale=1 / 255).flow(images, labels, batch_size=10)
model = create_model()
print(model.layers[0].output_shape)
history = model.fit_generator(flow, steps_per_epoch=4, epochs=6, verbose=0)
print(history.history["acc"][-1], history.history["accuracy" if "accuracy" in history.history else "acc"])
print(model.predict_classes(images[:2] / 255).shape)"""


def grade(*words: object) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*map(str, words)])
    assert (ended.value.code or 0) == 0


def course(root: Path, settings: str, rubric: str) -> Path:
    (root / "solutions" / "week1").mkdir(parents=True)
    (root / "solutions" / "course.toml").write_text(settings)
    (root / "solutions" / "week1" / "rubric.toml").write_text(rubric)
    shutil.copytree(ROOT / "templates", root / "templates")
    return root


def lost(out: Path) -> dict[str, set[str]]:
    """Student -> the criteria that did not get all their points."""
    cards = json.loads((out / "scores.json").read_text())["submissions"]
    return {
        card["student"]: {v["criterion"] for v in card["verdicts"] if v["points"] < v["max_points"]} for card in cards
    }


def test_a_notebook_of_2019_gets_all_points_and_a_mistake_costs_its_own(tmp_path: Path, monkeypatch):
    monkeypatch.setenv(GRADEBOOK, str(tmp_path / "book.sqlite"))
    root = course(tmp_path / "course", COURSE, RUBRIC)
    work = tmp_path / "work"
    work.mkdir()
    for name, code in (("right", MODEL), ("softmax", MODEL.replace('"sigmoid"', '"softmax"'))):
        notebook = new_notebook(cells=[new_code_cell(code), new_code_cell(TRAIN)])
        (work / f"{name}.ipynb").write_text(nbformat.writes(notebook))
    out = tmp_path / "out"
    grade("--course", root, "grade", "week1", work, "--out", out)
    assert lost(out) == {"right": set(), "softmax": {"pairing"}}
    page = (out / "right.html").read_text()
    assert "tf_keras 2." in page
    assert "Spellings of an older Keras" not in page


@pytest.mark.slow
def test_a_notebook_of_the_public_course_is_graded_as_it_is(tmp_path: Path, monkeypatch):
    monkeypatch.setenv(GRADEBOOK, str(tmp_path / "book.sqlite"))
    settings = (ROOT / "solutions" / "course.toml").read_text().replace('keras = "keras"', 'keras = "tf_keras"')
    shutil.copytree(ROOT / "solutions", tmp_path / "course" / "solutions")
    (tmp_path / "course" / "solutions" / "course.toml").write_text(settings)
    shutil.copytree(ROOT / "templates", tmp_path / "course" / "templates")
    out = tmp_path / "out"
    grade("--course", tmp_path / "course", "grade", "week1", PUBLIC / "week1-generators.ipynb", "--out", out)
    assert lost(out) == {"week1-generators": set()}
