"""Challenges: folders whose content a submission cannot know, made from a seed that the host draws for each run.

Student functions are called on these folders. As the host knows every byte that went in, what comes out shows what the
functions really do.
"""

import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from grader.measure.augmentation_pattern import Pattern

__all__ = ["Challenge", "ChallengeImage", "Folder", "SplitSource", "make_challenge", "texture"]

Folder = Literal["training", "validation"]

SHARES = {"split-a": (24, 2, 0.75), "split-b": (15, 1, 0.6)}
"""Name -> (files with content, zero-length files, share). Each product of files and share is a whole number, so that
cutting off and rounding give the same count; counting the empty files of `split-a` as well gives another one."""

FIDUCIALS = {"training": 96, "validation": 8}
"""Copies of the fiducial image in each folder, over all classes; more than a pass needs, so that a data set that keeps
what it made in a cache still shows many draws."""

IMAGES_PER_CLASS = 10
"""In each of the two folders, where that is not more than a probe draws."""

MOST_IMAGES = 40
"""In each of the two folders: as many as a probe draws. With more classes than four there are fewer of each."""

SIDE = (110, 240)
"""Shortest and longest side of a challenge image, in pixels."""


@dataclass(frozen=True)
class SplitSource:
    """The source folder of one call of a splitting function."""

    name: str
    share: float
    """What is passed as SPLIT_SIZE."""
    files: dict[str, bytes]
    """File name -> content, in the order of writing; zero-length files included."""

    @property
    def full(self) -> dict[str, str]:
        """File name -> SHA-256 in hex, zero-length files left out."""
        return {name: hashlib.sha256(data).hexdigest() for name, data in self.files.items() if data}

    @property
    def empty(self) -> tuple[str, ...]:
        """Names of the zero-length files."""
        return tuple(name for name, data in self.files.items() if not data)


@dataclass(frozen=True)
class ChallengeImage:
    """One image that a pipeline is to read."""

    folder: Folder
    label: str
    """Its class, which is the name of the folder that holds it."""
    name: str
    data: bytes
    """The file's content, JPEG."""

    def pixels(self, channels: int = 3) -> NDArray[np.uint8]:
        """The decoded image, (height, width, channels), uint8 in 0..255; grey by ITU-R 601 for one channel."""
        with Image.open(io.BytesIO(self.data)) as image:
            decoded = np.asarray(image.convert("L" if channels == 1 else "RGB"))
        return decoded[..., None] if channels == 1 else decoded


