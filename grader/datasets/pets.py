"""Cats and dogs as a data set of the catalogue; `cats_dogs` draws them and tells of the odd files."""

from pathlib import Path
from typing import ClassVar

import numpy as np
from PIL import Image

from grader.datasets import cats_dogs
from grader.datasets.dataset import DataSet
from grader.datasets.drawing import draw_picture

__all__ = ["CatsDogs"]


class CatsDogs(DataSet):
    """`PetImages/Cat` and `PetImages/Dog`, JPEG files of many sizes."""

    name: ClassVar = "cats-dogs"
    classes: ClassVar = cats_dogs.CLASSES
    home: ClassVar = "/tmp"  # noqa: S108 - a path of the sandbox
    parts: ClassVar = (cats_dogs.FOLDER,)
    training: ClassVar = tuple(f"{cats_dogs.FOLDER}/{species.value}" for species in cats_dogs.SPECIES)
    artists: ClassVar = cats_dogs.ARTISTS
    holdout_each: ClassVar = cats_dogs.HOLDOUT_EACH
    seed: ClassVar = cats_dogs.SEED

    def edition(self) -> str:
        """See `DataSet.edition`; what is in this file has no part in the pictures."""
        return cats_dogs.edition()

    def training_files(self, folder: Path) -> tuple[list[Path], ...]:
        """See `DataSet.training_files`; the odd files of the set are left out."""
        odd = {*cats_dogs.EMPTY, *cats_dogs.BROKEN}
        return tuple(
            [file for file in files if file.suffix == ".jpg" and file.stem.isdecimal() and file.name not in odd]
            for files in super().training_files(folder)
        )

    def write_public(self, folder: Path) -> None:
        """See `DataSet.write_public`."""
        cats_dogs.write_public(folder, cats_dogs.EACH)

    def write_holdout(self, folder: Path, rng: np.random.Generator, each: int) -> None:
        """See `DataSet.write_holdout`; JPEG files, as in the public part."""
        cats_dogs.write_holdout(folder, rng, each)

    def draw(self, label: int, rng: np.random.Generator) -> Image.Image:
        """See `DataSet.draw`."""
        return draw_picture(cats_dogs.SPECIES[label], rng)
