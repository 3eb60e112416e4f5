"""The data sets by name: the public part in the user's cache, the holdout in the course's private folder."""

import hashlib
import json
from itertools import islice
from pathlib import Path

import numpy as np

from grader.datasets.dataset import DataSet, Source
from grader.datasets.horses_humans import HorsesHumans
from grader.datasets.images import LabelledImages, decodes
from grader.datasets.manifest import is_whole, write_manifest
from grader.datasets.pets import CatsDogs
from grader.datasets.rock_paper_scissors import RockPaperScissors
from grader.datasets.secret import secret_generator
from grader.datasets.sign_mnist import SignMnist
from grader.datasets.storage import cache_root, disk_error, make_once
from grader.errors import DataError
from grader.near import did_you_mean

__all__ = [
    "ensure",
    "ensure_holdout",
    "find_dataset",
    "folder_of",
    "home",
    "inside_paths",
    "names",
    "parts",
    "training_sample",
]

SETS: tuple[DataSet, ...] = (CatsDogs(), HorsesHumans(), SignMnist(), RockPaperScissors())
HELD_BACK = "holdout"
"""Folder of a real set with the images that never enter a sandbox as training data."""


def names() -> tuple[str, ...]:
    """The data sets of the course, in the order of its weeks."""
    return tuple(dataset.name for dataset in SETS)


def find_dataset(name: str) -> DataSet:
    """The data set of that name.

    Raises:
        DataError: There is none; suggests the nearest name.
    """
    for dataset in SETS:
        if dataset.name == name:
            return dataset
    raise DataError(
        f"there is no data set '{name}'", remedy=f"{did_you_mean(name, names())}There are: {', '.join(names())}."
    )


def folder_of(name: str, cache: Path | None = None, *, source: Source = "stand-in") -> Path:
    """Where the public part is, or will be."""
    edition = "real" if source == "real" else find_dataset(name).edition()
    return (cache_root() if cache is None else cache) / f"{name}-{edition}"


def ensure(name: str, cache: Path | None = None, *, source: Source = "stand-in") -> Path:
    """The public training data; a stand-in is drawn at first use.

    Args:
        name: One of `names()`.
        cache: Where data sets are kept; None is `$CNN_GRADER_CACHE` or the user's cache folder.
        source: `stand-in` or `real`.

    Returns:
        The folder that holds the set's parts, such as `PetImages/`.

    Raises:
        DataError: The name is unknown, the real set has not been fetched, or the disk refuses.
    """
    dataset, folder = find_dataset(name), folder_of(name, cache, source=source)
    if source == "real":
        if not is_whole(folder):
            raise DataError(
                f"the real data set '{name}' is not here yet",
                where=str(folder),
                remedy=f'Run `grader data fetch {name}`, or say source = "stand-in" in solutions/course.toml.',
            )
        return folder

    def build(target: Path) -> None:
        dataset.write_public(target)
        write_manifest(target, dataset.parts)

    return make_once(folder, build, is_whole)


def home(name: str) -> str:
    """The folder in the sandbox where notebooks look for the set's parts."""
    return find_dataset(name).home


def parts(name: str) -> tuple[str, ...]:
    """The files and folders of the set, as they are named in what `ensure` gives and in its `home`."""
    return find_dataset(name).parts


def inside_paths(name: str, folder: Path) -> dict[str, Path]:
    """Where notebooks expect the data set: path in the sandbox -> the file or folder, part of what `ensure` gave."""
    return find_dataset(name).inside_paths(folder)


def training_sample(
    name: str, count: int, cache: Path | None = None, *, source: Source = "stand-in", each: int | None = None
) -> LabelledImages:
    """A fixed sample of the public training images, the same number of each class, undamaged and in mixed order.

    Args:
        name: One of `names()`.
        count: How many images; what cannot be shared out evenly goes to the first classes.
        cache: As in `ensure`.
        source: As in `ensure`.
        each: Only the first so many undamaged images of each class, for a week that trains on no more; no larger
            `count` is taken than they hold.

    Raises:
        DataError: More are asked for than there are, or as `ensure`.
    """
    dataset, folder = find_dataset(name), ensure(name, cache, source=source)
    classes = len(dataset.classes)
    count = count if each is None else min(count, each * classes)
    rng = np.random.default_rng([dataset.seed, count])
    chosen: list[tuple[Path, int]] = []
    for label, all_files in enumerate(dataset.training_files(folder)):
        files = all_files[:each]
        usable = files if source == "stand-in" else _decodable(files, rng, count)
        share = (count + classes - 1 - label) // classes
        if not 0 <= share <= len(usable):
            most = len(usable) * classes
            raise DataError(f"{count} training images were asked for", remedy=f"Ask for at most {most} of '{name}'.")
        chosen += [(usable[index], label) for index in rng.choice(len(usable), share, replace=False)]
    mixed = [chosen[index] for index in rng.permutation(len(chosen))]
    return LabelledImages(
        files=tuple(file for file, _ in mixed),
        labels=tuple(label for _, label in mixed),
        classes=dataset.classes,
        codes=dataset.codes,
        cache=folder / "pixels",
    )


def ensure_holdout(
    name: str, secret: bytes, cache: Path, *, source: Source = "stand-in", images: int | None = None, draw: int = 0
) -> LabelledImages:
    """Labelled images that no student has seen, drawn at first use from the course secret.

    Those of a real set are held back from its training part instead: a public archive has no secrets, but no notebook
    that runs in the sandbox is given them.

    Args:
        name: One of `names()`.
        secret: `course_secret(private)`; another secret gives other images.
        cache: The course's private folder. Nothing of it belongs into a sandbox but the images, one by one.
        source: As in `ensure`.
        images: How many at least, the same number of each class; None for the set's own number. A real set has those
            that were held back, whatever is asked.
        draw: Another number gives other images, for a second look. A real set has only the one draw.

    Raises:
        DataError: The name is unknown, the real set has not been fetched, or the disk refuses.
    """
    dataset = find_dataset(name)
    if source == "real":
        folder = ensure(name, source="real") / HELD_BACK
    else:
        mark = hashlib.sha256(b"holdout folder\0" + secret).hexdigest()[:8]
        each = dataset.holdout_each if images is None else -(-images // len(dataset.classes))
        size = "" if each == dataset.holdout_each else f"-{each}"
        folder = cache / f"{name}-holdout-{dataset.edition()}-{mark}{size}{f'-draw{draw}' if draw else ''}"
        purpose = f"{name} draw {draw}" if draw else name

        def build(target: Path) -> None:
            dataset.write_holdout(target, secret_generator(secret, purpose), each)
            write_manifest(target, ("images", "labels.json"))

        make_once(folder, build, is_whole, mode=0o700)
    try:
        labels = tuple(json.loads((folder / "labels.json").read_text(encoding="utf-8")))
        files = tuple(sorted((folder / "images").iterdir(), key=lambda file: (len(file.name), file.name)))
    except OSError as error:
        raise disk_error(error, folder) from error
    return LabelledImages(
        files=files, labels=labels, classes=dataset.classes, codes=dataset.codes, cache=folder / "pixels"
    )


def _decodable(files: list[Path], rng: np.random.Generator, most: int) -> list[Path]:
    """At most so many of the files, in random order, that hold a whole picture: in a real archive not all do."""
    order = (files[index] for index in rng.permutation(len(files)))
    return list(islice((file for file in order if decodes(file)), most))
