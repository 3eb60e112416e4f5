"""Augmentation from student code to settings: the probe inside, the measurement outside, Keras' own parts between."""

import json
from pathlib import Path

import numpy as np
import pytest

from grader.judge.augmentation import Parameters, check
from grader.measure.augmentation_evidence import layer_claims, read_augmentation, read_front
from grader.measure.challenge import make_challenge
from grader.measure.evidence import Evidence
from grader.observation import Layer, Observations, Run, RunStatus
from grader.probe import fiducials
from grader.probe.describe import describe

# Keras' ImageDataGenerator asks SciPy for names at their old place.
pytestmark = pytest.mark.filterwarnings("ignore:.*SciPy 2.0.0:DeprecationWarning")


class Ran:
    status, message, seconds, records = RunStatus.OK, "", 1.0, ()

    def __init__(self, out: Path, records=()):
        self.files = {path.name: path for path in out.iterdir() if path.is_file()}
        self.records = records


@pytest.fixture(scope="module")
def marked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fiducials") / "challenge"
    challenge = make_challenge(folder, 5, fiducials=True)
    return challenge, tuple(f"{folder / 'fiducials' / name}/" for name in ("training", "validation"))


@pytest.fixture
def seen(marked, tmp_path, keras):
    challenge, folders = marked
    keras.utils.set_random_seed(3)

    def measure(function):
        fiducials.probe_augmentation(function, folders, tmp_path, seconds=60)
        return read_augmentation(Evidence(Ran(tmp_path)), challenge.pattern, None)

    return measure


@pytest.fixture
def generators():
    from keras.src.legacy.preprocessing.image import ImageDataGenerator

    def make(wrap=lambda thing: thing, **settings):
        def train_val_generators(training, validation):
            size = {"target_size": (60, 60), "class_mode": "binary", "batch_size": 32}
            augmented = wrap(ImageDataGenerator(rescale=1 / 255, **settings))
            plain = ImageDataGenerator(rescale=1 / 255)
            return augmented.flow_from_directory(training, **size), plain.flow_from_directory(validation, **size)

        return train_val_generators

    return make


def test_a_generators_settings_are_measured_and_its_claims_stand_beside(seen, generators):
    found = seen(generators(rotation_range=30, horizontal_flip=True, zoom_range=0.2))
    assert found.error is None
    assert found.samples == fiducials.SAMPLES
    assert found.settings["rotation"].reach == pytest.approx(30, abs=2)
    assert found.settings["zoom_width"].reach == pytest.approx(0.2, abs=0.02)
    assert found.settings["horizontal_flip"].share == pytest.approx(0.5, abs=0.1)
    assert found.claimed["rotation"] == (-30, 30)
    assert found.claimed["zoom_height"] == pytest.approx((-0.2, 0.2))


def test_a_generator_that_lies_about_its_attributes_is_judged_by_its_pixels(seen, generators):
    def lie(generator):
        generator.apply_transform = lambda x, parameters: x
        return generator

    found = seen(generators(lie, rotation_range=40, horizontal_flip=True))
    assert found.claimed["rotation"] == (-40, 40)
    assert all(setting.share == 0 for setting in found.settings.values())
    facts = Observations(run=Run(status=RunStatus.OK, seconds=1), augmentation=found)
    verdict = check(facts, Parameters.model_validate({"rotation": {"at_least": 10}}), None)
    assert (verdict.code, verdict.fraction) == ("claim-differs", 0)


def test_a_data_set_with_map_and_a_cache_is_measured_without_claims(seen, keras):
    import tensorflow as tf

    def train_val_datasets(training, validation):
        size = {"image_size": (60, 60), "label_mode": "binary", "verbose": False}
        first = keras.utils.image_dataset_from_directory(training, batch_size=None, **size)
        lit = first.map(lambda x, y: (tf.image.random_brightness(x, 40.0), y))  # before batching: one draw an image
        return lit.cache().batch(32), keras.utils.image_dataset_from_directory(validation, **size)

    found = seen(train_val_datasets)
    assert found.settings["brightness"].reach == pytest.approx(40 / 255, abs=0.02)
    assert found.settings["rotation"].share == 0
    assert found.claimed == {}


