"""Arrays, CSV rows, callbacks and transfer learning: from a namespace to facts, with real Keras objects."""

import json
from pathlib import Path

import numpy as np
import pytest

from grader.measure import observe
from grader.measure.callbacks import callback_cases
from grader.measure.challenge import make_challenge
from grader.measure.challenge_arrays import write_arrays
from grader.notebook import nbformat
from grader.observation import RunStatus
from grader.probe.describe import describe
from grader.probe.inside import run_probes
from grader.probe.weights import compare_base, file_digests
from grader.rubric import Rubric

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*SciPy 2.0.0:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"),
]


class Ran:
    status, message, seconds = RunStatus.OK, "", 1.0

    def __init__(self, out: Path):
        self.files = {path.name: path for path in out.iterdir() if path.is_file()}
        self.records = ()


@pytest.fixture(scope="module")
def challenge(tmp_path_factory):
    folder = tmp_path_factory.mktemp("later") / "challenge"
    made = make_challenge(folder, 21)
    write_arrays(folder / "arrays", 21)
    return made, folder


@pytest.fixture
def observed(challenge, tmp_path):
    """Facts about one thing of the notebook, in one role."""

    def observe_one(thing, role, **criterion):
        check = {"id": "a", "title": "t", "points": 1, "check": "notebook_runs", **criterion}
        rubric = Rubric.model_validate(
            {"title": "t", "image_shape": (28, 28, 1), "functions": [{"name": "it", "role": role}], "criteria": [check]}
        )
        plan = {
            "step_seconds": 60, "functions": [{"name": "it", "role": role}], "model_variable": "model",
            "history_variable": "history", "callback": callback_cases(rubric), "offered": 20, "splits": [],
            "augmentation": check["check"] == "augmentation",
        }  # fmt: skip
        run_probes({"it": thing}, plan, challenge=challenge[1], out=tmp_path)
        ran = Ran(tmp_path)
        seen = observe.after_run(ran, nbformat.v4.new_notebook(), rubric, challenge[0])
        return seen.model_copy(update={"augmentation": observe.augmentation(seen, ran, rubric, challenge[0])})

    return observe_one


def array_generators(**settings):
    def train_val_generators(training_images, training_labels, validation_images, validation_labels):
        from keras.src.legacy.preprocessing.image import ImageDataGenerator

        training = ImageDataGenerator(rescale=1 / 255, **settings)
        validation = ImageDataGenerator(rescale=1 / 255)
        return (
            training.flow(training_images[..., None], training_labels, batch_size=32),
            validation.flow(validation_images[..., None], validation_labels, batch_size=32),
        )

    return train_val_generators


def test_array_pipelines_are_read_like_those_of_folders(observed):
    seen = observed(array_generators(), "array_pipelines")
    for data in (seen.training_data, seen.validation_data):
        assert data.error is None
        assert data.image_shape == (28, 28, 1)
        assert data.scale == pytest.approx(1 / 255, rel=1e-3)
        assert (data.label_form, data.classes, max(data.label_values)) == ("integers", 24, 24)
        assert (data.labels_right, data.changes, data.from_other_folder) == (1.0, (), 0)


def test_images_without_a_channel_axis_are_told_apart_from_single_images(observed):
    def train_val_generators(images, labels, more_images, more_labels):
        return [(images, labels)], [(more_images[0][..., None], more_labels[0])]

    seen = observed(train_val_generators, "array_pipelines")
    assert "channel axis" in seen.training_data.error.message
    assert "single images" in seen.validation_data.error.message


def test_augmentation_of_arrays_is_measured_at_28_pixels(observed):
    seen = observed(array_generators(rotation_range=20), "array_pipelines", check="augmentation")
    assert seen.augmentation.settings["rotation"].reach == pytest.approx(20, abs=2)
    assert seen.augmentation.settings["horizontal_flip"].share == 0


def test_rows_of_a_csv_file_are_compared_one_by_one(observed):
    def parse_data_from_input(filename):
        table = np.loadtxt(filename, delimiter=",", skiprows=1)
        return table[:, 1:].reshape(-1, 28, 28), table[:, 0]

    parsed = observed(parse_data_from_input, "parse").parsed
    assert (parsed.images_right, parsed.labels_right) == (1, 1)
    assert parsed.images_shape == (parsed.rows, 28, 28)


@pytest.mark.parametrize(
    ("change", "images", "labels"),
    [
        (lambda x, y: (x[1:], y[1:]), 0, 0),  # the header was skipped twice
        (lambda x, y: (x.transpose(0, 2, 1), y), 0, 1),
        (lambda x, y: (x, y + 1), 1, 0),
    ],
)
def test_wrong_rows_are_told(observed, change, images, labels):
    def parse_data_from_input(filename):
        table = np.loadtxt(filename, delimiter=",", skiprows=1)
        return change(table[:, 1:].reshape(-1, 28, 28), table[:, 0])

    parsed = observed(parse_data_from_input, "parse").parsed
    assert (parsed.images_right, parsed.labels_right) == (images, labels)
    assert parsed.renumbered.get(25, 24) == 24
    assert bool(parsed.renumbered) == (labels == 0 and images == 1)


def test_a_parser_that_returns_nothing_says_so(observed):
    seen = observed(lambda filename: None, "parse")
    assert seen.parsed.error.name == "ReturnValue"
    assert seen.functions["it"].error.name == "ReturnValue"


