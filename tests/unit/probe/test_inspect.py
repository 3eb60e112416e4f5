"""Models in many spellings, saved and loaded as in the second sandbox, and what is told about them."""

# ruff: noqa: PLR0917 - pytest passes fixtures and parameters by name

import json

import numpy as np
import pytest

from grader.observation import KerasModel
from grader.probe import inspect
from grader.probe.describe import describe, holds_rescaling, snake_case

PIXELS = np.linspace(0, 255, 2 * 12 * 12 * 3, dtype=np.float32).reshape(2, 12, 12, 3)

# Keras 3.15 asks numpy 2 for a copy of a TensorFlow variable in the old way whenever it saves a model.
pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning:keras.src.backend.tensorflow.core"
)


@pytest.fixture
def layers(keras):
    return keras.layers


@pytest.fixture
def make(keras, layers):
    """A small convolutional model whose end is given as layers."""

    def build(*end, front=(), given=(12, 12, 3), **compiled):
        body = [layers.Conv2D(2, 3, activation="relu"), layers.Flatten()]
        model = keras.Sequential([*([keras.Input(given)] if given else []), *front, *body, *end])
        if compiled is not None and compiled.get("loss", "x") is not None:
            model.compile(**({"optimizer": "adam", "loss": "binary_crossentropy", "metrics": ["accuracy"]} | compiled))
        return model

    return build


@pytest.fixture
def seen(tmp_path, keras):
    """What is told about a model once it was saved and loaded."""

    def look(model, **kwargs):
        model.save(tmp_path / "m.keras")
        loaded = inspect.load_model(tmp_path / "m.keras")
        facts = describe(loaded.model, compiled_with=loaded.compiled_with, **({"pixels": PIXELS} | kwargs))
        return KerasModel.model_validate(json.loads(json.dumps(facts)))

    return look


def test_a_plain_model_is_told_completely(make, seen, layers):
    model = seen(make(layers.Dense(4, activation="relu"), layers.Dense(1, activation="sigmoid")))
    assert model.input_shape == (None, 12, 12, 3)
    assert (model.output.units, model.output.activation, model.output.layer) == (1, "sigmoid", "Dense")
    assert [layer.kind for layer in model.layers] == ["Conv2D", "Flatten", "Dense", "Dense"]
    assert [layer.activation for layer in model.layers] == ["relu", None, "relu", "sigmoid"]
    assert model.layers[0].output_shape == (None, 10, 10, 2)
    assert model.layers[0].settings == {"filters": 2, "kernel_size": [3, 3], "strides": [1, 1]}
    assert (model.parameters, model.trainable) == (56 + 804 + 5, 865)
    assert (model.compiled, model.loss.name, model.loss.from_logits) == (True, "binary_crossentropy", False)
    assert (model.metrics, model.metrics_claimed) == (("binary_accuracy",), ("accuracy",))
    assert (model.optimizer.name, model.optimizer.learning_rate) == ("adam", 0.001)
    assert model.first_convolution_range == (0, 255)
    assert model.error is None


@pytest.mark.parametrize(
    ("end", "units", "activation"),
    [
        (lambda k: [k.layers.Dense(1), k.layers.Activation("sigmoid")], 1, "sigmoid"),
        (lambda k: [k.layers.Dense(1, activation=k.activations.sigmoid)], 1, "sigmoid"),
        (lambda k: [k.layers.Dense(2), k.layers.Softmax()], 2, "softmax"),
        (lambda k: [k.layers.Dense(2), k.layers.ReLU()], 2, "relu"),
        (lambda k: [k.layers.Dense(2, "softmax"), k.layers.Dropout(0.1), k.layers.Reshape((2,))], 2, "softmax"),
        (lambda k: [k.layers.Dense(2)], 2, "linear"),
        (lambda k: [k.layers.Dense(2, "sigmoid")], 2, "sigmoid"),
        (lambda k: [k.layers.Dense(2, "sigmoid"), k.layers.Softmax()], 2, "sigmoid then softmax"),
        (lambda k: [k.Sequential([k.layers.Dense(3), k.layers.Dense(1, "sigmoid")])], 1, "sigmoid"),
    ],
    ids=["Activation layer", "function", "Softmax layer", "ReLU layer", "softmax, then reshaped", "logits",
         "two sigmoids", "two activations", "nested"],
)  # fmt: skip
def test_the_output_is_told_whatever_spells_it(keras, make, seen, end, units, activation):
    model = seen(make(*end(keras)))
    assert (model.output.units, model.output.activation, model.output.layer) == (units, activation, "Dense")


