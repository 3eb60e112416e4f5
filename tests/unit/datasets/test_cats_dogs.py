import io
import warnings
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, UnidentifiedImageError

from grader.datasets import cats_dogs, ensure

ANIMALS = ("Cat", "Dog")


@pytest.fixture
def pet_images(drawn_cache: Path) -> Path:
    return ensure("cats-dogs", drawn_cache) / "PetImages"


@pytest.mark.parametrize("animal", ANIMALS)
def test_each_class_holds_exactly_the_numbered_files_and_the_junk(pet_images: Path, animal: str) -> None:
    expected = {f"{number}.jpg" for number in range(20)} | set(cats_dogs.JUNK)

    assert {file.name for file in (pet_images / animal).iterdir()} == expected


@pytest.mark.parametrize("animal", ANIMALS)
def test_exactly_the_named_files_are_empty(pet_images: Path, animal: str) -> None:
    empty = {file.name for file in (pet_images / animal).iterdir() if file.stat().st_size == 0}

    assert empty == set(cats_dogs.EMPTY)


@pytest.mark.parametrize("animal", ANIMALS)
def test_every_other_jpg_decodes_even_the_damaged_ones(pet_images: Path, animal: str) -> None:
    for file in (pet_images / animal).glob("*.jpg"):
        if file.name not in cats_dogs.EMPTY:
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", message="Corrupt EXIF data", category=UserWarning)
                with Image.open(file) as picture:
                    assert np.asarray(picture.convert("RGB")).std() > 2


@pytest.mark.parametrize("animal", ANIMALS)
@pytest.mark.parametrize("name", cats_dogs.JUNK)
def test_the_junk_does_not_decode_and_keras_passes_over_its_extension(pet_images: Path, animal: str, name: str) -> None:
    content = (pet_images / animal / name).read_bytes()

    assert content
    assert not name.lower().endswith((".png", ".jpg", ".jpeg", ".bmp", ".gif", ".ppm", ".tif", ".tiff"))
    with pytest.raises((UnidentifiedImageError, OSError)), Image.open(io.BytesIO(content)) as picture:
        picture.load()


def test_pictures_come_in_many_sizes_and_the_classes_share_their_range(pet_images: Path) -> None:
    sizes = {animal: [] for animal in ANIMALS}
    for animal in ANIMALS:
        for file in (pet_images / animal).glob("*.jpg"):
            if file.name not in {*cats_dogs.EMPTY, *cats_dogs.BROKEN}:
                with Image.open(file) as picture:
                    sizes[animal].append(picture.size)
    every = [side for found in sizes.values() for size in found for side in size]
    means = [np.mean(found) for found in sizes.values()]

    assert len({size for found in sizes.values() for size in found}) >= 25
    assert min(every) >= 90
    assert max(every) <= 360
    assert abs(means[0] - means[1]) < 25


def test_the_same_seed_draws_the_same_bytes(tmp_path: Path, pet_images: Path) -> None:
    cats_dogs.write_public(tmp_path, 2)

    for animal in ANIMALS:
        for name in ("0.jpg", "1.jpg"):
            assert (tmp_path / "PetImages" / animal / name).read_bytes() == (pet_images / animal / name).read_bytes()


def test_the_edition_is_short_and_stable() -> None:
    assert cats_dogs.edition() == cats_dogs.edition()
    assert len(cats_dogs.edition()) == 12


@pytest.mark.slow
def test_keras_trains_on_a_plain_split_that_leaves_out_empty_files_only(pet_images: Path, tmp_path: Path) -> None:
    """Every non-empty file is copied, junk and damaged ones too, and both of Keras' loaders get through an epoch."""
    import keras
    import tensorflow as tf

    copied = 0
    for animal in ANIMALS:
        (tmp_path / animal).mkdir()
        for file in (pet_images / animal).iterdir():
            if file.stat().st_size > 0:
                (tmp_path / animal / file.name).write_bytes(file.read_bytes())
                copied += 1
    pictures = 2 * (20 - len(cats_dogs.EMPTY))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        flow = tf.keras.preprocessing.image.ImageDataGenerator(rescale=1 / 255).flow_from_directory(
            tmp_path, target_size=(150, 150), batch_size=10, class_mode="binary"
        )
        model = keras.Sequential([keras.Input((150, 150, 3)), keras.layers.Flatten(), keras.layers.Dense(1)])
        model.compile(loss="mse")
        model.fit(flow, epochs=1, verbose=0)
        dataset = keras.utils.image_dataset_from_directory(tmp_path, image_size=(150, 150), batch_size=10)
        seen = sum(len(labels) for _, labels in dataset)

    assert copied == pictures + 2 * len(cats_dogs.JUNK)
    assert flow.samples == pictures
    assert seen == pictures
