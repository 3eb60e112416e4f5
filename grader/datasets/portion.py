"""A portion of a data set: fewer pictures of each class, for a week about learning from little."""

import shutil
from pathlib import Path

from grader.datasets.dataset import DataSet
from grader.datasets.manifest import is_whole, write_manifest
from grader.datasets.storage import make_once
from grader.errors import DataError

__all__ = ["is_small", "make_portion"]

PICTURES = frozenset({".jpg", ".jpeg", ".png"})


def make_portion(dataset: DataSet, whole: Path, each: int, target: Path) -> Path:
    """Copies a data set with only the first pictures of each class; odd files that are no pictures come along.

    Args:
        dataset: Says where its training pictures lie.
        whole: Folder that holds all parts of the set.
        each: Pictures of each class, damaged and empty ones included.
        target: The new folder; left as it is when it is there and complete.

    Returns:
        `target`.

    Raises:
        DataError: The set is no set of class folders, or the disk refuses.
    """
    if not all((whole / part).is_dir() for part in (*dataset.parts, *dataset.training)):
        raise DataError(
            f"'{dataset.name}' cannot be had in portions, for not all of it lies in folders",
            where=str(whole),
            remedy="Leave 'each' away.",
        )

    def build(folder: Path) -> None:
        left_out = {path for part in dataset.training for path in _pictures(whole / part)[each:]}
        for part in dataset.parts:
            shutil.copytree(
                whole / part,
                folder / part,
                ignore=lambda where, names: [name for name in names if Path(where) / name in left_out],
            )
        write_manifest(folder, dataset.parts)

    return make_once(target, build, is_whole)


def is_small(dataset: DataSet, folder: Path, each: int) -> bool:
    """Whether no class has more pictures than that already."""
    return all(len(_pictures(folder / part)) <= each for part in dataset.training)


def _pictures(folder: Path) -> list[Path]:
    """By number, then by name."""
    found = [path for path in folder.iterdir() if path.suffix.lower() in PICTURES] if folder.is_dir() else []
    return sorted(found, key=lambda path: (int(path.stem) if path.stem.isdecimal() else 0, path.name))
