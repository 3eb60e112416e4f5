"""Horses and humans, drawn: a stand-in for the set of computer-made figures, in its layout.

`train/{horses,humans}` and `validation/{horses,humans}` hold PNG files. There are far fewer than in the real set, and
the figures are seen from every side, so that a network that starts from nothing does poorly and a pretrained base has
something to win.
"""

from pathlib import Path
from typing import ClassVar

import numpy as np
from PIL import Image

from grader.datasets.dataset import DataSet
from grader.datasets.drawing.paddock import Creature, draw_creature

__all__ = ["HorsesHumans"]


class HorsesHumans(DataSet):
    """Two classes of 200 x 200 pictures."""

    name: ClassVar = "horses-humans"
    classes: ClassVar = ("horses", "humans")
    home: ClassVar = "/tmp/horse-or-human"  # noqa: S108 - a path of the sandbox
    parts: ClassVar = ("train", "validation")
    aliases: ClassVar = {
        "/tmp/training": "train",  # noqa: S108
        "/tmp/validation": "validation",  # noqa: S108
        "/tmp/validation-horse-or-human": "validation",  # noqa: S108
    }
    training: ClassVar = ("train/horses", "train/humans")
    artists: ClassVar = ("background", "brush", "camera", "coat", "creatures", "paddock", "shapes", "solids", "staging")
    holdout_each: ClassVar = 100
    each: ClassVar[dict[str, int]] = {"train": 100, "validation": 50}
    """Images of each class."""

    def write_public(self, folder: Path) -> None:
        """See `DataSet.write_public`."""
        for which, part in enumerate(self.parts):
            for label, name in enumerate(self.classes):
                (folder / part / name).mkdir(parents=True)
                for number in range(self.each[part]):
                    rng = np.random.default_rng([self.seed, 3, which, label, number])
                    self.draw(label, rng).save(folder / part / name / f"{name[:-1]}{number:03}.png")

    def draw(self, label: int, rng: np.random.Generator) -> Image.Image:
        """See `DataSet.draw`."""
        return draw_creature(tuple(Creature)[label], rng)
