"""Probes run in this process on functions as students write them; what they leave behind is measured as on the host."""

# ruff: noqa: N803, PTH102, PTH103, PTH118, PTH202, PTH208 - the functions below are written the way students write them

import json
import os
import random
import shutil
import time
from pathlib import Path

import numpy as np
import pytest

from grader.measure.evidence import Evidence
from grader.measure.observe import read_pipeline
from grader.probe import inside, roles
from grader.probe.draw import NotDrawable, draw
from grader.probe.step import run_step, write_json

# Keras 3.15 asks numpy 2 for a copy of a TensorFlow variable in the old way whenever it saves a model.
pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning:keras.src.backend.tensorflow.core"
)


class Shipped:
    """The files that a probe left in a folder, as a sandbox would hand them over."""

    def __init__(self, out: Path) -> None:
        self.files = {path.name: path for path in out.iterdir() if path.is_file()}
        self.records = ()


def read(path):
    return json.loads(path.read_text())


def create_train_val_dirs(root_path):
    for part in ("training", "validation"):
        for label in ("cats", "dogs"):
            os.makedirs(os.path.join(root_path, part, label))


def split_data(SOURCE_DIR, TRAINING_DIR, VALIDATION_DIR, SPLIT_SIZE):
    names = []
    for name in os.listdir(SOURCE_DIR):
        if os.path.getsize(SOURCE_DIR + name) > 0:
            names.append(name)
        else:
            print(f"{name} is zero length, so ignoring.")
    names = random.sample(names, len(names))
    count = int(len(names) * SPLIT_SIZE)
    for name in names[:count]:
        shutil.copyfile(SOURCE_DIR + name, TRAINING_DIR + name)
    for name in names[count:]:
        shutil.copyfile(SOURCE_DIR + name, VALIDATION_DIR + name)


# steps


def test_what_a_function_prints_and_returns_is_kept():
    def talk(word):
        print(word)
        return word * 2

    step = run_step(talk, "ab", seconds=5)
    assert (step.value, step.error, step.stdout) == ("abab", None, "ab\n")


@pytest.mark.parametrize("error", [ValueError("wrong"), SystemExit(1), KeyboardInterrupt(), GeneratorExit()])
def test_whatever_is_raised_is_written_down_with_the_students_line(error):
    def fail():
        raise error  # here

    step = run_step(fail, seconds=5)
    assert step.error["name"] == type(error).__name__
    assert step.error["line"] == "raise error  # here"


def test_an_error_in_a_library_points_at_the_line_that_called_it():
    step = run_step(lambda: json.loads("{"), seconds=5)
    assert "json.loads" in step.error["line"]


def test_an_exception_that_cannot_be_printed_is_survived():
    class OddError(Exception):
        def __str__(self):
            raise RuntimeError

    def fail():
        raise OddError

    error = run_step(fail, seconds=5).error
    assert (error["name"], error["message"], error["line"]) == ("OddError", "", "raise OddError")


def test_a_function_that_does_not_end_is_interrupted_even_when_it_swallows_that_once():
    def forever():
        try:
            time.sleep(60)
        except BaseException:  # noqa: BLE001 - as a student's bare except does
            time.sleep(60)

    start = time.monotonic()
    step = run_step(forever, seconds=0.2)
    assert step.error["name"] == "TimeoutError"
    assert time.monotonic() - start < 30


def test_a_flood_of_text_is_cut():
    step = run_step(lambda: [print("x" * 1000) for _ in range(1000)], seconds=20)
    assert len(step.stdout) == 100_000


def test_nan_is_not_written_as_json(tmp_path):
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(tmp_path / "a.json", {"a": float("nan")})
    assert list(tmp_path.iterdir()) == []


# folders and files


def test_folders_are_made_below_a_root_that_is_not_there_yet(tmp_path):
    roles.probe_directories(create_train_val_dirs, tmp_path, seconds=5)
    assert (tmp_path / "trees/directories/root/training/cats").is_dir()
    assert read(tmp_path / "directories.json")["error"] is None


