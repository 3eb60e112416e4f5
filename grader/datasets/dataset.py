"""What a data set of the course is: one object that draws its public files and its holdout, and knows their places."""

import hashlib
import inspect
import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import numpy as np
from PIL import Image

from grader.datasets import drawing

__all__ = ["DataSet", "Source"]

Source = str
"""`stand-in` for the drawn files, `real` for those of the public archive."""


class DataSet(ABC):
    """A data set by name; the drawn stand-in and the real archive have the same parts in the same places."""

    name: ClassVar[str]
    classes: ClassVar[tuple[str, ...]]
    """As its folders are named where that is how classes are told; alphabetical."""
    codes: ClassVar[tuple[int, ...]] = ()
    """The label of each class in the files, where it is not the index of the class."""
    home: ClassVar[str]
    """Folder in the sandbox in which notebooks look for the parts."""
    parts: ClassVar[tuple[str, ...]]
    """Files and folders of the set."""
    aliases: ClassVar[Mapping[str, str]] = {}
    """Further paths in the sandbox -> part: where other editions of the course have it."""
    training: ClassVar[tuple[str, ...]]
    """Folder of each class's training images."""
    artists: ClassVar[tuple[str, ...]]
    """The modules of `grader.datasets.drawing` that the pictures depend on."""
    holdout_each: ClassVar[int]
    """Images of each class in the drawn holdout, where nothing asks for another number."""
    seed: ClassVar[int] = 2024
    """Of the public files. Everybody may know it."""

    def edition(self) -> str:
        """Twelve hex digits that change whenever the pictures may: a digest of the code that draws them."""
        digest = hashlib.sha256(Path(inspect.getfile(type(self))).read_bytes())
        for artist in self.artists:
            digest.update(artist.encode() + b"\0" + Path(drawing.__file__).with_name(f"{artist}.py").read_bytes())
        return digest.hexdigest()[:12]

    def inside_paths(self, folder: Path) -> dict[str, Path]:
        """Path in the sandbox -> file or folder of the set, which lies in `folder`."""
        usual = {f"{self.home}/{part}": folder / part for part in self.parts}
        return usual | {path: folder / part for path, part in self.aliases.items()}

    def training_files(self, folder: Path) -> tuple[list[Path], ...]:
        """The undamaged training images of each class, in a fixed order."""
        return tuple(sorted((folder / part).iterdir(), key=_by_number) for part in self.training)

    @abstractmethod
    def write_public(self, folder: Path) -> None:
        """Draws all parts into an empty folder: the same pictures on every machine."""

    @abstractmethod
    def draw(self, label: int, rng: np.random.Generator) -> Image.Image:
        """One picture of the class."""

    def write_holdout(self, folder: Path, rng: np.random.Generator, each: int) -> None:
        """Draws the holdout: `images/000.png`, ... in random order; their labels go to `labels.json` beside it."""
        labels = rng.permutation(np.repeat(np.arange(len(self.classes)), each))
        (folder / "images").mkdir()
        for index, (label, own) in enumerate(zip(labels, rng.spawn(len(labels)), strict=True)):
            self.draw(int(label), own).save(folder / "images" / f"{index:03}.png")
        (folder / "labels.json").write_text(json.dumps([int(label) for label in labels]), encoding="utf-8")


def _by_number(file: Path) -> tuple[int, str]:
    return (int(file.stem), "") if file.stem.isdecimal() else (0, file.name)
