"""The pairing table over real models: every row, right and broken, however the model is written.

`tests/unit/judge/test_loss_activation.py` asks the table itself; here models are built, saved, loaded where their class
is not known, described and judged with labels as data really yields them.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from grader.judge.loss_activation import Parameters, check
from grader.measure.labels import measure_labels
from grader.observation import KerasModel, Observations, Pipeline, Run, RunStatus
from grader.probe import inspect, roles
from grader.probe.describe import describe
from grader.probe.draw import draw

pytestmark = [
    pytest.mark.filterwarnings(
        "ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning:keras.src.backend"
    ),
    pytest.mark.filterwarnings("ignore:You are using a softmax over axis -1:UserWarning"),
]

SHAPE = (4, 4, 1)
NAMES = {"bce": "binary_crossentropy", "sparse": "sparse_categorical_crossentropy", "cce": "categorical_crossentropy"}
CLASSES = {"bce": "BinaryCrossentropy", "sparse": "SparseCategoricalCrossentropy", "cce": "CategoricalCrossentropy"}


@dataclass(frozen=True)
class Row:
    """One row of the table, and what is said of it."""

    said: str
    units: int
    activation: str | None
    loss: str
    labels: str = "integers"
    classes: int = 2
    logits: bool = False


ROWS = [
    Row("passed", 1, "sigmoid", "bce"),
    Row("passed", 1, "sigmoid", "bce", "column"),
    Row("passed", 1, None, "bce", logits=True),
    Row("passed", 2, "softmax", "sparse"),
    Row("passed", 5, "softmax", "sparse", classes=3),
    Row("passed", 3, None, "sparse", classes=3, logits=True),
    Row("passed", 3, "softmax", "cce", "one-hot", 3),
    Row("passed", 3, None, "cce", "one-hot", 3, logits=True),
    Row("multi-label", 3, "sigmoid", "bce", "one-hot", 3),
    Row("softmax-one-unit", 1, "softmax", "bce"),
    Row("sigmoid-from-logits", 1, "sigmoid", "bce", logits=True),
    Row("linear-without-logits", 1, None, "bce"),
    Row("linear-without-logits", 3, None, "sparse", classes=3),
    Row("linear-without-logits", 3, None, "cce", "one-hot", 3),
    Row("softmax-from-logits", 3, "softmax", "sparse", classes=3, logits=True),
    Row("softmax-from-logits", 3, "softmax", "cce", "one-hot", 3, logits=True),
    Row("sparse-one-hot", 3, "softmax", "sparse", "one-hot", 3),
    Row("categorical-integers", 3, "softmax", "cce", classes=3),
    Row("too-few-units", 2, "softmax", "sparse", classes=3),
    Row("one-unit-categorical", 1, "sigmoid", "cce"),
    Row("binary-many-units", 2, "softmax", "bce"),
    Row("sigmoid-categorical", 3, "sigmoid", "sparse", classes=3),
    Row("units-differ", 2, "softmax", "cce", "one-hot", 3),
    Row("regression", 1, "sigmoid", "mse"),
]


def sequential(keras: Any, row: Row) -> Any:
    head = keras.layers.Dense(row.units, activation=row.activation)
    return keras.Sequential([keras.Input(SHAPE), keras.layers.Flatten(), head])


def functional(keras: Any, row: Row) -> Any:
    """The activation is a layer of its own, where there is one."""
    given = keras.Input(SHAPE)
    values = keras.layers.Dense(row.units)(keras.layers.Flatten()(given))
    return keras.Model(given, keras.layers.Activation(row.activation)(values) if row.activation else values)


def subclassed(keras: Any, row: Row) -> Any:
    """The activation is given as a function, and called."""

    class Net(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.flatten, self.head = keras.layers.Flatten(), keras.layers.Dense(row.units)

        def call(self, images: Any) -> Any:
            values = self.head(self.flatten(images))
            return getattr(keras.activations, row.activation)(values) if row.activation else values

    return Net()


def spelled_loss(keras: Any, row: Row, style: Any) -> Any:
    """A string for a stack, a function for a graph and an object for a class, where the setting can be spelled so."""
    if row.loss == "mse":
        return {sequential: "mse", functional: keras.losses.mean_squared_error}.get(
            style, keras.losses.MeanSquaredError()
        )
    if row.logits or style is subclassed:
        return getattr(keras.losses, CLASSES[row.loss])(from_logits=row.logits)
    return NAMES[row.loss] if style is sequential else getattr(keras.losses, NAMES[row.loss])


def labels_of(row: Row, count: int = 12) -> np.ndarray:
    codes = np.arange(count) % row.classes
    if row.labels == "one-hot":
        return np.eye(row.classes)[codes]
    return codes[:, None] if row.labels == "column" else codes


def judged(model: KerasModel, labels: np.ndarray, classes: int) -> str:
    form = measure_labels(labels.astype(float), [int(i) % classes for i in range(len(labels))], classes)
    data = Pipeline(
        label_form=form.form,
        label_shape=labels.shape,
        label_values=form.values,
        classes=form.classes,
        images=len(labels),
    )
    run = Run(status=RunStatus.OK, seconds=1)
    seen = Observations(run=run, built_model=model, training_data=data)
    return check(seen, Parameters(classes=classes), None).code or "passed"


@pytest.mark.parametrize("style", [sequential, functional, subclassed])
@pytest.mark.parametrize("row", ROWS, ids=lambda r: f"{r.said}-{r.units}-{r.activation}-{r.loss}-{r.labels}-{r.logits}")
def test_each_row_is_judged_whatever_spells_it(row, style, keras, tmp_path):
    model = style(keras, row)
    model.compile("adam", spelled_loss(keras, row, style), metrics=["accuracy"])
    assert roles.save_model(model, tmp_path / "m.keras", seconds=30, shape=SHAPE) is None
    loaded = inspect.load_model(tmp_path / "m.keras")
    facts = KerasModel.model_validate(describe(loaded.model, compiled_with=loaded.compiled_with))
    assert judged(facts, labels_of(row), row.classes) == row.said


def as_generator(keras: Any, images: np.ndarray, labels: np.ndarray) -> Any:
    from tensorflow.keras.preprocessing.image import ImageDataGenerator

    return ImageDataGenerator().flow(images, labels, batch_size=12, shuffle=False)


def as_dataset(keras: Any, images: np.ndarray, labels: np.ndarray) -> Any:
    import tensorflow as tf

    return tf.data.Dataset.from_tensor_slices((images, labels)).batch(12)


def as_arrays(keras: Any, images: np.ndarray, labels: np.ndarray) -> Any:
    return images, labels


@pytest.mark.parametrize("data", [as_generator, as_dataset, as_arrays])
@pytest.mark.parametrize(
    ("row", "form"),
    [(ROWS[0], "integers"), (ROWS[1], "integers"), (ROWS[6], "one_hot")],
    ids=["flat", "column", "one-hot"],
)
def test_the_label_form_is_what_the_data_yields(row, form, data, keras):
    drawn = draw(data(keras, np.zeros((12, *SHAPE), np.float32), labels_of(row)), offered=12)
    labels = np.array(drawn.labels)
    assert labels.shape == labels_of(row).shape
    assert measure_labels(labels, [i % row.classes for i in range(12)], row.classes).form == form
