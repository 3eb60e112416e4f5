"""Training of a model beyond reach is a step for each epoch, and every other model is trained in full."""

import numpy as np
import pytest

from grader.probe import training
from grader.probe.left_out import Rule
from grader.probe.training import Tally, hold
from grader.reach import Reach

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras beside NumPy 2
REACH = Reach(shapes=((4, 4, 3),), image=(4, 4, 3), units=(1, 2)).plan()
LABELS = np.tile([0, 1], 12)


def images(shape):
    return np.random.default_rng(1).random((24, *shape)).astype("float32")


@pytest.fixture
def held(keras):
    """Keras that leaves out the training of `graded` when it is beyond reach."""
    graded = {}
    tally = Tally({}, Rule(REACH, lambda: graded.get("model")))
    hold(tally, keras)
    yield tally, graded
    del keras.Model.fit
    training._kernels.clear()


def model(keras, shape=(4, 4, 3), units=1):
    loss = "binary_crossentropy" if units == 1 else "sparse_categorical_crossentropy"
    end = keras.layers.Dense(units, activation="sigmoid" if units == 1 else "softmax")
    made = keras.Sequential([keras.Input(shape), keras.layers.Flatten(), end])
    made.compile("sgd", loss, metrics=["accuracy"], run_eagerly=True)
    return made


def fit(one, shape=(4, 4, 3), **more):
    data = images(shape), LABELS
    return one.fit(*data, batch_size=8, epochs=3, verbose=0, validation_data=data, validation_batch_size=8, **more)


@pytest.mark.parametrize(
    ("looks", "words"),
    [
        (((5, 5, 3), 1), "takes an input of shape (5, 5, 3) where (4, 4, 3) is asked for"),
        (((48,), 1), "takes an input of shape (48,) where (4, 4, 3) is asked for"),
        (((4, 4, 3), 7), "last layer has a size of 7 where 1 or 2 is asked for"),
    ],
)
def test_a_model_beyond_reach_gets_a_step_for_each_epoch_and_is_told_why(keras, held, capsys, looks, words):
    (tally, graded), (shape, units) = held, looks
    graded["model"] = model(keras, shape, units)
    history = fit(graded["model"], shape)
    assert (tally.used["epochs"], tally.used["steps"]) == (3, 3)
    assert {name: len(curve) for name, curve in history.history.items()} == dict.fromkeys(
        ["accuracy", "loss", "val_accuracy", "val_loss"], 3
    )
    assert words in capsys.readouterr().out
    assert tally.record()["left_out"]["found"] == ([units] if shape == (4, 4, 3) else list(shape))


class Batches:
    """Three batches of eight, told apart by Keras from arrays and data sets."""

    def __len__(self):
        return 3

    def __getitem__(self, n):
        return images((5, 5, 3))[:8], LABELS[:8]


def endless():
    while True:
        yield images((5, 5, 3))[:8], LABELS[:8]


@pytest.mark.parametrize("kind", ["folder", "data set", "generator", "by position", "no batch size"])
def test_whatever_the_data_comes_in_each_epoch_is_one_step_of_a_batch(keras, held, kind):
    tally, graded = held
    graded["model"] = one = model(keras, (5, 5, 3))
    sizes = []
    one.train_step = lambda data, step=one.train_step: sizes.append(len(data[0])) or step(data)
    own = {"epochs": 5, "verbose": 0}
    if kind == "folder":
        batches = type("Folder", (Batches, keras.utils.PyDataset), {})()
        history = one.fit(batches, validation_data=batches, **own)
    elif kind == "data set":
        import tensorflow as tf

        batches = tf.data.Dataset.from_tensor_slices((images((5, 5, 3)), LABELS)).shuffle(24).batch(8)
        history = one.fit(batches, validation_data=batches, shuffle=False, **own)
    elif kind == "generator":
        val = images((5, 5, 3)), LABELS
        history = one.fit(endless(), steps_per_epoch=7, validation_data=val, shuffle=False, **own)
    elif kind == "by position":
        history = one.fit(images((5, 5, 3)), LABELS, 8, 5, 0, None, 0.0, (images((5, 5, 3)), LABELS))
    else:
        history = one.fit(np.tile(images((5, 5, 3)), (8, 1, 1, 1)), np.tile(LABELS, 8), validation_split=0.5, **own)
    assert (tally.used["steps"], len(history.history["val_loss"])) == (5, 5)
    assert sizes == [32 if kind == "no batch size" else 8] * 5


