"""Mistakes that students make: code that raises, by the id of the explanation that it has to get.

`messages.json` beside this file holds what each raised, as it was seen with the libraries of `constraints.txt`; a slow
test raises all of them anew, and `python tests/unit/report/errors/mistakes.py` writes the file.
"""

import json
import re
import tempfile
import textwrap
from pathlib import Path

PREPARED = """
import csv, os, random, shutil
import numpy as np
import keras
import tensorflow as tf
from keras import layers
images = np.zeros((8, 32, 32, 3), "float32")
labels = np.arange(8) % 2
def small(units, activation, loss, shape=(32, 32, 3)):
    model = keras.Sequential([keras.Input(shape), layers.Flatten(), layers.Dense(units, activation=activation)])
    model.compile(optimizer="adam", loss=loss, metrics=["accuracy"])
    return model
"""

MISTAKES = {
    "units-and-labels": """
        small(2, "softmax", "binary_crossentropy").fit(images, labels.reshape(-1, 1), verbose=0)
    """,
    "categorical-loss-on-integers": """
        small(26, "softmax", "categorical_crossentropy").fit(images, labels.reshape(-1, 1), verbose=0)
    """,
    "label-out-of-range": """
        small(4, "softmax", "sparse_categorical_crossentropy").fit(images, np.arange(8), verbose=0)
    """,
    "input-size": """
        small(1, "sigmoid", "binary_crossentropy").predict(np.zeros((2, 30, 30, 3)), verbose=0)
    """,
    "input-axis": """
        model = keras.Sequential([keras.Input((9, 9, 1)), layers.Dense(4)])
        layers.Dense(4).build((None, 4))
        dense = layers.Dense(2); dense.build((None, 4)); dense(np.zeros((1, 5), "float32"))
    """,
    "too-few-dimensions": """
        layers.Conv2D(4, 3)(np.zeros((8, 28, 28), "float32"))
    """,
    "image-shrunk-away": """
        keras.Sequential([keras.Input((4, 4, 3)), layers.Conv2D(4, 3), layers.Conv2D(4, 3)])
    """,
    "not-compiled": """
        model = keras.Sequential([keras.Input((32, 32, 3)), layers.Flatten(), layers.Dense(1)])
        model.fit(images, labels, verbose=0)
    """,
    "unknown-loss": """
        small(1, "sigmoid", "binary_crossentropi").fit(images, labels, verbose=0)
    """,
    "unknown-optimizer": """
        model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
        model.compile(optimizer="addam", loss="mse")
    """,
    "unknown-metric": """
        model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
        model.compile(optimizer="adam", loss="mse", metrics=["acuracy"])
        model.fit(np.zeros((2, 4)), np.zeros((2, 1)), verbose=0)
    """,
    "unknown-activation": """
        layers.Dense(1, activation="sigmoyd")
    """,
    "old-learning-rate": """
        keras.optimizers.Adam(lr=0.001)
    """,
    "unknown-argument": """
        layers.Conv2D(16, 3, actvation="relu")
    """,
    "old-fit-generator": """
        small(1, "sigmoid", "mse").fit_generator(images)
    """,
    "old-output-shape": """
        small(1, "sigmoid", "mse").layers[0].output_shape
    """,
    "history-key": """
        history = {"accuracy": [0.5], "loss": [0.7]}
        history["acc"]
    """,
    "no-logs": """
        logs = {"accuracy": 0.9}
        logs.get("acc") >= 0.95
    """,
    "no-such-folder": """
        os.listdir("/nowhere/cats-v-dogs/training")
    """,
    "no-images": """
        generator = keras.src.legacy.preprocessing.image.ImageDataGenerator().flow_from_directory(FOLDER)
        small(1, "sigmoid", "binary_crossentropy").fit(generator, verbose=0)
    """,
    "no-images-in-dataset": """
        keras.utils.image_dataset_from_directory(FOLDER)
    """,
    "not-an-image": """
        from PIL import Image
        open(FOLDER + "/666.jpg", "w").close()
        Image.open(FOLDER + "/666.jpg")
    """,
    "not-an-image-tensorflow": """
        tf.io.decode_image(b"")
    """,
    "class-mode": """
        os.makedirs(FOLDER + "/cats")
        keras.src.legacy.preprocessing.image.ImageDataGenerator().flow_from_directory(FOLDER, class_mode="bianry")
    """,
    "label-mode": """
        keras.utils.image_dataset_from_directory(FOLDER, label_mode="bianry")
    """,
    "rank-four": """
        keras.src.legacy.preprocessing.image.ImageDataGenerator().flow(np.zeros((8, 28, 28)), labels)
    """,
    "as-many-labels": """
        small(1, "sigmoid", "binary_crossentropy").fit(images, labels[:5], verbose=0)
    """,
    "csv-header": """
        np.array("label,pixel1".split(",")).astype(float)
    """,
    "not-imported": """
        nump.zeros(3)
    """,
    "not-written-yet": """
        raise NotImplementedError("write split_data")
    """,
    "returns-nothing": """
        def train_val_generators(a, b):
            pass
        train, validation = train_val_generators("a", "b")
    """,
    "nothing-in-hand": """
        model = None
        model.fit(images, labels)
    """,
    "left-out-part": """
        keras.Sequential([keras.Input((4,)), ...])
    """,
    "not-a-layer": """
        keras.Sequential([keras.Input((4,)), "relu"])
    """,
    "not-a-tensor": """
        entry = keras.Input((32, 32, 3))
        keras.Model(entry, layers.Flatten())
    """,
    "symbolic-tensor": """
        entry = keras.Input((32, 32, 3))
        tf.reduce_mean(entry)
    """,
    "no-such-layer": """
        small(1, "sigmoid", "mse").get_layer("mixed7")
    """,
    "weights-do-not-fit": """
        small(1, "sigmoid", "mse").save_weights(FOLDER + "/a.weights.h5")
        small(2, "sigmoid", "mse").load_weights(FOLDER + "/a.weights.h5")
    """,
    "folder-exists": """
        os.makedirs(FOLDER)
    """,
    "same-file": """
        open(FOLDER + "/a.jpg", "w").close()
        shutil.copyfile(FOLDER + "/a.jpg", FOLDER + "/a.jpg")
    """,
    "a-folder-not-a-file": """
        shutil.copyfile(FOLDER, FOLDER + "/a.jpg")
    """,
    "sample-too-large": """
        random.sample([1, 2, 3], 5)
    """,
    "whole-number": """
        names = ["a", "b", "c"]
        names[: 0.9 * len(names)]
    """,
    "indentation": """
        compile("def f():\\nreturn 1", "cell", "exec")
    """,
    "syntax": """
        compile("print('a'", "cell", "exec")
    """,
    "missing-package": """
        import keras_preprocessing.image
    """,
    "arguments": """
        def split_data(source, training, validation, share):
            pass
        split_data("a", "b")
    """,
    "subclass-not-built": """
        keras.Sequential([layers.Dense(1)]).summary(print_fn=lambda *a, **k: None)
        keras.Sequential([layers.Dense(1)]).count_params()
    """,
    "no-attribute": """
        keras.layers.Conv2d(16, 3)
    """,
    "unpicklable-shapes": """
        np.array([np.zeros((2, 3)), np.zeros((3, 3))])
    """,
}


def raise_all() -> dict[str, dict[str, str]]:
    """What each mistake raises: its class and the first 500 characters of its message."""
    space: dict = {}
    exec(PREPARED, space)
    raised = {}
    for name, code in MISTAKES.items():
        with tempfile.TemporaryDirectory() as folder:
            try:
                exec(textwrap.dedent(code), {**space, "FOLDER": folder})
            except Exception as error:  # noqa: BLE001 - each raises something else
                message = str(error).replace(folder, "FOLDER")[:500]  # as observations keep it
                raised[name] = {
                    "name": type(error).__name__,
                    "message": re.sub(r'File "[^"]*"', 'File "x.py"', message),
                }
            else:
                raised[name] = {"name": "", "message": "nothing was raised"}
    return raised


if __name__ == "__main__":
    Path(__file__).with_name("messages.json").write_text(json.dumps(raise_all(), indent=1) + "\n")