STOPS = {"check": "callback_stops", "parameters": {"stops_at": {"accuracy": 0.95, "val_accuracy": 0.8}}}


@pytest.fixture
def callback(keras):
    def make(condition):
        class EarlyStoppingCallback(keras.callbacks.Callback):
            def on_epoch_end(self, epoch, logs=None):
                if condition(logs):
                    self.model.stop_training = True

        return EarlyStoppingCallback

    return make


def test_a_callback_is_shown_both_sides_of_each_threshold(observed, callback):
    right = callback(lambda logs: logs.get("accuracy", 0) >= 0.95 and logs.get("val_accuracy", 0) >= 0.8)

    def make():
        return right()

    for thing in (right, right(), make):
        cases = {case.name: case for case in observed(thing, "callback", **STOPS).callback_cases}
        assert {name for name, case in cases.items() if case.stopped} == {
            "all above", "all exactly at", "accuracy exactly at", "accuracy just above", "val_accuracy exactly at",
            "val_accuracy just above",
        }  # fmt: skip
        assert {"accuracy missing", "val_accuracy missing", "no metrics", "all below"} <= set(cases)
        assert all(case.error is None for case in cases.values())


def test_a_callback_that_fails_on_missing_keys_shows_its_error(observed, callback):
    cases = observed(callback(lambda logs: logs["accuracy"] >= 0.95), "callback", **STOPS).callback_cases
    assert next(case for case in cases if case.name == "no metrics").error.name == "KeyError"


def test_what_is_no_callback_is_an_error_of_the_function(observed):
    seen = observed(dict, "callback", **STOPS)
    assert seen.callback_cases == ()
    assert "no Keras callback" in seen.functions["it"].error.message


@pytest.fixture
def base(keras):
    layers = keras.layers
    inputs = keras.Input((32, 32, 3))
    x = layers.Conv2D(4, 3, name="block1")(inputs)
    x = layers.MaxPooling2D(name="pool1")(x)
    cut = layers.Conv2D(4, 3, name="block2")(x)
    last = layers.Conv2D(4, 3, name="block3")(cut)
    return keras.Model(inputs, last)


def head(keras, base, output):
    return keras.Model(base.input, keras.layers.Dense(1)(keras.layers.Flatten()(output)))


def test_the_three_functions_of_transfer_learning_are_chained(challenge, tmp_path, keras, base):
    plan = {
        "step_seconds": 60, "model_variable": "model", "history_variable": "history", "weights": "w.h5", "splits": [],
        "functions": [{"name": n, "role": n} for n in ("pretrained", "cut", "head")],
    }  # fmt: skip
    given = []
    namespace = {
        "pretrained": lambda weights: given.append(weights) or base,
        "cut": lambda model: model.get_layer("block2").output,
        "head": lambda model, last: head(keras, model, last),
    }
    run_probes(namespace, plan, challenge=challenge[1], out=tmp_path)
    assert given == ["w.h5"]
    facts = describe(keras.saving.load_model(tmp_path / "built.keras", safe_mode=True))
    assert facts["head_input"] == "block2"

    out = tmp_path / "second"
    out.mkdir()
    run_probes({**namespace, "pretrained": lambda: None}, plan, challenge=challenge[1], out=out)
    assert json.loads((out / "pretrained.json").read_text())["error"]["name"] == "ReturnValue"
    assert json.loads((out / "cut.json").read_text())["error"]["name"] == "NotReached"
    assert json.loads((out / "built.json").read_text())["error"]["name"] == "NotReached"


def test_the_end_of_a_nested_base_is_found(keras, base):
    layers = keras.layers
    model = keras.Sequential([base, layers.Dropout(0.1), layers.GlobalAveragePooling2D(), layers.Dense(1)])
    model.build((None, 32, 32, 3))
    assert describe(model)["head_input"] == "block3"


@pytest.mark.parametrize("name", ["weights.weights.h5", "model.keras"])
def test_weights_are_compared_with_the_file_number_by_number(keras, base, tmp_path, name):
    if name.endswith("weights.h5"):
        base.save_weights(tmp_path / name)
    else:
        base.save(tmp_path / name)
    known = file_digests(tmp_path / name)
    base.trainable = False
    model = head(keras, base, base.output)
    assert compare_base(model, known) == {"layers": 3, "equal": 3, "differing": [], "trainable": 0}
    block = base.get_layer("block2")
    block.trainable = True
    block.set_weights([w + 1e-3 for w in block.get_weights()])
    found = compare_base(model, known)
    assert (found["equal"], found["differing"]) == (2, ["block2"])
    assert found["trainable"] == block.count_params()


@pytest.mark.slow
def test_the_real_base_of_the_course_is_cut_at_mixed7(keras):
    inception = keras.applications.InceptionV3(weights=None, include_top=False, input_shape=(150, 150, 3))
    inception.trainable = False
    layers = keras.layers
    x = layers.Flatten()(inception.get_layer("mixed7").output)
    x = layers.Dropout(0.2)(layers.Dense(1024, activation="relu")(x))
    facts = describe(keras.Model(inception.input, layers.Dense(1, activation="sigmoid")(x)))
    assert facts["head_input"] == "mixed7"
    assert next(row["output_shape"] for row in facts["layers"] if row["name"] == "mixed7") == [None, 7, 7, 768]
    assert (facts["parameters"], facts["trainable"]) == (47_512_481, 38_537_217)
