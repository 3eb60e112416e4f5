"""Training that nothing could come of is left out of a real notebook, and no other training is."""

import html
import json
import os
import shutil
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from grader.cli import main
from grader.course import GRADEBOOK
from grader.gradebook import Gradebook
from grader.observation import Observations

ROOT = Path(__file__).parents[2]
RUBRIC = """
title = "Strict: what training earns needs the right input and output"
image_shape = [24, 24, 3]
functions = [{ name = "create_model", role = "model" }]

[[criteria]]
id = "runs"
check = "notebook_runs"
title = "It runs"
points = 1

[[criteria]]
id = "input"
check = "input_shape"
title = "The right input"
function = "create_model"
points = 1
parameters = { shape = [24, 24, 3] }

[[criteria]]
id = "output"
check = "output_layer"
title = "The right output"
function = "create_model"
points = 1
parameters = { units = [1, 2] }

[[criteria]]
id = "training"
check = "training_history"
title = "It was trained"
needs = ["input", "output"]
points = 1
parameters = { epochs = 3, agreement = 1.0 }

[[criteria]]
id = "learned"
check = "holdout_accuracy"
title = "It learned"
needs = ["training"]
points = 1
parameters = { minimum = 0.1, precision = 0.1 }

[borderline]
seeds = []
"""
SETUP = """
import keras, numpy as np
def create_model(side=SIDE, units=UNITS):
    end = keras.layers.Dense(units, activation="sigmoid" if units == 1 else "softmax")
    model = keras.Sequential([keras.Input((side, side, 3)), keras.layers.Flatten(), end])
    loss = "binary_crossentropy" if units == 1 else "sparse_categorical_crossentropy"
    model.compile(keras.optimizers.SGD(0.001), loss, metrics=["accuracy"])
    return model
labels = np.tile([0, 1], 32)
def images(side):
    return np.ones((64, side, side, 3), "float32") * labels[:, None, None, None]
"""
FIT = "model = create_model()\nhistory = model.fit(images(SIDE), labels, batch_size=8, epochs=3, verbose=0)"
CURVE = "print([history.history['loss'][epoch] for epoch in range(3)])"
SMALL = "small = create_model(8, 5)\nsmall.fit(images(8), labels, batch_size=8, epochs=1, verbose=0)"
TRIED = SMALL.replace("small", "model")
CLASS = {
    "right": (24, 1, [SMALL, FIT, CURVE]),
    "size": (16, 1, [FIT, CURVE]),
    "units": (24, 5, [FIT, CURVE]),
    "tried": (24, 1, [TRIED, FIT, CURVE]),
}
"""Student -> side of the images, units, cells."""
LEFT_OUT = {
    "size": "the model takes an input of shape (16, 16, 3) where (24, 24, 3) is asked for",
    "units": "the model's last layer has a size of 5 where 1 or 2 is asked for",
}


class Graded(NamedTuple):
    """What became of a student."""

    card: dict[str, Any]
    seen: Observations
    executed: str
    page: str


def grade(root: Path, *students: str) -> dict[str, Graded]:
    """Grade some of the class."""
    (root / "solutions" / "week1").mkdir(parents=True)
    (root / "solutions" / "course.toml").write_text('title = "T"\n[weeks.week1]\ndata = "cats-dogs"\n')
    (root / "solutions" / "week1" / "rubric.toml").write_text(RUBRIC)
    shutil.copytree(ROOT / "templates", root / "templates")
    (root / "work").mkdir()
    for student in students:
        side, units, cells = CLASS[student]
        sources = [text.replace("SIDE", str(side)).replace("UNITS", str(units)) for text in (SETUP, *cells)]
        notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
        (root / "work" / f"{student}.ipynb").write_text(nbformat.writes(notebook))
    with pytest.raises(SystemExit) as ended:
        main(["--course", str(root), "grade", "week1", str(root / "work"), "--out", str(root / "out")])
    assert (ended.value.code or 0) == 0
    found = {}
    with Gradebook(Path(os.environ[GRADEBOOK])) as book:
        for card in json.loads((root / "out" / "scores.json").read_text())["submissions"]:
            name = card["student"]
            kept, _ = book.standing_run("week1", name)
            page = (root / "out" / f"{name}.html").read_text()
            found[name] = Graded(card, kept.observations, book.executed("week1", name), page)
    return found


@pytest.fixture
def book(tmp_path, monkeypatch):
    monkeypatch.setenv(GRADEBOOK, str(tmp_path / "book.sqlite"))


def left_out(graded: Graded, why: str) -> None:
    """A step for each epoch, and words about it, and no point lost that was within reach."""
    training = graded.seen.training
    assert (training.epochs, training.steps, training.left_out) == (3, 3, why)
    verdicts = {verdict["criterion"]: verdict for verdict in graded.card["verdicts"]}
    assert verdicts["runs"]["outcome"] == "passed"  # the cells after it find as many epochs as they asked for
    for name in ("training", "learned"):
        assert verdicts[name]["outcome"] == "skipped"
        assert why in html.unescape(verdicts[name]["feedback"])
    assert (graded.card["score"], graded.card["held"]) == (2, False)
    words = f"Training was left out, with one step for each epoch in its place, because {why}"
    assert words in html.unescape(graded.page)
    assert f"The grader left this training out, a step for each epoch in its place: {why}" in graded.executed


def in_full(graded: Graded) -> None:
    """Two trainings, of one epoch and of three."""
    training = graded.seen.training
    assert (training.epochs, training.steps, training.left_out) == (4, 32, "")
    assert graded.card["score"] == 5
    assert "left this training out" not in graded.executed


@pytest.mark.usefixtures("book")
def test_a_model_of_another_size_is_not_trained_and_a_right_one_is_with_another_beside_it(tmp_path):
    found = grade(tmp_path / "strict", "right", "size")
    left_out(found["size"], LEFT_OUT["size"])
    in_full(found["right"])


@pytest.mark.slow
@pytest.mark.usefixtures("book")
def test_a_model_with_other_units_is_not_trained_and_one_that_stood_in_for_the_graded_one_is_in_the_end(tmp_path):
    found = grade(tmp_path / "strict", "units", "tried")
    left_out(found["units"], LEFT_OUT["units"])
    in_full(found["tried"])  # in a second run of the notebook
