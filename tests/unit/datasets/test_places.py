"""Each data set has places in which notebooks of either edition find it."""

import pytest

from grader.datasets import names
from grader.datasets.catalogue import find_dataset
from grader.datasets.places import places
from grader.errors import DataError


@pytest.mark.parametrize("name", names())
def test_every_place_shows_a_part_of_the_set(name):
    dataset, found = find_dataset(name), places(name)
    shown = tuple(f"{dataset.home}/{part}" for part in dataset.parts)
    assert all(link["to"].startswith(shown) for link in found["links"])
    assert found["training"][0].startswith(shown)
    assert len(found["classes"]) == len(dataset.classes)


def test_cats_and_dogs_are_in_one_folder_that_the_notebook_divides():
    found = places("cats-dogs")
    assert found["training"] == ["/tmp/PetImages", "PetImages"]
    assert found["validation"] == []
    assert found["classes"] == ["Cat", "Dog"]
    assert found["links"] == [{"path": "PetImages", "to": "/tmp/PetImages", "sound": True}]


def test_horses_and_humans_are_shown_at_the_places_of_both_editions():
    assert places("horses-humans")["training"] == ["/tmp/horse-or-human/train", "/tmp/training", "data/train"]


def test_an_unknown_set_is_an_error():
    with pytest.raises(DataError):
        places("cats")
