"""Pretrains the base that ships with the grader, on pictures drawn for the purpose, and saves its weights.

    python scripts/pretrain_base.py [--pictures 8000] [--epochs 8] [--out FILE]

It stands with the scripts, not with the benchmarks, since it makes a file of the package: run it again after a change
of the network or of what it is trained on, and put the checksum that it prints into `grader/bases/catalogue.py`. The
pictures show what `grader/datasets/drawing/things.py` draws: tools, vehicles, plants and creatures, and nothing of any
assignment. Takes about a quarter of an hour on one core.
"""

import argparse
import hashlib
import os
import time
from multiprocessing import Pool
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from numpy.typing import NDArray

from grader.bases.small_inception import SmallInception
from grader.datasets.drawing.things import KINDS, draw_thing

SIDE = 150
SEED = 3
BATCH = 32
RATE = 2e-3
TARGET = Path(__file__).parents[1] / "grader" / "bases" / "weights" / "small_inception.weights.h5"


def picture(number: int) -> NDArray[np.uint8]:
    """The picture of that number: kinds take turns."""
    kind = tuple(KINDS)[number % len(KINDS)]
    return np.asarray(draw_thing(kind, np.random.default_rng([SEED, number]), SIDE))


def draw(first: int, count: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Pictures (count, 150, 150, 3), 0 to 255, and the number of each one's kind."""
    numbers = np.arange(first, first + count)
    with Pool() as pool:
        pictures = np.stack(list(pool.imap(picture, numbers.tolist(), chunksize=64)))
    return pictures, numbers % len(KINDS)


class Batches(keras.utils.PyDataset):
    """Training batches in random order: mirrored half of the time, in another light each time, values 0 to 1."""

    def __init__(self, pictures: NDArray[np.uint8], labels: NDArray[np.int64]) -> None:
        super().__init__()
        self.pictures, self.labels = pictures, labels
        self.rng = np.random.default_rng(SEED)
        self.order = self.rng.permutation(len(labels))

    def __len__(self) -> int:
        return len(self.labels) // BATCH

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        chosen = self.order[index * BATCH : (index + 1) * BATCH]
        batch = self.pictures[chosen].astype(np.float32) / 255
        mirrored = self.rng.random(len(chosen)) < 0.5
        batch[mirrored] = batch[mirrored, :, ::-1]
        gain = self.rng.uniform(0.75, 1.25, (len(chosen), 1, 1, 3)) ** (self.rng.random((len(chosen), 1, 1, 1)) < 0.6)
        return np.clip(batch * gain.astype(np.float32), 0, 1), self.labels[chosen]

    def on_epoch_end(self) -> None:
        """Shuffles anew."""
        self.order = self.rng.permutation(len(self.labels))


def train(pictures: NDArray[np.uint8], labels: NDArray[np.int64], epochs: int, out: Path) -> None:
    """Trains from nothing, and keeps the base's weights of the latest epoch in a file."""
    unseen, names = draw(10**6, 10 * len(KINDS))
    keras.utils.set_random_seed(SEED)
    model = SmallInception(classes=len(KINDS))
    base = SmallInception(include_top=False)
    steps = epochs * (len(labels) // BATCH)
    rate = keras.optimizers.schedules.CosineDecay(1e-4, steps, warmup_target=RATE, warmup_steps=steps // 20)
    optimizer = keras.optimizers.AdamW(rate, weight_decay=1e-3)
    model.compile(optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])

    def keep(_epoch: int, _logs: Any) -> None:
        for layer in base.layers:
            layer.set_weights(model.get_layer(layer.name).get_weights())
        base.save_weights(out)

    model.fit(
        Batches(pictures, labels),
        epochs=epochs,
        validation_data=(unseen.astype(np.float32) / 255, names),
        callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=keep)],
        verbose=2,
    )


def main() -> None:
    """Draws, trains and saves."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=8_000)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--out", type=Path, default=TARGET)
    asked = parser.parse_args()
    start = time.perf_counter()
    pictures, labels = draw(0, asked.pictures)
    seconds = time.perf_counter() - start
    print(f"{asked.pictures} pictures of {len(KINDS)} kinds drawn in {seconds:.0f} s", flush=True)  # noqa: T201
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    train(pictures, labels, asked.epochs, asked.out)
    digest = hashlib.sha256(asked.out.read_bytes()).hexdigest()
    print(f"{asked.out}: {asked.out.stat().st_size / 1e6:.2f} MB, sha256 {digest}")  # noqa: T201


if __name__ == "__main__":
    main()
