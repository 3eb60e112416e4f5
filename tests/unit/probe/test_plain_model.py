"""Only plain models are let into `tf_keras`; hostile ones are refused before anything in them is imported."""

import io
import json
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from grader.probe import inspect, keras_api
from grader.probe.plain_model import Refused, check_file, check_object

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras beside NumPy 2

Config = dict[str, Any]


@pytest.fixture(scope="module")
def keras():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what it rests on
        import tf_keras
    return tf_keras


@pytest.fixture(autouse=True)
def keras_2(keras, monkeypatch):
    monkeypatch.setattr(keras_api, "NAME", "tf_keras")


@pytest.fixture(scope="module")
def honest(keras, tmp_path_factory) -> Path:
    """A model in which many plain things are: a nested model, an operation, a regulariser, an augmentation."""
    layers = keras.layers
    image = keras.Input((12, 12, 3))
    x = keras.Sequential([layers.RandomFlip(), layers.Conv2D(2, 3, kernel_regularizer="l2")], name="base")(image)
    x = layers.Concatenate()([x, x]) * 2.0
    x = layers.Dense(1, activation=keras.activations.sigmoid)(layers.Flatten()(x[:, 1:]))
    model = keras.Model(image, x)
    model.compile(keras.optimizers.Adam(0.01), keras.losses.BinaryCrossentropy(), metrics=["accuracy"])
    path = tmp_path_factory.mktemp("honest") / "built.keras"
    model.save(path)
    return path


@pytest.fixture
def forge(honest: Path, tmp_path: Path) -> Callable[..., Path]:
    """The honest model with a changed description, changed arrays, or one more member."""

    def forge(
        change: Callable[[Config], None] = lambda _: None,
        arrays: Callable[[h5py.File], None] | None = None,
        more: str = "",
    ) -> Path:
        with zipfile.ZipFile(honest) as archive:
            held = {name: archive.read(name) for name in archive.namelist()}
        config = json.loads(held["config.json"])
        change(config)
        held["config.json"] = json.dumps(config).encode()
        if arrays is not None:
            buffer = io.BytesIO(held["model.weights.h5"])
            with h5py.File(buffer, "a") as file:
                arrays(file)
            held["model.weights.h5"] = buffer.getvalue()
        if more:
            held[more] = b""
        path = tmp_path / "built.keras"
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in held.items():
                archive.writestr(name, content)
        return path

    return forge


def layers_of(config: Config) -> list[Config]:
    return config["config"]["layers"]


def kept(kind: str, module: str = "keras.layers", registered: str | None = None, **config: Any) -> Config:
    return {"module": module, "class_name": kind, "config": config, "registered_name": registered}


def test_a_plain_model_is_loaded_and_predicts(honest: Path):
    loaded = inspect.load_model(honest)
    assert loaded.compiled_with["metrics"] == ["accuracy"]
    assert inspect.predict(loaded.model, np.zeros((2, 12, 12, 3), np.uint8), 1 / 255, 0).shape == (2, 1)


def replace_last(new: Config) -> Callable[[Config], None]:
    def change(config: Config) -> None:
        last = layers_of(config)[-1]
        layers_of(config)[-1] = {**new, "name": last["name"], "inbound_nodes": last["inbound_nodes"]}

    return change


def put_in_nested(config: Config) -> None:
    base = next(layer for layer in layers_of(config) if layer["class_name"] == "Sequential")
    base["config"]["layers"].append(kept("Lambda", function=["4wAAAA==", None, None]))