def test_a_model_within_reach_is_trained_in_full(keras, held, capsys):
    tally, graded = held
    graded["model"] = model(keras)
    fit(graded["model"])
    assert (tally.used["steps"], tally.record()["left_out"], capsys.readouterr().out) == (9, None, "")


def test_another_model_than_the_graded_one_is_trained_in_full(keras, held):
    tally, graded = held
    graded["model"] = model(keras)
    fit(model(keras, (5, 5, 3), 7), (5, 5, 3))
    assert (tally.used["steps"], tally.record()["left_out"]) == (9, None)


def sizeless(keras):
    end = [keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(1, activation="sigmoid")]
    return keras.Sequential([keras.Input((None, None, 3)), keras.layers.Resizing(4, 4), *end])


def unbuilt(keras):
    return keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(7)])


def of_two_inputs(keras):
    ins = [keras.Input((5, 5, 3)), keras.Input((4, 4, 3))]
    flat = [keras.layers.Flatten()(each) for each in ins]
    return keras.Model(ins, keras.layers.Dense(1)(keras.layers.Concatenate()(flat)))


@pytest.mark.parametrize("make", [sizeless, unbuilt, of_two_inputs])
def test_in_doubt_a_model_is_trained(keras, make):
    one = make(keras)
    rule = Rule(REACH, lambda: one)
    assert (rule.why(one), rule.told) == ("", None)


def test_a_model_of_any_rank_that_takes_an_image_of_the_week_is_trained(keras):
    grey = keras.Sequential([keras.Input((4, 4)), keras.layers.Flatten(), keras.layers.Dense(1)])
    asked = Reach(image=(4, 4, 1)).plan()
    assert Rule(asked, lambda: grey).why(grey) == ""
    flat = keras.Sequential([keras.Input((16,)), keras.layers.Dense(1)])
    assert "where (4, 4, 1) is asked for" in Rule(asked, lambda: flat).why(flat)
    large = model(keras, (9, 9, 3))  # pictures of any size can be drawn for it
    assert Rule(asked, lambda: large).why(large) == ""


def test_from_some_number_of_units_on_all_are_within_reach(keras):
    asked = Reach(units=(1,), units_from=5).plan()
    said = []
    for units in (1, 4, 5, 9):
        one = model(keras, units=units)
        said.append(bool(Rule(asked, lambda one=one: one).why(one)))
    assert said == [False, True, False, False]


def test_callbacks_of_the_notebook_see_each_epoch_and_may_end_it(keras, held):
    tally, graded = held
    graded["model"] = one = model(keras, (5, 5, 3))
    seen = []

    def note(epoch, logs):
        seen.append(epoch)
        one.stop_training = epoch == 1

    fit(one, (5, 5, 3), callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=note)])
    assert (seen, tally.used["steps"]) == ([0, 1], 2)


def test_the_budget_still_ends_it(keras):
    one = model(keras, (5, 5, 3))
    tally = Tally({"epochs": 2}, Rule(REACH, lambda: one))
    hold(tally, keras)
    try:
        fit(one, (5, 5, 3))
    finally:
        del keras.Model.fit
    assert (tally.used["epochs"], tally.stopped) == (2, "epochs")


def test_a_model_that_was_not_compiled_is_refused_before_a_step(keras, held):
    tally, graded = held
    graded["model"] = one = keras.Sequential([keras.Input((5, 5, 3)), keras.layers.Flatten(), keras.layers.Dense(1)])
    with pytest.raises(ValueError, match="compile"):
        fit(one, (5, 5, 3))
    assert tally.used["steps"] == 0
