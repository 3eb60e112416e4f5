from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from grader.datasets import LabelledImages
from grader.errors import DataError


@pytest.fixture
def images(tmp_path: Path) -> LabelledImages:
    rng = np.random.default_rng(5)
    for index in range(3):
        Image.fromarray(rng.integers(0, 256, (30 + index, 40, 3), dtype=np.uint8)).save(tmp_path / f"{index}.jpg")
    files = tuple(tmp_path / f"{index}.jpg" for index in range(3))
    return LabelledImages(files=files, labels=(0, 1, 0), classes=("cats", "dogs"), cache=tmp_path / "pixels")


@pytest.mark.parametrize("interpolation", ["nearest", "bilinear"])
@pytest.mark.parametrize("channels", [1, 3])
def test_pixels_are_those_of_keras_own_loader(images: LabelledImages, interpolation: str, channels: int) -> None:
    filters = {"nearest": Image.Resampling.NEAREST, "bilinear": Image.Resampling.BILINEAR}
    with Image.open(images.files[1]) as picture:
        expected = picture.convert("L" if channels == 1 else "RGB").resize((20, 10), filters[interpolation])

    pixels = images.pixels(10, 20, channels, interpolation)  # type: ignore[arg-type]

    assert pixels.shape == (3, 10, 20, channels)
    assert pixels.dtype == np.uint8
    np.testing.assert_array_equal(pixels[1], np.asarray(expected).reshape(10, 20, channels))


def test_each_size_is_decoded_once(images: LabelledImages) -> None:
    first = images.pixels(10, 20, 3, "nearest")
    for file in images.files:
        file.unlink()

    np.testing.assert_array_equal(images.pixels(10, 20, 3, "nearest"), first)
    with pytest.raises(DataError, match="cannot be read"):
        images.pixels(11, 20, 3, "nearest")


def test_a_spoilt_cache_is_decoded_anew(images: LabelledImages) -> None:
    first = images.pixels(10, 20, 3, "nearest")
    (kept,) = (images.cache or Path()).iterdir()
    for spoilt in (b"", b"not an array", kept.read_bytes()[:-9]):
        kept.write_bytes(spoilt)

        np.testing.assert_array_equal(images.pixels(10, 20, 3, "nearest"), first)


def test_without_a_place_to_write_the_pixels_still_come(images: LabelledImages, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    blocked = LabelledImages(images.files, images.labels, images.classes, cache=tmp_path / "file")

    np.testing.assert_array_equal(blocked.pixels(10, 20, 3, "nearest"), images.pixels(10, 20, 3, "nearest"))


def test_the_cached_file_is_shared_and_another_one_written_only_without_it(
    images: LabelledImages, tmp_path: Path
) -> None:
    given = [images.pixel_file(10, 20, 3, "nearest", tmp_path / f"{n}.npy") for n in range(2)]
    alone = LabelledImages(images.files, images.labels, images.classes)
    written = alone.pixel_file(10, 20, 3, "nearest", tmp_path / "other.npy")

    assert given[0] == given[1]
    assert given[0].parent == images.cache
    assert written == tmp_path / "other.npy"
    for path in (given[0], written):
        np.testing.assert_array_equal(np.load(path), images.pixels(10, 20, 3, "nearest"))
    content = given[0].read_bytes()
    given[0].write_bytes(content[:-9])
    assert images.pixel_file(10, 20, 3, "nearest", tmp_path / "2.npy").read_bytes() == content


def test_an_odd_number_of_channels_is_refused(images: LabelledImages) -> None:
    with pytest.raises(DataError, match="channels are 1 or 3"):
        images.pixels(10, 20, 2, "nearest")


def test_labels_and_files_go_together(images: LabelledImages) -> None:
    with pytest.raises(ValueError, match="3 files but 2 labels"):
        LabelledImages(images.files, (0, 1), images.classes)