@dataclass(frozen=True)
class Challenge:
    """Everything that is known about the folders of one run."""

    seed: int
    classes: tuple[str, ...]
    splits: tuple[SplitSource, ...]
    images: tuple[ChallengeImage, ...]

    @classmethod
    def from_seed(cls, seed: int, *, classes: tuple[str, ...] = ("cats", "dogs"), images: bool = True) -> "Challenge":
        """The challenge of a seed, with nothing written to disk; see `make_challenge`."""
        rng = np.random.default_rng([seed, 0xC4A1])
        splits = tuple(_split_source(name, *numbers, rng) for name, numbers in SHARES.items())
        drawn = tuple(_images(classes, rng)) if images else ()
        return cls(seed=seed, classes=classes, splits=splits, images=drawn)

    @property
    def pattern(self) -> Pattern:
        """What the fiducial images show."""
        return Pattern.from_seed(self.seed)

    def write(self, folder: Path, *, fiducials: bool = False) -> None:
        """Write `split-a/`, `split-b/` and `images/{training,validation}/<class>/` below a folder.

        With fiducials also `fiducials/{training,validation}/<class>/`, JPEG files of 150 x 150 pixels.
        """
        for split in self.splits:
            (folder / split.name).mkdir(parents=True)
            for name, data in split.files.items():
                (folder / split.name / name).write_bytes(data)
        for image in self.images:
            target = folder / "images" / image.folder / image.label
            target.mkdir(parents=True, exist_ok=True)
            (target / image.name).write_bytes(image.data)
        if fiducials:
            self._write_fiducials(folder / "fiducials", {label: label for label in self.classes})

    def _write_fiducials(self, folder: Path, names: Mapping[str, str]) -> None:
        content = self.pattern.jpeg()
        for part, total in FIDUCIALS.items():
            for label in self.classes:
                target = folder / part / names[label]
                target.mkdir(parents=True)
                for number in range(-(-total // len(self.classes))):
                    (target / f"{number + 100}.jpg").write_bytes(content)

    def write_for_datasets(self, folder: Path, classes: Sequence[str], *, pool: bool, marks: bool) -> None:
        """Write `datasets/{training,validation}/`, for functions that read the place of the notebook's own data.

        Args:
            folder: Of the challenge.
            classes: How the class folders are called there, in the order of `self.classes`.
            pool: Put the images of both parts into `training`, for the function divides them itself.
            marks: Write fiducial images likewise, to `marks/`.
        """
        names = dict(zip(self.classes, classes, strict=True))
        for image in self.images:
            target = folder / "datasets" / ("training" if pool else image.folder) / names[image.label]
            target.mkdir(parents=True, exist_ok=True)
            (target / image.name).write_bytes(image.data)
        if marks:
            self._write_fiducials(folder / "marks", names)

    def as_pool(self, folder: Folder) -> "Challenge":
        """The same where all images lay in one folder, seen as this one, so that none is a stray."""
        return replace(self, images=tuple(replace(image, folder=folder) for image in self.images))

    def offered(self, folder: Folder) -> int:
        """How many images one folder holds."""
        return sum(image.folder == folder for image in self.images)


def make_challenge(
    folder: Path,
    seed: int,
    *,
    classes: tuple[str, ...] = ("cats", "dogs"),
    fiducials: bool = False,
    images: bool = True,
) -> Challenge:
    """Make the challenge of a seed and write it below a folder.

    Args:
        folder: Where to write; made when missing, must not hold an older challenge.
        seed: Drawn by the host for this run; never given to a sandbox.
        classes: Names of the class folders, alphabetical: those that the week's data set is told by.
        fiducials: Whether augmentation is to be measured, which takes images of its own.
        images: Whether any function reads the images; they take a tenth of a second.
    """
    challenge = Challenge.from_seed(seed, classes=classes, images=images)
    challenge.write(folder, fiducials=fiducials)
    return challenge


def _split_source(name: str, full: int, empty: int, share: float, rng: np.random.Generator) -> SplitSource:
    names = [f"{number}.jpg" for number in rng.choice(np.arange(1000, 12500), full + empty, replace=False)]
    holes = set(rng.choice(full + empty, empty, replace=False).tolist())
    files = {
        # Real, if tiny, JPEG files: a function that drops what does not decode is right to do so.
        file: b"" if i in holes else _jpeg(rng.integers(0, 256, (8, 8, 3)).astype(np.uint8))
        for i, file in enumerate(names)
    }
    return SplitSource(name=name, share=share, files=files)


def _images(classes: tuple[str, ...], rng: np.random.Generator) -> Iterator[ChallengeImage]:
    folders: tuple[Folder, ...] = ("training", "validation")
    numbers = iter(rng.permutation(np.arange(100, 10000)).tolist())
    for folder in folders:
        for label in classes:
            for _ in range(min(IMAGES_PER_CLASS, max(1, MOST_IMAGES // len(classes)))):
                height, width = rng.integers(SIDE[0], SIDE[1] + 1, 2).tolist()
                yield ChallengeImage(folder, label, f"{next(numbers)}.jpg", _jpeg(texture(height, width, rng)))


def texture(height: int, width: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Smooth coloured noise, (height, width, 3).

    Coarse enough to be known again after resizing, turning and shifting, and unlike its own mirror image. A few per
    cent of it are cut off at 0 and at 255, so that both ends of the pixel range survive any resizing.
    """
    planes = []
    for _ in range(3):
        noise = sum(
            weight
            * np.asarray(
                Image.fromarray(rng.normal(size=(cells, cells)).astype(np.float32)).resize(
                    (width, height), Image.Resampling.BICUBIC
                )
            )
            for cells, weight in ((4, 1.0), (7, 0.8))
        )
        planes.append(noise)
    texture = np.stack(planes, axis=-1)
    low, high = np.percentile(texture[::3, ::3], (4, 96))  # as good as all of something so smooth
    stretched = np.clip((texture - low) / (high - low) * 255, 0, 255)
    return np.asarray(stretched.round(), dtype=np.uint8)


def _jpeg(pixels: NDArray[np.uint8]) -> bytes:
    buffer = io.BytesIO()
    # No chroma subsampling: what decoders disagree on stays below two grey levels.
    Image.fromarray(pixels).save(buffer, "JPEG", quality=95, subsampling=0)
    return buffer.getvalue()
