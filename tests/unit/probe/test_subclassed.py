"""Models of classes that students wrote: what is saved of them can be loaded where the class is not known."""

import numpy as np
import pytest

from grader.probe import inspect, roles
from grader.probe.describe import describe
from grader.probe.subclassed import portable

pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning:keras.src.backend.tensorflow.core"
)


@pytest.fixture
def own_class(keras):
    class Net(keras.Model):
        def __init__(self, head="sigmoid"):
            super().__init__()
            self.convolution = keras.layers.Conv2D(2, 3, activation="relu")
            self.pooling = keras.layers.GlobalAveragePooling2D()
            self.dropout = keras.layers.Dropout(0.5)
            self.head = keras.layers.Dense(1, activation=head)

        def call(self, images, training=False):
            return self.head(self.dropout(self.pooling(self.convolution(images / 255.0)), training=training))

    return Net


def saved(model, folder, **given):
    assert roles.save_model(model, folder / "m.keras", seconds=30, **given) is None
    return inspect.load_model(folder / "m.keras")


def test_a_trained_model_predicts_the_same_without_its_class(own_class, keras, tmp_path):
    model = own_class()
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    images = np.linspace(0, 255, 4 * 12 * 12 * 3, dtype=np.float32).reshape(4, 12, 12, 3)
    model.fit(images, np.array([0, 1, 0, 1]), verbose=0)
    loaded = saved(model, tmp_path)
    np.testing.assert_allclose(loaded.model.predict(images, verbose=0), model.predict(images, verbose=0), rtol=1e-5)


def test_a_model_that_saw_no_image_yet_is_told_completely(own_class, tmp_path):
    model = own_class()
    model.compile("sgd", "binary_crossentropy", metrics=["accuracy"])
    loaded = saved(model, tmp_path, shape=(12, 12, 3))
    facts = describe(loaded.model, compiled_with=loaded.compiled_with)
    assert facts["input_shape"] == [None, 12, 12, 3]
    assert [layer["kind"] for layer in facts["layers"]][1:] == ["Conv2D", "GlobalAveragePooling2D", "Dropout", "Dense"]
    assert (facts["loss"]["name"], facts["optimizer"]["name"]) == ("binary_crossentropy", "sgd")


def test_a_class_of_a_plain_stack_is_told_too(keras, tmp_path):
    class Stack(keras.Sequential):
        pass

    model = Stack([keras.Input((4,)), keras.layers.Dense(2)])
    assert [layer.units for layer in saved(model, tmp_path).model.layers if hasattr(layer, "units")] == [2]


def test_models_of_keras_itself_are_left_as_they_are(keras):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    assert portable(model) is model


def test_a_class_that_cannot_be_followed_is_saved_as_it_is_and_refused_where_it_is_loaded(keras, tmp_path):
    class Odd(keras.Model):
        def __init__(self):
            super().__init__()
            self.head = keras.layers.Dense(1)

        def call(self, images):
            if not keras.ops.is_tensor(images):
                raise TypeError("real images only")
            return self.head(images)

    model = Odd()
    model(np.zeros((1, 4), np.float32))
    assert roles.save_model(model, tmp_path / "m.keras", seconds=30) is None
    with pytest.raises(TypeError, match="Odd"):
        inspect.load_model(tmp_path / "m.keras")
