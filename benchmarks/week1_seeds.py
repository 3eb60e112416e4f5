"""How steadily the week 1 network learns the rendered cats and dogs: five seeds, one line each, and the spread.

    python benchmarks/week1_seeds.py [--seeds 5] [--head sigmoid|softmax|logits]

Each seed draws its own split (90 %), its own weights and its own order of batches; the data stays the same. Accuracies
are recomputed after training, in inference mode: the ones Keras prints are running means over the epoch.
"""

import argparse
import os
import random
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from keras import layers
from tensorflow.keras.preprocessing.image import ImageDataGenerator

from grader import datasets

NAME = "cats-dogs"
SECRET = b"a fixed one, so that the figures can be had again"
SIZE = (150, 150)
EPOCHS = 10
BATCH = 20
RATE = 0.001
SPLIT = 0.9


def create_model(head: str) -> Any:
    """The network of the solution notebook, with one of three output layers that fit a two-class problem."""
    model = keras.Sequential(
        [
            keras.Input((*SIZE, 3)),
            layers.Conv2D(16, 5, strides=2, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
        ]
    )
    if head == "sigmoid":
        model.add(layers.Dense(1, activation="sigmoid"))
        loss: Any = "binary_crossentropy"
    elif head == "softmax":
        model.add(layers.Dense(2, activation="softmax"))
        loss = "sparse_categorical_crossentropy"
    else:
        model.add(layers.Dense(2))
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=keras.optimizers.Adam(RATE), loss=loss, metrics=["accuracy"])
    return model


def split(source: Path, target: Path, chance: random.Random) -> None:
    """Copies the non-empty files into training and validation, as `split_data` of the course does."""
    for animal, name in (("Cat", "cats"), ("Dog", "dogs")):
        found = sorted(file for file in (source / animal).iterdir() if file.stat().st_size > 0)
        mixed = chance.sample(found, len(found))
        cut = int(len(mixed) * SPLIT)
        for part, chosen in (("training", mixed[:cut]), ("validation", mixed[cut:])):
            folder = target / part / name
            folder.mkdir(parents=True)
            for file in chosen:
                shutil.copyfile(file, folder / file.name)


def accuracy(model: Any, pixels: Any, labels: Any) -> float:
    """Share of right answers, whatever the output layer."""
    out = model.predict(pixels, verbose=0)
    said = out.argmax(axis=1) if out.shape[1] == 2 else out[:, 0] > 0.5
    return float(np.mean(said == np.asarray(labels)))


def run(
    seed: int, head: str, public: Path, holdout: datasets.LabelledImages
) -> tuple[float, float, float, float, float]:
    """Trains once; gives seconds by the clock and of processor, then training, validation and holdout accuracy."""
    keras.utils.set_random_seed(seed)
    with tempfile.TemporaryDirectory() as folder:
        split(public / "PetImages", Path(folder), random.Random(seed))
        generator = ImageDataGenerator(rescale=1 / 255)

        def flow(part: str, *, shuffle: bool = True) -> Any:
            return generator.flow_from_directory(
                Path(folder) / part, target_size=SIZE, batch_size=BATCH, class_mode="binary", shuffle=shuffle
            )

        training, validation = flow("training"), flow("validation")
        model = create_model(head)
        start, work = time.perf_counter(), time.process_time()
        model.fit(training, validation_data=validation, epochs=EPOCHS, verbose=0)
        seconds, work = time.perf_counter() - start, time.process_time() - work
        seen = model.evaluate(flow("training", shuffle=False), verbose=0)[1]
        kept = model.evaluate(flow("validation", shuffle=False), verbose=0)[1]
    unseen = accuracy(model, holdout.pixels(*SIZE, 3, "nearest").astype(np.float32) / 255, holdout.labels)
    return seconds, work, seen, kept, unseen


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--head", choices=("sigmoid", "softmax", "logits"), default="sigmoid")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as private:
        public = datasets.ensure(NAME)
        holdout = datasets.ensure_holdout(NAME, SECRET, Path(private))
        holdout.pixels(*SIZE, 3, "nearest")
        rows = []
        print("seed  seconds  processor  training  validation  holdout")
        for seed in range(asked.seeds):
            rows.append(run(seed, asked.head, public, holdout))
            print("{:4}  {:7.1f}  {:9.1f}  {:8.1%}  {:10.1%}  {:7.1%}".format(seed, *rows[-1]), flush=True)
        seconds, unseen = np.array(rows)[:, 0], np.array(rows)[:, 4]
        print(f"holdout of {len(holdout.files)}: mean {unseen.mean():.1%}, lowest {unseen.min():.1%}, ", end="")
        print(f"highest {unseen.max():.1%}, deviation {unseen.std():.1%}; median {np.median(seconds):.1f} seconds")


if __name__ == "__main__":
    main()