def test_a_function_that_fails_leaves_its_error(seen, generators):
    def train_val_generators(training, validation):
        raise KeyError("x")

    assert seen(train_val_generators).error.name == "KeyError"
    assert seen(lambda training, validation: None).error.name == "ReturnValue"
    assert seen(lambda training, validation: ([], [])).error.name == "NoImages"


def test_layers_at_the_front_of_a_model_are_measured_from_the_model(marked, keras, tmp_path):
    layers = keras.layers
    model = keras.Sequential(
        [keras.Input((60, 60, 3)), layers.RandomRotation(0.1), layers.RandomFlip("horizontal"),
         layers.Rescaling(1 / 255), layers.Conv2D(2, 3), layers.Flatten(), layers.Dense(1)]
    )  # fmt: skip
    challenge, _ = marked
    image = challenge.pattern.render(60, 60, 3)[None].astype(np.float32)
    plain = fiducials.through_front(model, image, training=False)
    assert np.allclose(plain, image / 255, atol=1e-6)
    many = fiducials.through_front(model, np.repeat(image, 100, axis=0), training=True)
    record = fiducials.keep(np.concatenate([plain, many]), tmp_path / "front.npy")
    records = ({"kind": "front", "low": record["low"], "high": record["high"]},)
    facts = [Layer.model_validate(layer) for layer in json.loads(json.dumps(describe(model)))["layers"]]
    found = read_front(Evidence(Ran(tmp_path, records)), challenge.pattern, facts)
    assert found.settings["rotation"].reach == pytest.approx(36, abs=3)
    assert found.settings["horizontal_flip"].share > 0.3
    assert found.claimed == {"rotation": (-36, 36), "horizontal_flip": (0, 1)}
    assert found.places == ("model",)


def test_a_model_without_random_layers_has_no_augmentation_of_its_own(marked, keras, tmp_path):
    model = keras.Sequential([keras.Input((60, 60, 3)), keras.layers.Conv2D(2, 3)])
    challenge, _ = marked
    image = np.repeat(challenge.pattern.render(60, 60, 3)[None].astype(np.float32), 5, axis=0)
    record = fiducials.keep(fiducials.through_front(model, image, training=True), tmp_path / "front.npy")
    records = ({"kind": "front", "low": record["low"], "high": record["high"]},)
    assert read_front(Evidence(Ran(tmp_path, records)), challenge.pattern, []) is None


@pytest.mark.parametrize("record", [{}, {"low": "a", "high": 1}, {"low": 0, "high": 1, "claimed": {"rotation": ["x"]}}])
def test_a_record_that_our_probe_did_not_write_is_survived(marked, tmp_path, record):
    (tmp_path / "augmentation.json").write_text(json.dumps(record))
    np.save(tmp_path / "augmentation.npy", np.zeros((3, 40, 40, 2), np.uint8))
    found = read_augmentation(Evidence(Ran(tmp_path)), marked[0].pattern, None)
    assert found.error.name == "NoImages"


def test_large_images_are_shrunk_before_they_travel():
    assert fiducials.shrink(np.zeros((2, 300, 300, 3), np.float32)).shape == (2, 150, 150, 3)


def test_layers_say_their_settings_in_the_units_of_the_measurement():
    layers = [
        Layer(name="a", kind="RandomZoom", settings={"height_factor": [-0.2, 0.1]}),
        Layer(name="b", kind="RandomTranslation", settings={"height_factor": 0.1, "width_factor": [0, 0.3]}),
        Layer(name="c", kind="RandomContrast", settings={"factor": [0.2, 0.4]}),
    ]
    assert layer_claims(layers) == {
        "zoom_height": (-0.2, 0.1), "zoom_width": (-0.2, 0.1), "height_shift": (-0.1, 0.1), "width_shift": (0, 0.3),
        "contrast": (-0.2, 0.4),
    }  # fmt: skip