def test_a_function_that_expects_its_root_gets_one(tmp_path):
    roles.probe_directories(lambda root: os.mkdir(os.path.join(root, "training")), tmp_path, seconds=5)
    assert (tmp_path / "trees/directories/root/training").is_dir()
    assert read(tmp_path / "directories.json")["error"] is None


def test_a_split_leaves_files_text_and_listing(tmp_path, challenge, challenge_folder):
    source = challenge.splits[0]
    roles.probe_split(split_data, challenge_folder / "split-a", tmp_path, name="split-a", share=0.75, seconds=5)

    record = read(tmp_path / "split-a.json")
    assert record["error"] is None
    assert sorted(record["listing"]) == sorted(source.files)
    assert all(name in record["stdout"] for name in source.empty)
    tree = tmp_path / "trees" / "split-a"
    assert len(list((tree / "training").iterdir())) == 18
    assert len(list((tree / "validation").iterdir())) == 6
    assert len(list((tree / "source").iterdir())) == 26


def test_a_split_that_moves_files_may_do_so_and_harms_no_later_one(tmp_path, challenge_folder):
    def moving(source, training, validation, share):
        for name in os.listdir(source):
            shutil.move(source + name, training + name)

    before = sorted(path.name for path in (challenge_folder / "split-b").iterdir())
    roles.probe_split(moving, challenge_folder / "split-b", tmp_path, name="split-b", share=0.6, seconds=5)
    assert read(tmp_path / "split-b.json")["error"] is None
    assert sorted(path.name for path in (challenge_folder / "split-b").iterdir()) == before
    assert not list((tmp_path / "trees/split-b/source").iterdir())


# drawing


def test_a_list_of_batches_is_drawn_to_its_end():
    batch = (np.zeros((2, 4, 4, 3)), np.array([0, 1]))
    drawn = draw([batch, batch, batch], offered=20)
    assert (len(drawn.images), drawn.batch_sizes, drawn.batch_shape, drawn.label_shape) == (
        6,
        [2, 2, 2],
        (2, 4, 4, 3),
        (2,),
    )


def test_an_endless_generator_is_left_after_one_pass():
    def endless():
        while True:
            yield np.zeros((8, 4, 4, 3)), np.zeros(8)

    assert len(draw(endless(), offered=20).images) == 20


def test_images_without_labels_are_drawn():
    drawn = draw([np.zeros((2, 4, 4, 3))], offered=20)
    assert (len(drawn.images), drawn.label_shape) == (2, None)


@pytest.mark.parametrize(
    ("thing", "words"),
    [
        (7, "yields no batches"),
        ([(np.zeros((4, 4, 3)), 1)], "batch"),
        ([(np.zeros((2, 4)), np.zeros(2))], "shape"),
        ([(np.array([["a"]]), np.zeros(1))], "shape"),
        ([({"image": 1}, 2)], "dict"),
        ([(1, 2, 3, 4)], "4 parts"),
        ([(np.zeros((2, 4, 4, 3)), np.zeros(3))], "labels"),
        ([(np.zeros((2, 4, 4, 3)), np.zeros(2)), (np.zeros((2, 5, 5, 3)), np.zeros(2))], "one size"),
    ],
)
def test_what_cannot_be_drawn_is_said_in_words(thing, words):
    with pytest.raises(NotDrawable, match=words):
        draw(thing, offered=20)


# pipelines of Keras and TensorFlow


def generators(TRAINING_DIR, VALIDATION_DIR):
    from keras.src.legacy.preprocessing.image import ImageDataGenerator

    plain = ImageDataGenerator(rescale=1 / 255.0)
    turning = ImageDataGenerator(rescale=1 / 255.0, horizontal_flip=True)
    return (
        turning.flow_from_directory(TRAINING_DIR, target_size=(90, 90), batch_size=8, class_mode="binary"),
        plain.flow_from_directory(VALIDATION_DIR, target_size=(90, 90), batch_size=10, class_mode="categorical"),
    )


