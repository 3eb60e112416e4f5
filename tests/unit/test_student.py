"""What a notebook imports: the self-check speaks as the grader would, and load_data finds or draws the data."""

# ruff: noqa: N803, PTH103, PTH118, PTH202, PTH208 - functions in here are written as students write them

import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from grader import student
from grader.errors import DataError
from grader.selfcheck import session
from grader.student import check, load_data

DASH = "\u2013"
FOLDERS = {"parameters": 1, "makes_folders": ["training/cats", "training/dogs", "validation/cats", "validation/dogs"]}
IMAGES = {"image_shape": [150, 150, 3], "low": 0.0, "high": 1.0}
ASKED = {"rotation": {"at_least": 5, "at_most": 60}, "horizontal_flip": {"at_least": 0.25}}
MODEL = {
    "function_defined": {"returns_model": True},
    "input_shape": {"shape": [150, 150, 3]},
    "layer_stack": {"at_least": {"convolution": 3}},
    "output_layer": {"units": [1, 2]},
    "loss_activation": {"classes": 2},
    "metrics": {},
}


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path, monkeypatch):
    """Self-checks write here, and every test sees to it that nothing is left."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    yield
    assert list(place.iterdir()) == []


def create_train_val_dirs(root_path):
    for part in ("training", "validation"):
        for animal in ("cats", "dogs"):
            os.makedirs(os.path.join(root_path, part, animal))


def split_data(SOURCE_DIR, TRAINING_DIR, VALIDATION_DIR, SPLIT_SIZE):
    names = [n for n in os.listdir(SOURCE_DIR) if os.path.getsize(os.path.join(SOURCE_DIR, n))]
    random.shuffle(names)
    cut = int(len(names) * SPLIT_SIZE)
    for name in names[:cut]:
        shutil.copy(os.path.join(SOURCE_DIR, name), TRAINING_DIR)
    for name in names[cut:]:
        shutil.copy(os.path.join(SOURCE_DIR, name), VALIDATION_DIR)


def batches(folder, scale=1 / 255, flip=False):
    """A pipeline as somebody might write it without Keras: all images of a folder in batches of 5."""
    files = sorted(Path(folder).rglob("*.jpg"))
    for start in range(0, len(files), 5):
        images = []
        for file in files[start : start + 5]:
            with Image.open(file) as image:
                pixels = np.asarray(image.resize((150, 150), Image.Resampling.NEAREST), dtype=np.float32) * scale
            images.append(pixels[:, ::-1] if flip else pixels)
        yield np.stack(images), np.array([float(f.parent.name == "dogs") for f in files[start : start + 5]])


def test_a_right_function_gets_a_tick_and_the_counts(capsys):
    check(split_data, data_split={})
    heading, line = capsys.readouterr().out.splitlines()
    assert heading == "split_data"
    assert line.startswith("  ✓ the split: ")
    assert [int(n) for n in re.findall(r"\d+", line)] == [24, 18, 6, 15, 9, 6]


def test_folders_are_looked_for_where_they_were_asked_for(capsys):
    check(create_train_val_dirs, function_defined=FOLDERS)
    assert "✓ what it makes: 4 folders made" in capsys.readouterr().out


def test_a_mistake_is_told_with_what_was_expected_what_was_measured_and_what_to_try(capsys):
    def forgets_one(SOURCE_DIR, TRAINING_DIR, VALIDATION_DIR, SPLIT_SIZE):
        names = [n for n in os.listdir(SOURCE_DIR) if os.path.getsize(SOURCE_DIR + n)]
        random.shuffle(names)
        cut = int(len(names) * SPLIT_SIZE)
        for name in names[:cut]:
            shutil.copy(SOURCE_DIR + name, TRAINING_DIR)
        for name in names[cut + 1 :]:
            shutil.copy(SOURCE_DIR + name, VALIDATION_DIR)

    check(forgets_one, data_split={})
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["forgets_one", "  ✗ the split"]
    assert [line.split(":")[0].strip() for line in lines if line.startswith("      ") and line[6] != " "] == [
        "expected",
        "measured",
        "next",
    ]
    assert "1 in neither" in " ".join(" ".join(lines).split())
    assert max(map(len, lines)) <= 110


def test_a_parameter_that_is_ignored_is_named(capsys, tmp_path):
    fixed = tmp_path / "always-here"

    def create_train_val_dirs(root_path):
        os.makedirs(fixed / "training" / "cats", exist_ok=True)

    check(create_train_val_dirs, function_defined=FOLDERS)
    assert "never uses its parameter root_path" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("where", ["at once", "in the middle"])
def test_a_stub_is_told_kindly_that_it_is_not_written_yet(capsys, where):
    def split_data(SOURCE_DIR, TRAINING_DIR, VALIDATION_DIR, SPLIT_SIZE):
        for _ in os.listdir(SOURCE_DIR) if where == "in the middle" else [1]:
            raise NotImplementedError("split_data is not written yet")

    check(split_data, data_split={})
    out = capsys.readouterr().out
    assert "split_data is not written yet" in out
    assert "✗" not in out


def test_what_a_function_raises_is_shown_and_goes_no_further(capsys):
    def split_data(SOURCE_DIR, TRAINING_DIR, VALIDATION_DIR, SPLIT_SIZE):
        sys.exit("away")

    check(split_data, data_split={})
    assert "SystemExit" in capsys.readouterr().out


def test_a_value_that_is_no_function_is_told_apart(capsys):
    check(7, data_split={})
    assert "not a function but a int" in capsys.readouterr().out


def test_a_check_that_does_not_exist_is_named_and_does_not_stop_the_notebook(capsys):
    check(split_data, dta_split={})
    assert "Did you mean 'data_split'?" in capsys.readouterr().out


def test_a_fault_of_ours_does_not_stop_the_notebook(capsys, monkeypatch):
    monkeypatch.setattr(session, "try_out", lambda function, criteria: 1 / 0)
    check(split_data, data_split={})
    assert "our fault, not yours" in capsys.readouterr().out


def test_the_same_check_can_be_made_twice_with_other_parameters(capsys):
    check(split_data, data_split=[{}, {"rounding": 0}])
    assert capsys.readouterr().out.count("✓ the split") == 2


def test_without_a_function_all_that_was_asked_is_asked_again(capsys, monkeypatch):
    monkeypatch.setattr(student, "ASKED", {})
    notebook = {"check": check, "os": os, "random": random, "shutil": shutil}
    exec("check()", notebook)
    assert "No self-check was made yet" in capsys.readouterr().out
    notebook["split_data"] = split_data
    exec("check(split_data, data_split={})", notebook)
    check(create_train_val_dirs, function_defined=FOLDERS)
    capsys.readouterr()
    exec("def split_data(a, b, c, d): raise NotImplementedError('not yet')\ncheck()", notebook)
    assert [line for line in capsys.readouterr().out.splitlines() if line] == [
        "split_data",
        f"  {DASH} split_data is not written yet. Write it in its cell, and run that again.",
        "create_train_val_dirs",
        f"  {DASH} there is no create_train_val_dirs here. Run the cell that defines it, then this one.",
    ]


def test_a_function_without_criteria_is_asked_what_it_was_asked_before(capsys, monkeypatch):
    monkeypatch.setattr(student, "ASKED", {})
    check(split_data)
    assert "nothing was asked of it" in capsys.readouterr().out
    check(split_data, data_split={})
    check(split_data)
    assert capsys.readouterr().out.count("✓ the split") == 2


def test_a_notebook_gets_text_and_html_and_a_terminal_text(capsys, monkeypatch):
    import IPython.display

    displayed = []
    monkeypatch.setattr(IPython, "get_ipython", object)
    monkeypatch.setattr(IPython.display, "display", displayed.append)
    check(create_train_val_dirs, function_defined=FOLDERS)
    assert capsys.readouterr().out == ""
    (shown,) = displayed
    bundle = shown._repr_mimebundle_()
    assert "4 folders made" in bundle["text/html"]
    assert bundle["text/plain"].splitlines()[0] == "create_train_val_dirs"


def test_pipelines_are_judged_by_their_pixels(capsys):
    def train_val_generators(TRAINING_DIR, VALIDATION_DIR):
        return list(batches(TRAINING_DIR)), list(batches(VALIDATION_DIR, flip=True))

    check(train_val_generators, generator=IMAGES, no_augmentation={})
    out = capsys.readouterr().out
    assert "✓ images and labels: 150 x 150 x 3 images" in out
    assert "✗ validation images are left alone" in out
    assert "flip" in out


def test_random_numbers_go_on_as_if_nothing_had_been_checked():
    random.seed(5)
    np.random.seed(5)
    expected = random.random(), np.random.rand()
    random.seed(5)
    np.random.seed(5)
    check(split_data, data_split={})
    assert (random.random(), np.random.rand()) == expected


def test_what_a_function_prints_is_kept_out_of_the_way(capsys):
    def split_data(SOURCE_DIR, TRAINING_DIR, VALIDATION_DIR, SPLIT_SIZE):
        print("noise")

    check(split_data, data_split={})
    assert "noise" not in capsys.readouterr().out


MODELS = """
import keras
import numpy as np
from tests_of_student import batches
from grader.student import check

