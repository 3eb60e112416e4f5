"""A portion of a data set has fewer pictures of each class, and is the same data set otherwise."""

from pathlib import Path

import pytest

from grader.datasets import cats_dogs, ensure, portion_of, training_sample
from grader.errors import DataError

EACH = 12


def listing(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_it_holds_the_first_pictures_and_every_odd_file(drawn_cache: Path) -> None:
    whole, few = ensure("cats-dogs", drawn_cache), ensure("cats-dogs", drawn_cache, each=EACH)

    for animal in ("Cat", "Dog"):
        expected = {f"{number}.jpg" for number in range(EACH)} | set(cats_dogs.JUNK)
        assert listing(few / "PetImages" / animal) == expected
        for name in expected:
            parts = Path("PetImages") / animal / name
            assert (few / parts).read_bytes() == (whole / parts).read_bytes()


def test_other_parts_come_along_whole(drawn_cache: Path) -> None:
    whole, few = ensure("horses-humans", drawn_cache), ensure("horses-humans", drawn_cache, each=2)

    assert len(listing(few / "train" / "horses")) == 2
    assert listing(few / "validation" / "horses") == listing(whole / "validation" / "horses")


def test_the_training_sample_is_taken_from_the_portion(drawn_cache: Path) -> None:
    sample = training_sample("cats-dogs", 8, drawn_cache, each=EACH)

    few = ensure("cats-dogs", drawn_cache, each=EACH)
    assert all(file.is_relative_to(few) for file in sample.files)


def test_a_set_of_csv_files_is_refused(drawn_cache: Path) -> None:
    with pytest.raises(DataError, match="cannot be had in portions"):
        ensure("sign-mnist", drawn_cache, each=3)


def test_a_folder_that_is_small_already_is_used_as_it_is(drawn_cache: Path, tmp_path: Path) -> None:
    few = ensure("cats-dogs", drawn_cache, each=EACH)

    assert portion_of("cats-dogs", few, EACH, tmp_path) == few
    assert not listing(tmp_path)


def test_of_a_larger_copy_a_portion_is_made_in_the_cache(drawn_cache: Path, tmp_path: Path) -> None:
    own = ensure("cats-dogs", drawn_cache)

    few = portion_of("cats-dogs", own, 4, tmp_path)

    assert few.parent == tmp_path
    assert {"0.jpg", "3.jpg", "Thumbs.db"} <= listing(few / "PetImages" / "Dog")
    assert "4.jpg" not in listing(few / "PetImages" / "Dog")