@pytest.mark.parametrize("name", ["sigmoid", "softmax"])
def test_an_operation_after_the_last_layer_counts(keras, layers, seen, name):
    given = keras.Input((12, 12, 3))
    values = layers.Flatten()(layers.Conv2D(2, 3)(layers.Rescaling(1 / 255)(given)))
    for call in (getattr(keras.ops, name), getattr(keras.activations, name)):
        told = seen(keras.Model(given, call(layers.Dense(2)(values))))
        assert told.output.activation == name
        assert not told.compiled
        assert told.loss is None


def test_nested_models_are_flattened_and_the_range_is_that_of_the_first_convolution(keras, layers, seen):
    front = keras.Sequential([keras.Input((12, 12, 3)), layers.Rescaling(1 / 255), layers.Conv2D(2, 3)])
    model = seen(
        keras.Sequential([keras.Input((12, 12, 3)), layers.RandomFlip(), front, layers.Flatten(), layers.Dense(1)])
    )
    assert [layer.kind for layer in model.layers] == ["RandomFlip", "Rescaling", "Conv2D", "Flatten", "Dense"]
    assert model.first_convolution_range == pytest.approx((0, 1), abs=1e-5)
    assert model.layers[1].settings["scale"] == pytest.approx(1 / 255)


@pytest.mark.parametrize(
    ("loss", "name", "from_logits"),
    [
        (lambda k: "binary_crossentropy", "binary_crossentropy", False),
        (lambda k: "bce", "binary_crossentropy", False),
        (lambda k: "BinaryCrossentropy", "binary_crossentropy", False),
        (lambda k: k.losses.binary_crossentropy, "binary_crossentropy", False),
        (lambda k: k.losses.BinaryCrossentropy(from_logits=True, name="mine"), "binary_crossentropy", True),
        (lambda k: k.losses.SparseCategoricalCrossentropy(), "sparse_categorical_crossentropy", False),
        (lambda k: "kl_divergence", "kl_divergence", False),
        (lambda k: k.losses.KLDivergence(), "kl_divergence", False),
        (lambda k: "mse", "mean_squared_error", False),
        (lambda k: k.losses.MeanSquaredError(), "mean_squared_error", False),
    ],
)
def test_the_loss_is_told_whatever_spells_it(keras, make, seen, layers, loss, name, from_logits):
    told = seen(make(layers.Dense(2), loss=loss(keras)), pixels=None).loss
    assert (told.name, told.from_logits) == (name, from_logits)


def test_a_loss_or_metric_of_the_students_own_is_unknown_and_nothing_else_is_lost(make, seen, layers):
    def my_loss(truth, predicted):
        return (truth - predicted) ** 2

    model = seen(make(layers.Dense(1, activation="sigmoid"), loss=my_loss, metrics=["accuracy", my_loss]))
    assert model.loss.name == "unknown"
    assert model.metrics == ("binary_accuracy", "unknown")
    assert model.metrics_claimed == ("accuracy", "my_loss")
    assert model.optimizer.name == "adam"
    assert model.error is None