MODEL = {model!r}
IMAGES = {images!r}
LABELS = "integers"


def build(units, activation, loss, front=()):
    model = keras.Sequential([
        keras.Input((150, 150, 3)),
        *front,
        *(keras.layers.Conv2D(2, 3, strides=3) for _ in range(3)),
        keras.layers.Flatten(),
        keras.layers.Dense(units, activation=activation),
    ])
    model.compile(loss=loss, metrics=["accuracy"])
    return model


def create_model():
    return build(2, "softmax", "sparse_categorical_crossentropy")


check(create_model, **MODEL)  # no data yet: labels are taken for 0 and 1


def one_hot(source):
    return [(x, np.eye(2)[y.astype(int)]) for x, y in source]


def train_val_generators(TRAINING_DIR, VALIDATION_DIR):
    return one_hot(batches(TRAINING_DIR, scale=1.0)), one_hot(batches(VALIDATION_DIR, scale=1.0))


check(create_model, **MODEL)  # the data that is there now yields one-hot labels


def create_model():
    return build(2, "softmax", "categorical_crossentropy", [keras.layers.Rescaling(1 / 255)])


check(create_model, **MODEL)
check(train_val_generators, generator=IMAGES)  # raw pixels, and a model that rescales


def create_model():
    layers = [keras.layers.Rescaling(1 / 255), keras.layers.RandomFlip("horizontal"), keras.layers.RandomRotation(0.08)]
    return build(2, "softmax", "categorical_crossentropy", layers)


