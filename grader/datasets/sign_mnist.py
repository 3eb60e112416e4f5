"""The hand signs of 24 letters, drawn: a stand-in for the set that comes as two CSV files.

`sign_mnist_train.csv` and `sign_mnist_test.csv` have a header, then a row for each picture: its label and 784 grey
values. Labels count the letters from A = 0, so that 9 (J) is absent and 25 (Z) never seen. The same pictures lie as
files in `sign_mnist/train/A`, ... and `sign_mnist/validation/A`, ..., where classes are told by folder.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from string import ascii_uppercase
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from grader.datasets.dataset import DataSet
from grader.datasets.drawing.signs import LETTERS, SIDE, draw_sign
from grader.errors import DataError

__all__ = ["HEADER", "SignMnist", "read_rows", "write_folders"]

FILES = {"train": "sign_mnist_train.csv", "validation": "sign_mnist_test.csv"}
"""Part of the folder layout -> its CSV file."""
HEADER = ("label", *(f"pixel{number}" for number in range(1, SIDE * SIDE + 1)))


class SignMnist(DataSet):
    """24 classes of 28 x 28 grey pictures."""

    name: ClassVar = "sign-mnist"
    classes: ClassVar = tuple(LETTERS)
    codes: ClassVar = tuple(ascii_uppercase.index(letter) for letter in LETTERS)
    home: ClassVar = "/tmp"  # noqa: S108 - a path of the sandbox
    parts: ClassVar = (*FILES.values(), "sign_mnist")
    training: ClassVar = tuple(f"sign_mnist/train/{letter}" for letter in LETTERS)
    artists: ClassVar = ("brush", "coat", "hand", "shapes", "signs", "solids")
    holdout_each: ClassVar = 12
    each: ClassVar[dict[str, int]] = {"train": 200, "validation": 50}
    """Pictures of each letter."""

    def write_public(self, folder: Path) -> None:
        """See `DataSet.write_public`."""
        for which, (part, file) in enumerate(FILES.items()):
            order = np.random.default_rng([self.seed, 4, which]).permutation(self.each[part] * len(self.classes))
            with (folder / file).open("w", newline="", encoding="ascii") as stream:
                writer = csv.writer(stream, lineterminator="\n")
                writer.writerow(HEADER)
                for number in order:
                    label = int(number) % len(self.classes)
                    picture = self.draw(label, np.random.default_rng([self.seed, 4, which, int(number)]))
                    writer.writerow((self.codes[label], *np.asarray(picture).ravel().tolist()))
        write_folders(folder)

    def draw(self, label: int, rng: np.random.Generator) -> Image.Image:
        """See `DataSet.draw`."""
        return draw_sign(self.classes[label], rng)


def write_folders(folder: Path) -> None:
    """Writes the folder layout `sign_mnist/` from the CSV files in the same folder.

    Raises:
        DataError: A row is no picture of a letter.
    """
    for part, file in FILES.items():
        top = folder / "sign_mnist" / part
        for letter in LETTERS:
            (top / letter).mkdir(parents=True)
        for number, (label, pixels) in enumerate(read_rows(folder / file)):
            Image.fromarray(pixels).save(top / ascii_uppercase[label] / f"{number:05}.png")


def read_rows(file: Path) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """Label and picture, uint8 of shape (28, 28), of each row of a CSV file.

    Raises:
        DataError: The file or a row has another form.
    """
    with file.open(newline="", encoding="ascii", errors="replace") as stream:
        rows = csv.reader(stream)
        if tuple(next(rows, ())) != HEADER:
            raise DataError("the first line is not label,pixel1,...,pixel784", where=str(file))
        for number, row in enumerate(rows, 2):
            try:
                label, *values = map(int, row)
                pixels = np.array(values, dtype=np.uint8).reshape(SIDE, SIDE)
            except (ValueError, OverflowError) as error:
                raise DataError(f"the row is not a label and 784 values: {error}", where=f"{file}:{number}") from error
            if label not in SignMnist.codes:
                raise DataError(f"no letter has the label {label}", where=f"{file}:{number}")
            yield label, pixels