@pytest.mark.parametrize(
    ("units", "label_form", "labels"),
    [
        (1, "integers", (4,)),
        (1, "integers", (4, 1)),
        (2, "integers", (4,)),
        (2, "integers", (4, 1)),
        (2, "one_hot", (4, 2)),
    ],
)
def test_accuracy_is_resolved_to_what_keras_makes_of_it(make, seen, layers, keras, units, label_form, labels):
    model = make(layers.Dense(units, activation="sigmoid"), loss="mse" if units == 2 else "binary_crossentropy")
    told = seen(model).metrics
    told = seen(model, label_form=label_form).metrics

    compiled = keras.src.trainers.compile_utils.CompileMetrics(["accuracy"], None)
    compiled.build(keras.ops.zeros(labels), keras.ops.zeros((4, units)))
    assert told == (snake_case(type(compiled.metrics[0]).__name__),)


def test_other_metrics_keep_their_names(make, seen, layers, keras):
    metrics = ["acc", "AUC", keras.metrics.BinaryAccuracy(name="acc2"), keras.metrics.binary_accuracy, "mae"]
    told = seen(make(layers.Dense(1, activation="sigmoid"), metrics=metrics))
    assert told.metrics == ("binary_accuracy", "auc", "binary_accuracy", "binary_accuracy", "mean_absolute_error")


def test_optimizers_tell_their_first_learning_rate(make, seen, layers, keras):
    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.9)
    for optimizer, name, rate in (
        (keras.optimizers.SGD(schedule), "sgd", 0.1),
        (keras.optimizers.RMSprop(1e-4), "rmsprop", 1e-4),
        ("adam", "adam", 0.001),
    ):
        told = seen(make(layers.Dense(1), optimizer=optimizer), pixels=None).optimizer
        assert (told.name, told.learning_rate) == (name, pytest.approx(rate))


@pytest.mark.filterwarnings("ignore:You are saving a model that has not yet been built:UserWarning")
def test_a_model_without_an_input_shape_is_told_as_far_as_images_build_it(make, seen, layers):
    told = seen(make(layers.Dense(1, activation="sigmoid"), given=None))
    assert told.input_shape == ()
    assert told.output.activation == "sigmoid"


def test_images_of_another_size_leave_the_range_unknown(make, seen, layers):
    told = seen(make(layers.Dense(1)), pixels=np.zeros((1, 20, 20, 3), np.float32))
    assert told.first_convolution_range is None
    assert told.output.units == 1


def test_describing_a_live_model_leaves_it_as_it_was(make, layers):
    model = make(layers.Dense(1))
    before = model.predict(PIXELS, verbose=0)
    describe(model, pixels=PIXELS)
    assert "call" not in vars(model.layers[0])
    assert np.allclose(model.predict(PIXELS, verbose=0), before)


def test_rescaling_ahead_of_the_first_convolution_is_found(make, layers):
    assert holds_rescaling(make(layers.Dense(1), front=[layers.Rescaling(1 / 255)]))
    assert not holds_rescaling(make(layers.Rescaling(2.0), layers.Dense(1)))


# the program


@pytest.fixture
def sent(monkeypatch):
    """What the program sends, caught at its one way out."""
    records, files = [], {}
    monkeypatch.setattr(inspect.outbox, "claim", lambda: None)
    monkeypatch.setattr(inspect.outbox, "record", lambda kind, **fields: records.append({"kind": kind, **fields}))
    monkeypatch.setattr(inspect.outbox, "file", lambda name, path: files.update({name: np.load(path)}))
    return records, files


@pytest.fixture
def given(tmp_path, monkeypatch):
    folder = tmp_path / "in"
    folder.mkdir()
    monkeypatch.setenv("GRADER_IN", str(folder))
    monkeypatch.chdir(tmp_path)
    np.save(folder / "pixels.npy", PIXELS)
    np.save(folder / "train.npy", np.full((40, 12, 12, 3), 255, np.uint8))
    np.save(folder / "holdout.npy", np.zeros((3, 12, 12, 3), np.uint8))
    return folder


def plan(folder, **changes):
    values = {"scale": None, "offset": 0.0, "pixels_ready": False, "label_form": "integers"} | changes
    (folder / "plan.json").write_text(json.dumps(values))


