"""Where notebooks of either edition of the public course look for a data set, beside its `home`.

The edition that is built on data sets keeps its data in the folder in which the notebook runs, and reads it with a
function that takes no path. So these places are links, which can be turned to other images for the time of a call.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from grader.datasets.catalogue import find_dataset

__all__ = ["Places", "places"]


@dataclass(frozen=True)
class Places:
    """The places of one data set."""

    training: str
    """The part, or the folder in one, that holds a folder of training images for each class."""
    validation: str = ""
    """The same of validation images; empty where notebooks divide the training images themselves."""
    links: Mapping[str, str] = field(default_factory=dict)
    """Path within the folder in which notebooks run -> part, or folder in one."""
    sound: bool = False
    """Whether what the links show leaves out files that hold no picture, as that edition does."""


PLACES = {
    "cats-dogs": Places("PetImages", links={"PetImages": "PetImages"}, sound=True),
    "horses-humans": Places("train", "validation", {"data/train": "train", "data/validation": "validation"}),
    "sign-mnist": Places(
        "sign_mnist/train",
        "sign_mnist/validation",
        {
            "data/train": "sign_mnist/train",
            "data/validation": "sign_mnist/validation",
            "sign_mnist_train.csv": "sign_mnist_train.csv",
            "sign_mnist_test.csv": "sign_mnist_test.csv",
            "data/sign_mnist_train.csv": "sign_mnist_train.csv",
            "data/sign_mnist_test.csv": "sign_mnist_test.csv",
        },
    ),
    "rock-paper-scissors": Places("rps", "rps-test-set", {"rps": "rps", "rps-test-set": "rps-test-set"}),
}


def places(name: str) -> dict[str, Any]:
    """What a run's plan says of them, ready for JSON.

    Args:
        name: Name of the data set.

    Returns:
        `links`, each {path, to, sound}; `training` and `validation`, all paths that show the one and the other;
        `classes`, the names of their folders.

    Raises:
        DataError: There is no such data set.
    """
    dataset = find_dataset(name)
    known = PLACES[name]
    shown: dict[str, list[str]] = {}
    for which, place in (("training", known.training), ("validation", known.validation)):
        aliases = [path for path, part in dataset.aliases.items() if part == place]
        linked = [path for path, part in known.links.items() if part == place]
        shown[which] = [f"{dataset.home}/{place}", *aliases, *linked] if place else []
    return {
        "links": [
            {"path": path, "to": f"{dataset.home}/{part}", "sound": known.sound} for path, part in known.links.items()
        ],
        **shown,
        "classes": [PurePosixPath(folder).name for folder in dataset.training],
    }