def compile_nested(config: Config) -> None:
    base = next(layer for layer in layers_of(config) if layer["class_name"] == "Sequential")
    base["compile_config"] = {"loss": kept("function", "os", "system")}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param(replace_last(kept("Lambda", function=["4wAAAA==", None, None])), "Lambda layer", id="lambda"),
        pytest.param(put_in_nested, "Lambda layer", id="lambda within a model"),
        pytest.param(replace_last(kept("Mine", "__main__", "Custom>Mine")), "class of your own", id="own class"),
        pytest.param(replace_last(kept("Dense", registered="Custom>Dense")), "class of your own", id="registered"),
        pytest.param(replace_last(kept("Popen", "subprocess", args="id")), "class of your own", id="any module"),
        pytest.param(replace_last(kept("serialize", "keras.layers")), "class of your own", id="a maker"),
        pytest.param(replace_last(kept("TFSMLayer", filepath="/in")), "class of your own", id="another format"),
        pytest.param(replace_last(kept("StringLookup", vocabulary="/in/a")), "class of your own", id="a lookup"),
        pytest.param(
            replace_last(kept("TFOpLambda", "tf_keras.src.layers.core.tf_op_layer", function="io.write_file")),
            "class of your own",
            id="an operation that writes",
        ),
        pytest.param(compile_nested, "class of your own", id="loss within"),
        pytest.param(lambda config: config.update(class_name="Mine", module="mine"), "class of your own", id="model"),
        pytest.param(
            lambda config: layers_of(config)[-1]["config"].update(
                activation={**kept("function", "builtins"), "config": "eval", "registered_name": "function"}
            ),
            "class of your own",
            id="a function of Python",
        ),
        pytest.param(
            lambda config: layers_of(config)[-1]["config"].update(
                kernel_initializer={**kept("function", "keras.utils"), "config": "get_file"}
            ),
            "class of your own",
            id="a function that downloads",
        ),
    ],
)  # fmt: skip
def test_what_is_not_on_the_list_is_refused_in_words_for_a_student(forge, change, words):
    path = forge(change)
    with pytest.raises(Refused) as refused:
        check_file(path)
    assert words in inspect._in_kind_words(refused.value)
    with pytest.raises(Refused):
        inspect.load_model(path)


def link_outside(file: h5py.File) -> None:
    file["layers/more"] = h5py.ExternalLink("/in/weights.h5", "/")


def link_softly(file: h5py.File) -> None:
    file["layers/more"] = h5py.SoftLink("/layers")


def array_outside(file: h5py.File) -> None:
    file.create_dataset("more", (4,), "f4", external=[("/in/plan.json", 0, 16)])


def array_made_of_others(file: h5py.File) -> None:
    layout = h5py.VirtualLayout((4,), "f4")
    layout[:] = h5py.VirtualSource("/in/weights.h5", "x", (4,))
    file.create_virtual_dataset("more", layout)


def array_of_objects(file: h5py.File) -> None:
    file.create_dataset("more", data=["text"], dtype=h5py.string_dtype())


def packed(file: h5py.File) -> None:
    file.create_dataset("more", (10**6,), "f4", compression="gzip")


@pytest.mark.parametrize(
    "arrays", [link_outside, link_softly, array_outside, array_made_of_others, array_of_objects, packed]
)
def test_arrays_that_lead_out_of_the_file_are_refused(forge, arrays):
    with pytest.raises(Refused) as refused:
        inspect.load_model(forge(arrays=arrays))
    assert "something that no loading of a model may do here" in inspect._in_kind_words(refused.value)


def test_a_fourth_member_is_refused(forge):
    with pytest.raises(Refused, match="assets/vocabulary"):
        inspect.load_model(forge(more="assets/vocabulary.txt"))


def test_a_loss_of_ones_own_does_not_stop_the_model(forge):
    """It is not loaded; what the model was compiled with is read from the description, where it stays unknown."""

    def change(config: Config) -> None:
        config["compile_config"]["loss"] = {**kept("function", "os", "system"), "config": "system"}

    loaded = inspect.load_model(forge(change))
    assert inspect.describe(loaded.model, compiled_with=loaded.compiled_with)["loss"]["name"] == "unknown"


def test_all_that_keras_writes_of_its_own_parts_passes(keras):
    made = [
        keras.optimizers.legacy.SGD(keras.optimizers.schedules.ExponentialDecay(0.1, 1, 0.9)),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        keras.losses.binary_crossentropy,
        keras.metrics.AUC(),
        keras.layers.Dense(2, kernel_constraint="max_norm", kernel_initializer="he_normal", bias_regularizer="l1"),
        keras.layers.Bidirectional(keras.layers.LSTM(2)),
        keras.layers.Normalization(mean=1.0, variance=2.0),
    ]
    for thing in made:
        check_object(keras.saving.serialize_keras_object(thing))