check(train_val_generators, augmentation={asked!r})  # by layers at the front of the model


def create_model():
    build(1, "sigmoid", "binary_crossentropy")


check(create_model, **MODEL)
"""


def test_a_model_is_judged_together_with_its_data(tmp_path):
    (tmp_path / "tests_of_student.py").write_text(Path(__file__).read_text())
    (tmp_path / "notebook.py").write_text(MODELS.format(model=MODEL, images=IMAGES, asked=ASKED))
    done = subprocess.run(
        [sys.executable, "notebook.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path), "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    first, data, last = ("\n" + done.stdout).split("\ntrain_val_generators\n")
    alone, mixed, fitting = first.split("\ncreate_model\n")[1:]
    front, none = last.split("create_model\n")
    assert alone.count("✓") == 6, alone
    assert mixed.count("✓") == 5, mixed
    assert "one-hot rows of 2" in " ".join(mixed.split())
    assert fitting.count("✓") >= 6, fitting
    assert "✓ augmentation: measured on" in front, front
    assert data.startswith("  ✓ images and labels"), data
    assert none.count("✗") == 1, none
    assert none.count("looked at once the line above is mended") == 5, none


def test_importing_the_self_check_does_not_import_tensorflow():
    code = "import sys; from grader.student import check, load_data; sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_data_that_lies_where_notebooks_expect_it_is_used_as_it_is(capsys, monkeypatch):
    monkeypatch.setattr(Path, "exists", lambda self: self.as_posix() == "/tmp/PetImages")
    assert load_data("cats-dogs") == Path("/tmp")
    assert capsys.readouterr().out == "The data is in /tmp\n"


def test_data_is_drawn_where_it_is_missing(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(Path, "exists", lambda self: False)
    monkeypatch.setattr(student, "ensure", lambda name: tmp_path / name)
    assert load_data("cats-dogs") == tmp_path / "cats-dogs"
    assert f"The data is in {tmp_path / 'cats-dogs'}\n" in capsys.readouterr().out


def test_an_unknown_data_set_is_named_with_those_that_exist():
    with pytest.raises(DataError, match="cats-dogs"):
        load_data("cats-dog")


def turned(folder, flip=True):
    """A pipeline whose images are turned by up to 20 degrees and mirrored."""
    dice = random.Random(5)
    for images, labels in batches(folder):
        made = []
        for pixels in images:
            image = Image.fromarray((pixels * 255).astype(np.uint8)).rotate(
                dice.uniform(-20, 20), fillcolor=(99, 99, 99)
            )
            if flip and dice.random() < 0.5:
                image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
            made.append(np.asarray(image, dtype=np.float32) / 255)
        yield np.stack(made), labels


class Passes:
    """Goes through a folder anew each time, as a data set does."""

    def __init__(self, make, folder):
        self.make, self.folder = make, folder

    def __iter__(self):
        return self.make(self.folder)


def test_augmentation_is_measured_on_what_comes_out(capsys):
    def train_val_generators(TRAINING_DIR, VALIDATION_DIR):
        return Passes(turned, TRAINING_DIR), Passes(batches, VALIDATION_DIR)

    check(train_val_generators, augmentation=ASKED, no_augmentation={})
    out = capsys.readouterr().out
    assert out.count("✓") == 2, out
    assert "rotation" in out
    assert "horizontal flip" in out


def test_training_images_that_are_left_as_they_are_get_a_next_step(capsys):
    def train_val_generators(TRAINING_DIR, VALIDATION_DIR):
        return Passes(batches, TRAINING_DIR), Passes(batches, VALIDATION_DIR)

    check(train_val_generators, augmentation=ASKED, no_augmentation={})
    out = capsys.readouterr().out
    assert "Training images come out exactly as they went in" in " ".join(out.split())
    assert "✓ validation images are left alone" in out
