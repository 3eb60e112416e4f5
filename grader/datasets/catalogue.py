"""The data sets by name: the public part in the user's cache, the holdout in the course's private folder."""

import hashlib
import json
from difflib import get_close_matches
from pathlib import Path

import numpy as np

from grader.datasets import cats_dogs
from grader.datasets.images import LabelledImages
from grader.datasets.secret import secret_generator
from grader.datasets.storage import cache_root, disk_error, make_once
from grader.errors import DataError

__all__ = ["ensure", "ensure_holdout", "inside_paths", "names", "training_sample"]

MANIFEST = "manifest.json"
"""Lists each file of a finished set with its size in bytes."""


def names() -> tuple[str, ...]:
    """The data sets that can be made."""
    return ("cats-dogs",)


def ensure(name: str, cache: Path | None = None) -> Path:
    """The public training data, drawn at first use.

    Args:
        name: One of `names()`.
        cache: Where data sets are kept; None is `$CNN_GRADER_CACHE` or the user's cache folder.

    Returns:
        The folder that holds `PetImages/`.

    Raises:
        DataError: The name is unknown, or the disk refuses.
    """
    _known(name)
    folder = (cache_root() if cache is None else cache) / f"{name}-{cats_dogs.edition()}"

    def build(target: Path) -> None:
        cats_dogs.write_public(target, cats_dogs.EACH)
        _write_manifest(target, (cats_dogs.FOLDER,))

    return make_once(folder, build, _whole)


def inside_paths(name: str, folder: Path) -> dict[str, Path]:
    """Where notebooks expect the data set: path in the sandbox -> its part of what `ensure` gave."""
    _known(name)
    return {f"/tmp/{cats_dogs.FOLDER}": folder / cats_dogs.FOLDER}  # noqa: S108 - a path of the sandbox


def training_sample(name: str, count: int, cache: Path | None = None) -> LabelledImages:
    """A fixed sample of the public images, the same number of each class, undamaged and in mixed order.

    Args:
        name: One of `names()`.
        count: How many images; an odd number gives one cat more.
        cache: As in `ensure`.

    Raises:
        DataError: More are asked for than there are, or as `ensure`.
    """
    folder = ensure(name, cache)
    rng = np.random.default_rng([cats_dogs.SEED, count])
    chosen: list[tuple[Path, int]] = []
    for label, species in enumerate(cats_dogs.SPECIES):
        usable = [file for file in _numbered(folder / cats_dogs.FOLDER / species.value) if _is_plain(file)]
        share = (count + 1 - label) // 2
        if not 0 <= share <= len(usable):
            raise DataError(
                f"{count} training images were asked for", remedy=f"Ask for at most {len(usable) * 2} of '{name}'."
            )
        chosen += [(usable[index], label) for index in rng.choice(len(usable), share, replace=False)]
    mixed = [chosen[index] for index in rng.permutation(len(chosen))]
    return LabelledImages(
        files=tuple(file for file, _ in mixed),
        labels=tuple(label for _, label in mixed),
        classes=cats_dogs.CLASSES,
        cache=folder / "pixels",
    )


def ensure_holdout(name: str, secret: bytes, cache: Path) -> LabelledImages:
    """Labelled images that no student has seen, drawn at first use from the course secret.

    Args:
        name: One of `names()`.
        secret: `course_secret(private)`; another secret gives other images.
        cache: The course's private folder. Nothing of it belongs into a sandbox but the images, one by one.

    Raises:
        DataError: The name is unknown, or the disk refuses.
    """
    _known(name)
    mark = hashlib.sha256(b"holdout folder\0" + secret).hexdigest()[:8]
    folder = cache / f"{name}-holdout-{cats_dogs.edition()}-{mark}"

    def build(target: Path) -> None:
        cats_dogs.write_holdout(target, secret_generator(secret, name), cats_dogs.HOLDOUT_EACH)
        _write_manifest(target, ("images", "labels.json"))

    make_once(folder, build, _whole, mode=0o700)
    try:
        labels = tuple(json.loads((folder / "labels.json").read_text(encoding="utf-8")))
    except OSError as error:
        raise disk_error(error, folder) from error
    files = tuple(folder / "images" / f"{index:03}.jpg" for index in range(len(labels)))
    return LabelledImages(files=files, labels=labels, classes=cats_dogs.CLASSES, cache=folder / "pixels")


def _known(name: str) -> None:
    if name not in names():
        near = get_close_matches(name, names(), n=1)
        hint = f"Did you mean '{near[0]}'? " if near else ""
        raise DataError(f"there is no data set '{name}'", remedy=f"{hint}There are: {', '.join(names())}.")


def _numbered(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.jpg"), key=lambda file: int(file.stem))


def _is_plain(file: Path) -> bool:
    return file.name not in {*cats_dogs.EMPTY, *cats_dogs.BROKEN}


def _sizes(folder: Path, parts: tuple[str, ...]) -> dict[str, int]:
    """Size in bytes of each file below the parts, by path in the folder."""
    found: dict[str, int] = {}
    for part in parts:
        top = folder / part
        inside = sorted(top.rglob("*")) if top.is_dir() else [top]
        found |= {file.relative_to(folder).as_posix(): file.stat().st_size for file in inside if file.is_file()}
    return found


def _write_manifest(folder: Path, parts: tuple[str, ...]) -> None:
    text = json.dumps({"parts": parts, "sizes": _sizes(folder, parts)}, indent=1)
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def _whole(folder: Path) -> bool:
    """Whether every file of the set is there at its size, and no other one has crept in."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return bool(manifest["sizes"] == _sizes(folder, tuple(manifest["parts"])))
    except (OSError, ValueError, KeyError, TypeError):
        return False
