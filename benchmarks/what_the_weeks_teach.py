"""What each week's idea is worth: the same pictures given to several learners, over a few seeds, and claims checked.

    python benchmarks/what_the_weeks_teach.py [NAME ...] [--seeds 5] [--photos DIR]

A comparison is a line of `COMPARISONS`: pictures, learners and claims. Accuracies are taken after training, in
inference mode, on plain images. With `--photos`, a folder that holds `Cat` and `Dog` (or `PetImages/Cat`, ...) with
real photographs, those of cats and dogs are made on them as well, and the order of the learners is compared: a
stand-in teaches what the real pictures teach when it ranks the same learners in the same order. Ends with status 1 when
a claim about the stand-ins does not hold.
"""

import argparse
import contextlib
import io
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")  # as the grader trains
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import nbformat
import numpy as np
from keras import layers
from numpy.typing import NDArray
from PIL import Image
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from tensorflow.keras.preprocessing.image import ImageDataGenerator

from grader import datasets
from grader.base import BASES
from grader.bases.files import weights_file
from grader.bases.small_inception import SmallInception
from grader.course import find_course

ROOT = Path(__file__).parents[1]
SECRET = b"a fixed one, so that the figures can be had again"
SIDE = 150
WEEK2_EACH = 59
"""Training pictures of each animal in the week 2 notebook."""
PHOTO_EPOCHS = 40
"""Longer than on what is drawn, counted in steps: real photographs are harder."""
PHOTOS_EACH = 100
"""As many photographs of each animal are learned from, and all others are the holdout. Few, as in the weeks: with 300,
week 2's network passes a base that was pretrained on drawings."""
WELL = 0.10
"""What is well below."""

Array = NDArray[Any]
Accuracies = tuple[float, float]
"""On the pictures that were learned from, and on the holdout."""


@dataclass(frozen=True)
class Pictures:
    """Float32 images (n, height, width, channels) from 0 to 1, and the index of their class (n,)."""

    name: str
    training: Array
    training_labels: Array
    holdout: Array
    holdout_labels: Array
    epochs: int
    """How long networks are trained on these."""


@dataclass(frozen=True)
class Learner:
    """Something that learns from pictures."""

    title: str
    teach: Callable[[Pictures, int], Accuracies]
    """Given pictures and a seed."""
    once: bool = False
    """Without any chance in it, so one seed will do."""


@dataclass(frozen=True)
class Beats:
    """One learner does better on the holdout than another by so much."""

    better: str
    worse: str
    by: float
    narrower: bool = False
    """And has the smaller gap between training and holdout."""

    def holds(self, means: dict[str, Accuracies]) -> bool:
        """Whether that is so, by mean accuracies."""
        (seen, kept), (other_seen, other_kept) = means[self.better], means[self.worse]
        return kept - other_kept >= self.by and (not self.narrower or seen - kept < other_seen - other_kept)

    def __str__(self) -> str:
        also = ", with a smaller gap" if self.narrower else ""
        return f"{self.better} beats {self.worse} by {100 * self.by:.0f} points or more{also}"


@dataclass(frozen=True)
class Reaches:
    """A learner is right for such a share of the holdout."""

    learner: str
    minimum: float

    def holds(self, means: dict[str, Accuracies]) -> bool:
        """Whether that is so, by mean accuracies."""
        return means[self.learner][1] >= self.minimum

    def __str__(self) -> str:
        return f"{self.learner} reaches {self.minimum:.0%} on the holdout"


@dataclass(frozen=True)
class Comparison:
    """Some learners on the same pictures, and what is claimed of them."""

    pictures: Callable[[Path], Pictures]
    """Given a private folder for the holdout."""
    learners: tuple[Learner, ...]
    claims: tuple[Beats | Reaches, ...]
    photos: Callable[[Path], Pictures] | None = None
    """Given the folder of `--photos`; None where there are no real ones to compare with."""
    ranked: tuple[str, ...] = ()
    """Learners whose order is compared with the order on photographs."""


