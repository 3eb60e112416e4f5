"""What a training needs is made before its step is compiled, where that makes no difference but in time."""

from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from grader.probe import training
from grader.probe.early_build import fitting

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras beside NumPy 2
IMAGES = np.random.default_rng(1).integers(0, 256, (24, 12, 12, 3)).astype("uint8")
LABELS = np.arange(24) % 3


@pytest.fixture
def held(keras):
    """Keras as notebooks find it; gives a function that takes that back."""
    own = keras.Model._maybe_symbolic_build

    def undo() -> None:
        if "fit" in vars(keras.Model):
            del keras.Model.fit
        keras.Model._maybe_symbolic_build = own

    training.hold(training.begin({}), keras)
    yield undo
    undo()
    training._kernels.clear()


def network(keras, **compiled: Any):
    """With all that draws while it trains: augmentation and dropout."""
    layers = keras.layers
    made = keras.Sequential(
        [
            keras.Input((12, 12, 3)),
            layers.RandomFlip("horizontal"),
            layers.RandomRotation(0.2),
            layers.Rescaling(1 / 255),
            layers.Conv2D(4, 3, activation="relu"),
            layers.BatchNormalization(),
            layers.Dropout(0.4),
            layers.Flatten(),
            layers.Dense(3, activation="softmax"),
        ]
    )
    made.compile(**{"optimizer": "adam", "loss": "sparse_categorical_crossentropy", "metrics": ["accuracy"]} | compiled)
    return made


def built_before(keras, model, *data: Any) -> bool:
    """Whether the optimizer has its variables before the first step."""
    seen = []
    notice = keras.callbacks.LambdaCallback(on_train_begin=lambda _: seen.append(model.optimizer.built))
    model.fit(*data, verbose=0, callbacks=[notice])
    return seen[0]


def test_numbers_are_the_same_to_the_last_bit(keras, held):
    def trained() -> tuple[Any, ...]:
        keras.utils.set_random_seed(3)
        model = network(keras)
        batches = tf.data.Dataset.from_tensor_slices((IMAGES, LABELS)).shuffle(24).batch(7)
        first = model.fit(IMAGES, LABELS, batch_size=8, epochs=2, validation_split=0.25, verbose=0).history
        second = model.fit(batches, validation_data=batches, shuffle=False, verbose=0).history
        return first, second, [variable.numpy().tobytes() for variable in model.variables + model.optimizer.variables]

    early = trained()
    held()
    assert trained() == early


def test_a_step_is_compiled_once(keras, held, monkeypatch):
    traced = []

    def apply(self, *rest, **named):
        traced.append(tf.inside_function())
        return original(self, *rest, **named)

    original = keras.optimizers.Adam.apply
    monkeypatch.setattr(keras.optimizers.Adam, "apply", apply)
    network(keras).fit(IMAGES, LABELS, verbose=0)
    assert traced == [True]
    held()
    network(keras).fit(IMAGES, LABELS, verbose=0)
    assert traced == [True] * 3


@pytest.mark.parametrize("change", ["loss", "metric", "step", "layer", "lambda", "eager"])
def test_nothing_of_the_students_own_runs_for_it(keras, held, change):
    class Own(keras.Model):
        def train_step(self, data):
            return super().train_step(data)

    class Layer(keras.layers.Layer):
        def call(self, inputs):
            return inputs

    model = network(keras)
    assert built_before(keras, model, IMAGES, LABELS)
    inputs = keras.Input((12, 12, 3))
    outer = {"layer": Layer(), "lambda": keras.layers.Lambda(lambda x: x)}.get(change)
    outputs = network(keras)(inputs if outer is None else outer(inputs))
    other = (Own if change == "step" else keras.Model)(inputs, outputs)
    loss = keras.losses.sparse_categorical_crossentropy

    def own(labels, said):
        return loss(labels, said)

    other.compile(
        "adam",
        own if change == "loss" else loss,
        metrics=[own if change == "metric" else "accuracy"],
        run_eagerly=change == "eager",
    )
    assert not built_before(keras, other, IMAGES, LABELS)


def test_labels_that_do_not_fit_the_loss_are_told_by_keras_as_ever(keras, held):
    def told() -> tuple[Any, ...]:
        keras.utils.set_random_seed(3)
        model, fitting_labels = network(keras, loss="categorical_crossentropy"), np.eye(3)[LABELS]
        with pytest.raises(ValueError, match="shape") as wrong:
            model.fit(IMAGES, LABELS, verbose=0)
        with pytest.raises(ValueError, match="Creating variables on a non-first call") as again:
            model.fit(IMAGES, fitting_labels, verbose=0)
        model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
        return str(wrong.value), str(again.value), model.fit(IMAGES, fitting_labels, verbose=0).history

    early = told()
    held()
    assert told() == early


def test_an_evaluation_makes_no_variables(keras, held):
    model = network(keras)
    with fitting(network(keras)):
        model.evaluate(IMAGES, LABELS, verbose=0)
    model.evaluate(IMAGES, LABELS, verbose=0)
    assert not model.optimizer.built
