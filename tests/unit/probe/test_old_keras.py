"""Spellings of Keras 2 work in the sandbox as they did, and modules of Colab and of the course are harmless."""

import sys
from types import ModuleType

import numpy as np
import pytest

from grader.probe import old_keras, stand_ins
from grader.probe.old_keras import Logs

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras beside NumPy 2


@pytest.fixture
def taught(keras, monkeypatch):
    """Keras with the shim, which is taken away again."""
    from keras._tf_keras import keras as twin
    from keras.src import activations
    from keras.src.callbacks.monitor_callback import MonitorCallback
    from keras.src.optimizers.base_optimizer import BaseOptimizer
    from keras.src.utils import python_utils

    for owner, name in (
        (BaseOptimizer, "__init__"),
        (keras.callbacks.History, "__init__"),
        (MonitorCallback, "_set_monitor_op"),
        (python_utils, "pythonify_logs"),
        (activations, "get"),
    ):
        monkeypatch.setattr(owner, name, getattr(owner, name))
    added = [(BaseOptimizer, ("lr",)), (keras.layers.Layer, ("output_shape", "input_shape"))]
    added.append((keras.Model, ("fit", "fit_generator", "evaluate_generator", "predict_generator")))
    added.append((keras.Model, ("predict_proba", "predict_classes")))
    added += [(keras.preprocessing.image, ("ImageDataGenerator",)), (keras.layers, ("experimental",))]
    added.append((twin.layers, ("experimental",)))
    legacy = {module: dict(vars(module)) for module in (keras.optimizers.legacy, twin.optimizers.legacy)}
    old_keras.teach(keras)
    yield keras
    for owner, names in added:
        for name in names:
            delattr(owner, name)
    for module, before in legacy.items():
        vars(module).update(before)


@pytest.fixture
def stand_in_modules():
    before, finders = set(sys.modules), list(sys.meta_path)
    stand_ins.install(["unittests", "helper_utils"])
    yield
    sys.meta_path[:] = finders
    for name in set(sys.modules) - before:
        if name.split(".")[0] in {"google", "unittests", "helper_utils", "keras_preprocessing", "gdown"}:
            del sys.modules[name]


def compiled(keras: ModuleType, **optimizer: float):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, activation="sigmoid")])
    model.compile(keras.optimizers.RMSprop(**optimizer), "binary_crossentropy", metrics=["accuracy"])
    return model


DATA = np.random.default_rng(1).random((24, 3)).astype("float32"), np.tile([0, 1], 12)


def test_lr_is_the_learning_rate(taught):
    optimizer = taught.optimizers.Adam(lr=0.25)
    assert float(optimizer.learning_rate) == float(optimizer.lr) == 0.25
    optimizer.lr = 0.5
    assert float(optimizer.learning_rate) == 0.5


def test_decay_lets_the_learning_rate_fall_as_it_did(taught):
    optimizer = compiled(taught, lr=0.5, decay=0.1).optimizer
    optimizer.iterations.assign(10)
    assert float(optimizer.learning_rate) == pytest.approx(0.5 / (1 + 0.1 * 10))


def test_the_namespace_of_legacy_optimizers_holds_todays(taught):
    assert taught.optimizers.legacy.SGD(learning_rate=0.25).lr.numpy() == 0.25


def test_fit_generator_trains_and_its_history_answers_to_acc(taught, tmp_path):
    seen = []

    class Watch(taught.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            seen.append((logs.get("acc"), logs["val_acc"], "acc" in logs, sorted(logs)))

    model = compiled(taught, lr=0.01)
    assert taught.preprocessing.image.ImageDataGenerator

    class Rows(taught.utils.PyDataset):
        def __len__(self):
            return 3

        def __getitem__(self, index):
            return DATA[0][8 * index : 8 * index + 8], DATA[1][8 * index : 8 * index + 8]

    stopper = taught.callbacks.EarlyStopping(monitor="val_acc", patience=9)
    history = model.fit_generator(
        Rows(), steps_per_epoch=3, epochs=2, verbose=0, callbacks=[Watch(), stopper], validation_data=Rows(), workers=4
    )
    assert history.history["acc"] == history.history["accuracy"] == [row[0] for row in seen]
    assert seen[0][2:] == (True, ["accuracy", "loss", "val_accuracy", "val_loss"])
    assert list(history.history) == ["accuracy", "loss", "val_accuracy", "val_loss"]
    assert len(model.evaluate_generator(Rows(), workers=2)) == 2
    assert model.predict_generator(Rows()).shape == (24, 1)
    assert set(np.unique(model.predict_classes(DATA[0], verbose=0))) <= {0, 1}
    model.save(tmp_path / "model.keras")
    assert taught.models.load_model(tmp_path / "model.keras").count_params() == 4


def test_a_layer_tells_its_shapes_and_may_have_an_attribute_of_that_name(taught):
    model = compiled(taught)
    assert model.layers[0].output_shape == (None, 1)
    assert model.layers[0].input_shape == (None, 3)

    class Own(taught.layers.Layer):
        def __init__(self):
            super().__init__()
            self.output_shape = "mine"

    assert Own().output_shape == "mine"


def test_softmax_of_tensorflow_can_be_saved_and_loaded(taught, tmp_path):
    import tensorflow as tf

    layers = [taught.Input((3,)), taught.layers.Dense(2, activation=tf.nn.softmax)]
    taught.Sequential(layers).save(tmp_path / "model.keras")
    loaded = taught.models.load_model(tmp_path / "model.keras")
    assert loaded.layers[0].activation is taught.activations.softmax


def test_a_function_of_that_name_that_is_another_stays_itself(taught):
    def softmax_v2(x):
        return x

    assert taught.layers.Dense(2, activation=softmax_v2).activation is softmax_v2


def test_doing_it_twice_changes_nothing_more(taught):
    fit = taught.Model.fit
    old_keras.teach(taught)
    assert taught.Model.fit is fit


def test_logs_without_a_metric_are_without_it_by_either_name():
    logs = Logs(loss=0.3)
    assert logs.get("acc") is None
    assert logs.get("acc", 1) == 1
    assert "acc" not in logs
    with pytest.raises(KeyError):
        logs["acc"]


def test_a_metric_that_is_called_acc_is_that_metric():
    assert Logs(acc=0.5, accuracy=0.7)["acc"] == 0.5


@pytest.mark.usefixtures("stand_in_modules")
def test_modules_that_moved_are_found_where_they_were():
    from keras_preprocessing.image import ImageDataGenerator
    from tensorflow.keras.layers.experimental import preprocessing
    from tensorflow.keras.preprocessing import image

    assert ImageDataGenerator is image.ImageDataGenerator
    assert preprocessing.RandomFlip.__name__ == "RandomFlip"


@pytest.mark.usefixtures("stand_in_modules")
def test_modules_of_colab_and_of_the_course_do_nothing():
    import gdown
    import helper_utils
    import unittests
    from google.colab import drive, files

    assert drive.mount("/content/drive", force_remount=True) is None
    assert files.upload() == {}
    assert unittests.test_create_model(len) is None
    assert gdown.download("https://example.org", "x.zip") is None
    assert not hasattr(helper_utils, "__wrapped__")


@pytest.mark.usefixtures("stand_in_modules")
def test_a_module_that_nobody_knows_is_still_missing():
    with pytest.raises(ModuleNotFoundError):
        import google.something  # noqa: F401
    with pytest.raises(ModuleNotFoundError):
        import numpyy  # noqa: F401