def network(dropout: float, *, normalised: bool) -> Any:
    """The network of weeks 1 and 2; without dropout and normalization it is that of week 1."""
    model = keras.Sequential([keras.Input((SIDE, SIDE, 3))])
    for filters, size, step in ((16, 5, 2), (32, 3, 1), (64, 3, 1), (64, 3, 1)):
        model.add(layers.Conv2D(filters, size, strides=step, activation="relu"))
        model.add(layers.MaxPooling2D())
        if normalised:
            model.add(layers.BatchNormalization(momentum=0.9))
    model.add(layers.Flatten())
    model.add(layers.Dense(128, activation="relu"))
    if dropout:
        model.add(layers.Dropout(dropout))
    model.add(layers.Dense(1, activation="sigmoid"))
    model.compile(keras.optimizers.Adam(2e-3 if normalised else 1e-3), loss="binary_crossentropy")
    return model


def convolutional(
    *, augmented: bool = False, dropout: float = 0.0, normalised: bool = True
) -> Callable[[Pictures, int], Accuracies]:
    """A learner of weeks 1 and 2; all get the same pictures and epochs, and in the second half ever smaller steps."""
    settings: dict[str, Any] = {}
    if augmented:
        settings = {
            "rotation_range": 20,
            "width_shift_range": 0.1,
            "height_shift_range": 0.1,
            "shear_range": 10,
            "zoom_range": 0.2,
            "horizontal_flip": True,
        }

    def teach(pictures: Pictures, seed: int) -> Accuracies:
        keras.utils.set_random_seed(seed)
        flow = ImageDataGenerator(**settings).flow(
            pictures.training, pictures.training_labels, batch_size=10, seed=seed
        )
        model = network(dropout, normalised=normalised)
        half, last = pictures.epochs // 2, 0.1 ** (2 / pictures.epochs)  # a tenth is left in the end
        settle = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate if epoch < half else last * rate)
        model.fit(flow, epochs=pictures.epochs, callbacks=[settle], verbose=0)
        return (
            accuracy(model, pictures.training, pictures.training_labels),
            accuracy(model, pictures.holdout, pictures.holdout_labels),
        )

    return teach


def accuracy(model: Any, images: Array, labels: Array) -> float:
    return float(np.mean((model.predict(images, verbose=0)[:, 0] > 0.5) == labels))


def plain(model: Any) -> Callable[[Pictures, int], Accuracies]:
    """A learner that is given the pixels in a row, at 30 x 30."""

    def teach(pictures: Pictures, seed: int) -> Accuracies:
        del seed
        training, holdout = (rows(images) for images in (pictures.training, pictures.holdout))
        known = make_pipeline(StandardScaler(), model).fit(training, pictures.training_labels)
        return (
            float(known.score(training, pictures.training_labels)),
            float(known.score(holdout, pictures.holdout_labels)),
        )

    return teach


