"""How much of each data set's classes is in plain numbers: simple models on the public set, judged on the holdout.

    python benchmarks/separability.py [NAME ...] [--network]

A logistic regression on colour histograms and image size has to stay near chance, so that a network which does better
has looked at shapes. Raw pixels at 32 x 32, by logistic regression and by nearest neighbour, have to stay well below a
convolutional network; `--network` trains a small one too, a minute a set. Stand-ins are drawn into a temporary folder.
"""

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from grader import datasets
from grader.datasets import LabelledImages
from grader.datasets.catalogue import find_dataset

SECRET = b"a fixed one, so that the figures can be had again"
COUNTS = {"cats-dogs": 600, "horses-humans": 200, "sign-mnist": 4800, "rock-paper-scissors": 450}
"""Training images, about all that there are."""
EPOCHS = {"cats-dogs": 10, "horses-humans": 16, "sign-mnist": 10, "rock-paper-scissors": 24}
BINS = 16
SLACK = 0.17
"""What colours may tell beyond chance."""


def colours_and_size(images: LabelledImages) -> NDArray[np.float64]:
    """Mean colour, 16 bins of each channel, width, height, aspect ratio and bytes on disk: shape (n, 55)."""
    rows = []
    for file in images.files:
        with Image.open(file) as picture:
            pixels = np.asarray(picture.convert("RGB"))
        height, width = pixels.shape[:2]
        bins = [np.histogram(pixels[..., c], BINS, (0, 256))[0] / (height * width) for c in range(3)]
        size = (width, height, width / height, file.stat().st_size)
        rows.append(np.concatenate([pixels.mean(axis=(0, 1)), *bins, size]))
    return np.array(rows)


def raw(images: LabelledImages) -> NDArray[np.float64]:
    """Pixels at 32 x 32, shape (n, 3072), 0 to 1."""
    return images.pixels(32, 32, 3, "bilinear").reshape(len(images.files), -1) / 255.0


def network(training: LabelledImages, holdout: LabelledImages, epochs: int) -> float:
    """Accuracy of a small convolutional network, trained from nothing."""
    import keras  # noqa: PLC0415 - only with --network

    small = len(training.classes) > 10
    shape = (28, 28, 1) if small else (100, 100, 3)
    keras.utils.set_random_seed(1)
    layers: list[Any] = [keras.Input(shape), keras.layers.Rescaling(1 / 255)]
    if not small:
        layers.append(keras.layers.RandomFlip("horizontal"))
    for width in (32, 64) if small else (16, 32, 64, 64):
        layers += [keras.layers.Conv2D(width, 3, activation="relu"), keras.layers.MaxPooling2D()]
    layers += [keras.layers.Flatten(), keras.layers.Dropout(0.3), keras.layers.Dense(128, activation="relu")]
    model = keras.Sequential([*layers, keras.layers.Dense(len(training.classes), activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(training.pixels(*shape, "nearest"), np.array(training.labels), batch_size=20, epochs=epochs, verbose=0)
    said = model.predict(holdout.pixels(*shape, "nearest"), verbose=0).argmax(axis=1)
    return float((said == np.array(holdout.labels)).mean())


def examine(name: str, folder: Path, with_network: bool) -> bool:
    """Prints the table of one set; whether colours told too much."""
    start = time.process_time()
    datasets.ensure(name, folder / "public")
    drawn = time.process_time() - start
    training = datasets.training_sample(name, COUNTS[name], folder / "public")
    holdout = datasets.ensure_holdout(name, SECRET, folder / "private")
    classes = len(find_dataset(name).classes)
    print(
        f"\n{name}: {classes} classes, {len(training.files)} training and {len(holdout.files)} holdout images, ", end=""
    )
    print(f"drawn in {drawn:.1f} processor seconds")
    scores = {}
    for title, features, model in (
        ("colours and size, logistic regression", colours_and_size, LogisticRegression(C=0.1, max_iter=2000)),
        ("raw pixels, logistic regression", raw, LogisticRegression(C=0.001, max_iter=500)),
        ("raw pixels, 5 nearest neighbours", raw, KNeighborsClassifier(5)),
    ):
        known = make_pipeline(StandardScaler(), model).fit(features(training), training.labels)
        scores[title] = float(known.score(features(holdout), holdout.labels))
        print(f"  {title:40} {scores[title]:6.1%}", flush=True)
    if with_network:
        print(f"  {'a small convolutional network':40} {network(training, holdout, EPOCHS[name]):6.1%}", flush=True)
    return scores["colours and size, logistic regression"] > 1 / classes + SLACK


def main() -> None:
    parser = argparse.ArgumentParser(description="How much of the classes is in plain numbers.")
    parser.add_argument("names", nargs="*", default=datasets.names())
    parser.add_argument("--network", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        loud = [name for name in asked.names if examine(name, Path(folder), asked.network)]
    if loud:
        raise SystemExit(f"colours and sizes tell too much in: {', '.join(loud)}")


if __name__ == "__main__":
    main()