def datasets(TRAINING_DIR, VALIDATION_DIR):
    import keras

    def load(folder):
        return keras.utils.image_dataset_from_directory(folder, image_size=(64, 64), batch_size=32, label_mode="binary")

    return load(TRAINING_DIR), load(VALIDATION_DIR)


def tf_data(TRAINING_DIR, VALIDATION_DIR):
    import tensorflow as tf

    def load(path):
        image = tf.image.decode_jpeg(tf.io.read_file(path), channels=3)
        image = tf.image.resize(tf.image.convert_image_dtype(image, tf.float32), (72, 72))
        return image, tf.cast(tf.strings.split(path, "/")[-2] == "dogs", tf.float32)

    def files(folder):
        return tf.data.Dataset.list_files(folder + "*/*.jpg").map(load).batch(16).repeat()

    return files(TRAINING_DIR), files(VALIDATION_DIR)


@pytest.fixture
def probed(tmp_path, challenge, challenge_folder, keras):
    def probe(function):
        roles.probe_pipelines(function, challenge_folder / "images", tmp_path, offered=20, seconds=60)
        evidence = Evidence(Shipped(tmp_path))
        return [read_pipeline(evidence, challenge, name) for name in ("training", "validation")]

    return probe


def test_generators_are_drawn_once_and_only_the_augmented_one_is_changed(probed):
    training, validation = probed(generators)
    assert (training.images, training.batch_size, training.label_shape, training.changes) == (20, 8, (8,), ("flip",))
    assert (validation.images, validation.image_shape, validation.changes) == (20, (90, 90, 3), ())
    assert (validation.label_form, validation.label_shape) == ("one_hot", (10, 2))
    assert validation.interpolation == "nearest"
    assert validation.scale == pytest.approx(1 / 255, rel=1e-3)
    assert training.labels_right == validation.labels_right == 1.0


def test_datasets_from_folders_are_untouched(probed):
    for seen in probed(datasets):
        assert (seen.images, seen.batch_size, seen.label_shape, seen.changes) == (20, 20, (20, 1), ())
        assert seen.scale == pytest.approx(1, rel=0.01)
        assert seen.interpolation == "bilinear"
        assert seen.labels_right == 1.0


def test_a_hand_made_endless_dataset_is_untouched(probed):
    for seen in probed(tf_data):
        assert (seen.images, seen.batch_size, seen.changes, seen.labels_right) == (20, 16, (), 1.0)
        assert seen.scale == pytest.approx(1 / 255, rel=0.01)


def test_a_return_value_that_is_no_pair_is_an_error_in_words(tmp_path, challenge_folder):
    roles.probe_pipelines(lambda t, v: None, challenge_folder / "images", tmp_path, offered=20, seconds=5)
    error = read(tmp_path / "pipelines.json")["error"]
    assert error["name"] == "ReturnValue"
    assert "two iterators" in error["message"]
    assert not (tmp_path / "training-data.json").exists()


def test_one_broken_pipeline_leaves_the_other_alone(probed):
    training, validation = probed(lambda t, v: (42, generators(t, v)[1]))
    assert training.error.name == "ReturnValue"
    assert validation.error is None
    assert validation.images == 20


# models and the whole plan


def small_model():
    import keras

    model = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Flatten(), keras.layers.Dense(1)])
    model.compile(optimizer="adam", loss="mse")
    return model


def fitted():
    model = small_model()
    history = model.fit(np.zeros((4, 8, 8, 3)), np.zeros(4), epochs=2, verbose=0)
    return model, history


PLAN = {
    "step_seconds": 30,
    "model_variable": "model",
    "history_variable": "history",
    "splits": [{"name": "split-a", "share": 0.75}, {"name": "split-b", "share": 0.6}],
    "offered": 20,
    "functions": [
        {"name": "create_train_val_dirs", "role": "directories"},
        {"name": "split_data", "role": "split"},
        {"name": "train_val_generators", "role": "pipelines"},
        {"name": "create_model", "role": "model"},
    ],
}