def rows(images: Array) -> Array:
    """(n, 150, 150, 3) as (n, 2700): each value the mean of 5 x 5 pixels. Images of 28 x 28 as they are."""
    n, height, width, channels = images.shape
    step = max(1, height // 30)
    return images.reshape(n, height // step, step, width // step, step, channels).mean(axis=(2, 4)).reshape(n, -1)


def few_cats_and_dogs(private: Path) -> Pictures:
    """The pictures of week 2: 59 undamaged ones of each animal, and a drawn holdout."""
    training = datasets.training_sample("cats-dogs", 2 * WEEK2_EACH, each=WEEK2_EACH)
    holdout = datasets.ensure_holdout("cats-dogs", SECRET, private)
    images = (part.pixels(SIDE, SIDE, 3, "nearest").astype(np.float32) / 255 for part in (training, holdout))
    first, second = images
    return Pictures("drawn", first, np.array(training.labels), second, np.array(holdout.labels), epochs=30)


def horses_and_humans(private: Path) -> Pictures:
    """All training pictures of week 3, and a drawn holdout."""
    training = datasets.training_sample("horses-humans", 200)
    return _in_codes(training, "horses-humans", private, (SIDE, SIDE, 3), epochs=10)


def on_a_base(*, pretrained: bool) -> Callable[[Pictures, int], Accuracies]:
    """A learner with the head of week 3: on the frozen base that ships, or on the same base, trained from nothing."""

    def teach(pictures: Pictures, seed: int) -> Accuracies:
        keras.utils.set_random_seed(seed)
        weights = weights_file(BASES["shipped"]) if pretrained else None
        base = SmallInception(include_top=False, weights=weights)
        base.trainable = not pretrained
        x = layers.Flatten()(base.get_layer(BASES["shipped"].cut).output)
        x = layers.Dropout(0.3)(layers.Dense(64, activation="relu")(x))
        model = keras.Model(base.input, layers.Dense(1, activation="sigmoid")(x))
        model.compile(keras.optimizers.Adam(3e-4 if pretrained else 1e-3), loss="binary_crossentropy")
        flow = ImageDataGenerator(horizontal_flip=True).flow(
            pictures.training, pictures.training_labels, batch_size=20, seed=seed
        )
        model.fit(flow, epochs=pictures.epochs if pretrained else 2 * pictures.epochs, verbose=0)
        return (
            accuracy(model, pictures.training, pictures.training_labels),
            accuracy(model, pictures.holdout, pictures.holdout_labels),
        )

    return teach


def letters(private: Path) -> Pictures:
    """All rows of the CSV file of week 4, and a drawn holdout; labels count the alphabet."""
    return _in_codes(datasets.training_sample("sign-mnist", 4800), "sign-mnist", private, (28, 28, 1), epochs=6)


def hands(private: Path) -> Pictures:
    """All training pictures of rock, paper, scissors, and a drawn holdout."""
    training = datasets.training_sample("rock-paper-scissors", 450)
    return _in_codes(training, "rock-paper-scissors", private, (SIDE, SIDE, 3), epochs=15)


def _in_codes(
    training: datasets.LabelledImages, name: str, private: Path, shape: tuple[int, int, int], *, epochs: int
) -> Pictures:
    holdout = datasets.ensure_holdout(name, SECRET, private)
    codes = np.array(training.codes or range(len(training.classes)))
    first, second = (part.pixels(*shape, "nearest").astype(np.float32) / 255 for part in (training, holdout))
    labels = (codes[list(part.labels)] for part in (training, holdout))
    return Pictures("drawn", first, next(labels), second, next(labels), epochs=epochs)


def solution(week: str, parts: Callable[[dict[str, Any]], tuple[Any, Any]]) -> Callable[[Pictures, int], Accuracies]:
    """A learner that runs a week's own solution: its imports, its graded functions and the cell that trains.

    Args:
        week: Name of the assignment.
        parts: Given the notebook's names, calls its function of the data and gives what that returned.
    """

    def teach(pictures: Pictures, seed: int) -> Accuracies:
        names: dict[str, Any] = {}
        notebook = nbformat.read(find_course(ROOT).assignment(week).solution, as_version=4)
        cells = {cell["id"]: cell.source for cell in notebook.cells}
        graded = [cell["id"] for cell in notebook.cells if "graded" in cell.metadata.get("tags", ())]
        with contextlib.redirect_stdout(io.StringIO()):
            for cell in ("imports", *graded):
                exec(cells[cell], names)
            keras.utils.set_random_seed(seed)
            names["train_generator"], names["validation_generator"] = parts(names)
            exec(cells["train"].replace("set_random_seed(1)", f"set_random_seed({seed})"), names)
        answers = [
            names["model"].predict(images, verbose=0).argmax(axis=1) for images in (pictures.training, pictures.holdout)
        ]
        return (
            float(np.mean(answers[0] == pictures.training_labels)),
            float(np.mean(answers[1] == pictures.holdout_labels)),
        )

    return teach


def letters_parts(names: dict[str, Any]) -> tuple[Any, Any]:
    folder = datasets.ensure("sign-mnist")
    files = ("sign_mnist_train.csv", "sign_mnist_test.csv")
    arrays = [names["parse_data_from_input"](str(folder / file)) for file in files]
    pair: tuple[Any, Any] = names["train_val_generators"](*arrays[0], *arrays[1])
    return pair


def hands_parts(names: dict[str, Any]) -> tuple[Any, Any]:
    folder = datasets.ensure("rock-paper-scissors")
    pair: tuple[Any, Any] = names["train_val_generators"](str(folder / "rps"), str(folder / "rps-test-set"))
    return pair


def photographs(folder: Path) -> Pictures:
    """Real cats and dogs: some of each to learn from, in the order of their names, all others as the holdout."""
    top = folder / "PetImages" if (folder / "PetImages").is_dir() else folder
    parts: tuple[list[Array], list[Array]] = ([], [])
    labels: tuple[list[int], list[int]] = ([], [])
    for label, animal in enumerate(("Cat", "Dog")):
        for number, image in enumerate(decoded(top / animal)):
            part = int(number >= PHOTOS_EACH)
            parts[part].append(image)
            labels[part].append(label)
    first, second = (np.stack(part) for part in parts)
    return Pictures("photographs", first, np.array(labels[0]), second, np.array(labels[1]), epochs=PHOTO_EPOCHS)


def decoded(folder: Path) -> Iterator[Array]:
    """Every picture that can be read, at 150 x 150."""
    for path in sorted(folder.iterdir()):
        try:
            with Image.open(path) as image:
                small = image.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BILINEAR)
        except OSError:
            continue
        yield np.asarray(small, dtype=np.float32) / 255


NEIGHBOUR = Learner("nearest neighbour on pixels", plain(KNeighborsClassifier(1)), once=True)
LOGISTIC = Learner("logistic regression on pixels", plain(LogisticRegression(C=0.001, max_iter=500)), once=True)
WEEK1 = Learner("week 1's network", convolutional(normalised=False))
PLAIN = Learner("week 2 without precautions", convolutional())
DROPOUT = Learner("with dropout", convolutional(dropout=0.4))
AUGMENTED = Learner("with augmentation", convolutional(augmented=True))
WEEK2 = Learner("week 2: augmentation and dropout", convolutional(augmented=True, dropout=0.4))

BASE = Learner("week 3: the pretrained base", on_a_base(pretrained=True))
NO_BASE = Learner("the same from nothing, twice as long", on_a_base(pretrained=False))

WEEK4 = Learner("week 4's solution", solution("week4", letters_parts))
WEEK4_RPS = Learner("week4-rps's solution", solution("week4-rps", hands_parts))

COMPARISONS: dict[str, Comparison] = {
    "week2": Comparison(
        few_cats_and_dogs,
        (NEIGHBOUR, LOGISTIC, WEEK1, PLAIN, DROPOUT, AUGMENTED, WEEK2, BASE),
        (
            Beats(WEEK2.title, WEEK1.title, 0.05, narrower=True),
            Beats(WEEK2.title, PLAIN.title, 0.05, narrower=True),
            Beats(WEEK2.title, NEIGHBOUR.title, WELL),
            Beats(WEEK2.title, LOGISTIC.title, WELL),
        ),
        photos=photographs,
        ranked=(NEIGHBOUR.title, LOGISTIC.title, WEEK1.title, WEEK2.title, BASE.title),
    ),
    "week3": Comparison(
        horses_and_humans,
        (NEIGHBOUR, LOGISTIC, WEEK1, NO_BASE, BASE),
        (
            Beats(BASE.title, WEEK1.title, 0.10),
            Beats(BASE.title, NO_BASE.title, 0.10),
            Beats(BASE.title, NEIGHBOUR.title, WELL),
            Beats(BASE.title, LOGISTIC.title, WELL),
        ),
    ),
    "week4": Comparison(
        letters,
        (NEIGHBOUR, LOGISTIC, WEEK4),
        (
            Reaches(WEEK4.title, 0.95),
            Beats(WEEK4.title, NEIGHBOUR.title, WELL),
            Beats(WEEK4.title, LOGISTIC.title, WELL),
        ),
    ),
    "week4-rps": Comparison(
        hands,
        (NEIGHBOUR, LOGISTIC, WEEK4_RPS),
        (
            Reaches(WEEK4_RPS.title, 0.90),
            Beats(WEEK4_RPS.title, NEIGHBOUR.title, WELL),
            Beats(WEEK4_RPS.title, LOGISTIC.title, WELL),
        ),
    ),
}


def compare(learners: Iterable[Learner], pictures: Pictures, seeds: int) -> dict[str, Accuracies]:
    """Teaches everybody, printing a line each; gives the means over the seeds by title."""
    print(f"  {pictures.name}: {len(pictures.training)} pictures to learn from, {len(pictures.holdout)} held out")
    print(f"  {'':34}{'training':>9}{'holdout':>9}{'gap':>7}   holdout by seed", flush=True)
    means = {}
    for learner in learners:
        start = time.process_time()
        found = np.array([learner.teach(pictures, seed) for seed in range(1 if learner.once else seeds)])
        seen, kept = found.mean(axis=0)
        each = " ".join(f"{value:.1%}" for value in found[:, 1])
        seconds = (time.process_time() - start) / len(found)
        print(
            f"  {learner.title:34}{seen:9.1%}{kept:9.1%}{100 * (seen - kept):7.1f}   {each}  ({seconds:.0f} s)",
            flush=True,
        )
        means[learner.title] = (float(seen), float(kept))
    return means


def order(means: dict[str, Accuracies], titles: tuple[str, ...]) -> list[str]:
    """Titles from the lowest to the highest accuracy on the holdout."""
    return sorted(titles, key=lambda title: means[title][1])


def run(name: str, seeds: int, photos: Path | None) -> bool:
    """Makes one comparison; whether all its claims hold."""
    comparison = COMPARISONS[name]
    print(f"\n{name}")
    with tempfile.TemporaryDirectory() as private:
        means = compare(comparison.learners, comparison.pictures(Path(private)), seeds)
    held = [claim.holds(means) for claim in comparison.claims]
    for claim, holds in zip(comparison.claims, held, strict=True):
        print(f"  {'yes' if holds else 'NO '}  {claim}", flush=True)
    if photos is not None and comparison.photos is not None:
        ranked = [learner for learner in comparison.learners if learner.title in comparison.ranked]
        real = compare(ranked, comparison.photos(photos), seeds)
        drawn_order, real_order = order(means, comparison.ranked), order(real, comparison.ranked)
        print(f"  drawn, from low to high:       {' < '.join(drawn_order)}")
        print(f"  photographs, from low to high: {' < '.join(real_order)}")
        print(f"  {'yes' if drawn_order == real_order else 'NO '}  both rank them in the same order")
    return all(held)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", default=list(COMPARISONS), metavar="NAME", help=", ".join(COMPARISONS))
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--photos", type=Path, help="a folder of real photographs, with Cat and Dog in it")
    asked = parser.parse_args()
    unknown = sorted(set(asked.names) - set(COMPARISONS))
    if unknown:
        parser.error(f"there is no comparison '{unknown[0]}'; there are: {', '.join(COMPARISONS)}")
    held = [run(name, asked.seeds, asked.photos) for name in asked.names]
    if not all(held):
        raise SystemExit("a claim does not hold")


if __name__ == "__main__":
    main()
