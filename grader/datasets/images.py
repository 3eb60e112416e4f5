"""Labelled images on disk, and their pixels the way Keras would load them."""

import hashlib
import tempfile
import warnings
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from grader.errors import DataError

__all__ = ["Interpolation", "LabelledImages", "decodes"]

Interpolation = Literal["nearest", "bilinear"]
"""The default of `flow_from_directory` is `nearest`, that of `image_dataset_from_directory` is `bilinear`."""

FILTERS = {"nearest": Image.Resampling.NEAREST, "bilinear": Image.Resampling.BILINEAR}


@dataclass(frozen=True)
class LabelledImages:
    """Image files in an order that gives no label away, with the label of each."""

    files: tuple[Path, ...]
    labels: tuple[int, ...]
    """Index into `classes`, one per file."""
    classes: tuple[str, ...]
    """Alphabetical, as `flow_from_directory` numbers them."""
    codes: tuple[int, ...] = ()
    """The label of each class in a CSV file of the set, where that is not its index; else empty."""
    cache: Path | None = None
    """Folder that keeps decoded pixels; None decodes anew each time."""

    def __post_init__(self) -> None:
        if len(self.files) != len(self.labels):
            raise ValueError(f"{len(self.files)} files but {len(self.labels)} labels")

    def pixels(self, height: int, width: int, channels: int, interpolation: Interpolation) -> NDArray[np.uint8]:
        """All images at one size, resized as Keras' image loader does; each size is decoded once and then cached.

        Args:
            height: Rows.
            width: Columns.
            channels: 3 for RGB, 1 for grey.
            interpolation: How pixels are picked when resizing.

        Returns:
            uint8 of shape (n, height, width, channels), 0 to 255, in the order of `files`.

        Raises:
            DataError: A file is missing or does not decode, or the size cannot be had.
        """
        if channels not in {1, 3} or height < 1 or width < 1:
            raise DataError(
                f"images cannot be had as {height} x {width} x {channels}",
                remedy="Height and width are at least 1; channels are 1 or 3.",
            )
        shape = (len(self.files), height, width, channels)
        kept = self._kept(height, width, channels, interpolation)
        if kept is not None and (found := _load(kept, shape)) is not None:
            return found
        pixels = np.empty(shape, dtype=np.uint8)
        for index, file in enumerate(self.files):
            pixels[index] = _decode(file, height, width, channels, interpolation)
        if kept is not None:
            _save(kept, pixels)
        return pixels

    def pixel_file(self, height: int, width: int, channels: int, interpolation: Interpolation, otherwise: Path) -> Path:
        """A file of `pixels`, for programs that only read it: the cached one, which all of a class share.

        Args:
            height: As of `pixels`.
            width: As of `pixels`.
            channels: As of `pixels`.
            interpolation: As of `pixels`.
            otherwise: Where to write the file when there is no cache, or none that can be kept.

        Raises:
            DataError: As `pixels` does.
            OSError: The file cannot be written.
        """
        shape = (len(self.files), height, width, channels)
        kept = self._kept(height, width, channels, interpolation)
        if kept is None or _load(kept, shape, mapped=True) is None:
            pixels = self.pixels(height, width, channels, interpolation)  # which are kept, where they can be
            if kept is None or _load(kept, shape, mapped=True) is None:
                np.save(otherwise, pixels, allow_pickle=False)
                return otherwise
        return kept

    def _kept(self, height: int, width: int, channels: int, interpolation: Interpolation) -> Path | None:
        """Where pixels of a size are cached; None where nothing is."""
        if self.cache is None:
            return None
        names = hashlib.sha256("\n".join(f"{file.parent.name}/{file.name}" for file in self.files).encode())
        return self.cache / f"{height}x{width}x{channels}-{interpolation}-{names.hexdigest()[:16]}.npy"


def decodes(file: Path) -> bool:
    """Whether the file is a whole picture; a broken EXIF block alone spoils none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(file) as picture:
                picture.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return False
    return True


def _decode(file: Path, height: int, width: int, channels: int, interpolation: Interpolation) -> NDArray[np.uint8]:
    try:
        with Image.open(file) as picture:
            ready = picture.convert("RGB" if channels == 3 else "L")
    except (OSError, UnidentifiedImageError) as error:
        raise DataError(
            f"the image cannot be read: {error}",
            where=str(file),
            remedy="Delete the data set's folder; it is made again when it is next needed.",
        ) from error
    if ready.size != (width, height):
        ready = ready.resize((width, height), FILTERS[interpolation])
    return np.asarray(ready, dtype=np.uint8).reshape(height, width, channels)


def _load(kept: Path, shape: tuple[int, ...], *, mapped: bool = False) -> NDArray[np.uint8] | None:
    """The cached array, read or only mapped; None where there is none or it is not what is asked for."""
    try:
        found = np.load(kept, mmap_mode="r" if mapped else None, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    return found if isinstance(found, np.ndarray) and found.shape == shape and found.dtype == np.uint8 else None


def _save(kept: Path, pixels: NDArray[np.uint8]) -> None:
    """Keeps the array, all or nothing; a full or read-only disk costs only the time to decode again."""
    part = None
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=kept.parent, suffix=".part", delete=False) as file:
            part = Path(file.name)
            np.save(file, pixels, allow_pickle=False)
        part.replace(kept)
    except OSError:
        if part is not None:
            with suppress(OSError):
                part.unlink()
