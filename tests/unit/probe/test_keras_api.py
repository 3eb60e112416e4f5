"""What the probes ask of Keras has the same answer from `tf_keras`, and old spellings that it lost work again."""

import sys
import warnings

import numpy as np
import pytest

from grader.probe import keras_api, old_keras_2, training
from grader.probe.describe import describe
from grader.probe.roles import save_model
from grader.probe.subclassed import portable

pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),  # Keras beside NumPy 2
    pytest.mark.filterwarnings("ignore:The `lr` argument is deprecated:UserWarning"),
]
SAME = ("input_shape", "output", "parameters", "trainable", "compiled", "loss", "metrics", "metrics_claimed")


@pytest.fixture(scope="module")
def keras_2():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what it rests on
        import tf_keras
    return tf_keras


@pytest.fixture
def chosen(keras_2, monkeypatch):
    monkeypatch.setattr(keras_api, "NAME", "tf_keras")
    return keras_2


@pytest.fixture
def taught(chosen, monkeypatch):
    for owner, name in (
        (chosen.optimizers.Optimizer, "_process_kwargs"),
        (chosen.optimizers.Optimizer, "_build_learning_rate"),
        (chosen.callbacks.CallbackList, "_process_logs"),
        (chosen.callbacks.History, "__init__"),
        (chosen.Model, "fit"),
    ):
        monkeypatch.setattr(owner, name, getattr(owner, name))
    old_keras_2.teach(chosen)
    yield chosen
    del chosen.Model.predict_classes, chosen.Model.predict_proba


def sequential(keras):
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((16, 16, 3)),
            layers.Rescaling(1 / 255),
            layers.Conv2D(4, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(1),
            layers.Activation("sigmoid"),
        ]
    )
    model.compile(keras.optimizers.RMSprop(0.001), keras.losses.BinaryCrossentropy(), metrics=["accuracy"])
    return model


def functional(keras):
    layers = keras.layers
    image = keras.Input((16, 16, 3))
    base = keras.Sequential([keras.Input((16, 16, 3)), layers.Conv2D(2, 3, name="last")], name="base")
    base.trainable = False
    x = layers.Dropout(0.2)(base(image))
    x = keras.activations.softmax(layers.Dense(3)(layers.GlobalAveragePooling2D()(x)))
    model = keras.Model(image, x)
    model.compile("adam", "categorical_crossentropy", metrics=["acc", keras.metrics.CategoricalAccuracy()])
    return model


@pytest.mark.parametrize("make", [sequential, functional])
def test_a_model_is_described_alike_in_both(keras, keras_2, monkeypatch, make):
    pixels = np.arange(2 * 16 * 16 * 3, dtype=np.float32).reshape(2, 16, 16, 3) % 256
    told = {}
    for name, library in (("keras", keras), ("tf_keras", keras_2)):
        monkeypatch.setattr(keras_api, "NAME", name)
        told[name] = describe(make(library), pixels=pixels, label_form="one_hot")
    three, two = told["keras"], told["tf_keras"]
    assert {key: two[key] for key in SAME} == {key: three[key] for key in SAME}
    kinds = [[(layer["kind"], layer["output_shape"]) for layer in facts["layers"]] for facts in (three, two)]
    assert kinds[0] == kinds[1]
    assert (two["head_input"] is None) == (three["head_input"] is None)
    assert two["optimizer"] == three["optimizer"]
    assert two["first_convolution_range"] == pytest.approx(three["first_convolution_range"], rel=1e-5)


def test_a_base_is_cut_where_its_layer_is(chosen):
    assert describe(functional(chosen))["head_input"] == "last"


def test_a_class_of_ones_own_is_made_portable(chosen, tmp_path):
    class Mine(chosen.Model):
        def __init__(self):
            super().__init__()
            self.dense = chosen.layers.Dense(2)

        def call(self, inputs):
            return self.dense(inputs)

    model = Mine()
    model.compile("adam", "mse")
    model(np.zeros((1, 5), np.float32))
    form = portable(model)
    assert form.input_shape == (None, 5)
    assert save_model(Mine(), tmp_path / "built.keras", seconds=20, shape=(7,)) is None
    assert keras_api.load(tmp_path / "built.keras").input_shape == (None, 7)


def test_old_spellings_work(taught):
    model = taught.Sequential([taught.Input((3,)), taught.layers.Dense(1, activation="sigmoid")])
    model.compile(taught.optimizers.Adam(lr=0.25), "binary_crossentropy", metrics=["accuracy"])
    assert float(model.optimizer.learning_rate) == 0.25
    assert describe(model)["optimizer"] == {"name": "adam", "learning_rate": 0.25}
    data = np.zeros((4, 3), np.float32), np.ones((4, 1), np.float32)
    history = model.fit(
        *data, verbose=0, validation_data=data, callbacks=[taught.callbacks.EarlyStopping(monitor="val_acc")]
    )
    assert history.history["val_acc"] == history.history["val_accuracy"]
    assert model.predict_classes(data[0], verbose=0).tolist() in ([[0]] * 4, [[1]] * 4)
    falling = taught.optimizers.SGD(learning_rate=0.5, decay=1.0)
    assert float(falling._learning_rate(1)) == 0.25


def test_the_budget_holds(taught):
    tally = training.Tally({"steps": 3})
    training.hold(tally, taught)
    model = taught.Sequential([taught.Input((3,)), taught.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(np.zeros((20, 3)), np.zeros((20, 1)), batch_size=2, epochs=5, verbose=0)
    assert (tally.used["steps"], tally.stopped) == (3, "steps")


def test_imports_of_keras_give_tf_keras(chosen, monkeypatch):
    modules = {name: module for name, module in sys.modules.items() if name.split(".")[0] == "keras"}
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    try:
        for name in modules:
            del sys.modules[name]
        keras_api.install()
        import keras
        from keras.layers import Dense
        from keras.preprocessing.image import ImageDataGenerator

        assert keras is chosen
        assert Dense is chosen.layers.Dense
        assert ImageDataGenerator is chosen.preprocessing.image.ImageDataGenerator
        assert chosen.__spec__.name == "tf_keras"
        with pytest.raises(ModuleNotFoundError):
            import keras.ops
    finally:
        for name in [name for name in sys.modules if name.split(".")[0] == "keras"]:
            del sys.modules[name]
        sys.modules.update(modules)


def test_who_waits_for_the_import_is_asked_only_when_it_comes(chosen, monkeypatch):
    asked = []

    class Waits:
        def find_spec(self, name, path=None, target=None):
            asked.append(name)

    monkeypatch.setattr(sys, "meta_path", [keras_api._Alias(), Waits()])
    monkeypatch.delitem(sys.modules, "tf_keras")
    assert sys.meta_path[0].find_spec("keras") is not None
    assert asked == []


def test_without_the_choice_nothing_is_installed():
    before = list(sys.meta_path)
    keras_api.install()
    assert sys.meta_path == before