def test_a_model_is_saved_and_what_is_none_is_said(tmp_path, keras):
    roles.probe_model(small_model, tmp_path, seconds=30)
    assert read(tmp_path / "built.json")["error"] is None
    assert keras.saving.load_model(tmp_path / "built.keras", compile=False).count_params() == 193

    roles.probe_model(lambda: "a model", tmp_path, seconds=30)
    assert "expected a Keras model" in read(tmp_path / "built.json")["error"]["message"]


def test_a_model_that_cannot_be_saved_says_so(tmp_path, keras):
    class Stubborn:
        def save(self, path):
            path.write_text("half")
            raise NotImplementedError("no get_config")

    error = roles.save_model(Stubborn(), tmp_path / "m.keras", seconds=5)
    assert error["name"] == "NotSaved"
    assert "no get_config" in error["message"]
    assert not (tmp_path / "m.keras").exists()


def test_every_step_of_a_plan_is_done_though_some_fail(tmp_path, challenge_folder, keras):
    model, history = fitted()

    def split(*_):
        raise SystemExit("student's exit")

    namespace = {
        "create_train_val_dirs": create_train_val_dirs, "split_data": split, "create_model": small_model,
        "model": model, "history": history,
    }  # fmt: skip
    inside.run_probes(namespace, PLAN, challenge=challenge_folder, out=tmp_path)

    assert read(tmp_path / "functions.json")["train_val_generators"] == {"defined": False}
    assert read(tmp_path / "split-a.json")["error"]["name"] == "SystemExit"
    assert read(tmp_path / "split-b.json")["error"]["name"] == "SystemExit"
    assert not (tmp_path / "pipelines.json").exists()
    assert (tmp_path / "built.keras").is_file()
    assert len(read(tmp_path / "history.json")["curves"]["loss"]) == 2
    saved = keras.saving.load_model(tmp_path / "trained.keras", compile=False)
    assert np.allclose(saved.get_weights()[0], model.get_weights()[0])


@pytest.mark.parametrize("where", ["history", "elsewhere"])
def test_the_trained_model_is_found_under_another_name(tmp_path, challenge_folder, keras, where):
    model, history = fitted()
    namespace = {"model": small_model(), "my_cnn": model, "fresh": small_model()}
    if where == "history":
        namespace = {"model": small_model(), "history": history}
    inside.run_probes(namespace, PLAN | {"functions": []}, challenge=challenge_folder, out=tmp_path)
    saved = keras.saving.load_model(tmp_path / "trained.keras", compile=False)
    assert np.allclose(saved.get_weights()[0], model.get_weights()[0])


def test_nothing_trained_is_said_in_words_and_nan_becomes_null(tmp_path, challenge_folder, keras):
    namespace = {"history": {"loss": [0.5, float("nan")], "accuracy": np.array([1, np.inf])}}
    inside.run_probes(namespace, PLAN | {"functions": []}, challenge=challenge_folder, out=tmp_path)
    assert "holds a Keras model" in read(tmp_path / "trained.json")["error"]["message"]
    assert read(tmp_path / "history.json")["curves"] == {"loss": [0.5, None], "accuracy": [1.0, None]}


def test_a_patched_library_is_written_down_and_stops_nothing(tmp_path, challenge_folder, monkeypatch):
    def broken(*_args, **_kwargs):
        raise PermissionError("patched by the student")

    monkeypatch.setattr(shutil, "copyfile", broken)
    plan = PLAN | {"functions": PLAN["functions"][:2]}
    namespace = {"split_data": split_data, "create_train_val_dirs": create_train_val_dirs}
    inside.run_probes(namespace, plan, challenge=challenge_folder, out=tmp_path)
    assert "patched by the student" in read(tmp_path / "split-a.json")["error"]["message"]
    assert (tmp_path / "trees/directories/root/validation/dogs").is_dir()