@pytest.mark.parametrize(
    ("rescaling", "scale", "reaches"), [(True, None, 1.0), (False, None, 1.0), (False, 1.0, 255.0)],
    ids=["the model rescales", "nobody is known to rescale", "the pipeline does not rescale"],
)  # fmt: skip
def test_models_are_described_and_asked_about_images_prepared_for_them(
    keras, layers, make, given, sent, rescaling, scale, reaches
):
    front = [layers.Rescaling(1 / 255)] if rescaling else []
    model = make(layers.Dense(1), front=front)
    model.save(given / "built.keras")
    model.save(given / "trained.keras")
    plan(given, scale=scale)

    inspect.main()

    records, files = sent
    assert [(r["kind"], r["which"]) for r in records] == [("model", "built"), ("model", "trained")]
    assert records[0]["first_convolution_range"][1] == pytest.approx(reaches, rel=1e-4)
    raw = 255.0 if rescaling else reaches
    wanted = model.predict(np.full((1, 12, 12, 3), raw, np.float32), verbose=0)
    assert files["predictions-train.npy"].shape == (40, 1)
    assert np.allclose(files["predictions-train.npy"], wanted, rtol=1e-3, atol=1e-3)
    assert files["predictions-holdout.npy"].dtype == np.float32


def test_images_that_the_model_cannot_take_are_said_not_to_fit(make, layers, given, sent):
    make(layers.Dense(1), given=(20, 20, 3)).save(given / "trained.keras")
    plan(given)
    inspect.main()
    records, files = sent
    assert [r["kind"] for r in records] == ["model", "no_predictions", "no_predictions"]
    assert files == {}


def test_a_lambda_a_class_of_ones_own_and_a_broken_file_are_told_in_words(keras, make, layers, given, sent):
    class Mine(keras.layers.Layer):
        def call(self, values):
            return values

    make(layers.Lambda(lambda values: values * 2), layers.Dense(1)).save(given / "built.keras")
    make(Mine(), layers.Dense(1)).save(given / "trained.keras")
    plan(given)
    inspect.main()
    (given / "built.keras").write_bytes(b"no archive")
    (given / "trained.keras").unlink()
    inspect.main()
    errors = [record["error"] for record in sent[0]]
    assert "Lambda" in errors[0]
    assert "class of your own" in errors[1]
    assert errors[2]
    assert all(KerasModel(error=error) for error in errors)


def test_snake_case_is_that_of_keras(keras):
    for name in ("BinaryCrossentropy", "KLDivergence", "MeanSquaredError", "SparseCategoricalAccuracy", "AUC", "ReLU"):
        assert snake_case(name).replace("_", "") == name.lower()
    assert snake_case("LeakyReLU") == "leaky_relu"


@pytest.mark.parametrize("count", [1, 32, 45])
def test_predictions_are_those_of_keras_whatever_the_number_of_images(make, layers, count: int):
    model = make(layers.Dropout(0.5), layers.Dense(1, "sigmoid"), front=[layers.BatchNormalization()])
    images = np.random.default_rng(3).integers(0, 256, (count, 12, 12, 3)).astype(np.uint8)
    expected = model.predict_on_batch(images.astype(np.float32) / 255 - 1)
    assert inspect.predict(model, images, 1 / 255, -1.0) == pytest.approx(expected, abs=1e-6)


def test_loading_draws_no_weights_and_leaves_drawing_as_it_was(make, layers, keras, tmp_path, monkeypatch):
    model = make(layers.Dense(3, kernel_initializer="orthogonal"), layers.Dense(1, "sigmoid"))
    model.save(tmp_path / "m.keras")
    draws = []
    for kind in (keras.initializers.VarianceScaling, keras.initializers.Orthogonal):
        monkeypatch.setattr(kind, "__call__", lambda _, shape, **__: draws.append(shape))
    before = keras.initializers.VarianceScaling.__call__
    loaded = inspect.load_model(tmp_path / "m.keras").model
    assert draws == []
    assert keras.initializers.VarianceScaling.__call__ is before
    for one, other in zip(model.get_weights(), loaded.get_weights(), strict=True):
        assert np.array_equal(one, other)
