"""Rock, paper, scissors, drawn: a stand-in for the set of computer-made hands, in its layout.

`rps/{rock,paper,scissors}` and `rps-test-set/{rock,paper,scissors}` hold PNG files.
"""

from pathlib import Path
from typing import ClassVar

import numpy as np
from PIL import Image

from grader.datasets.dataset import DataSet
from grader.datasets.drawing.rps import GESTURES, draw_gesture

__all__ = ["RockPaperScissors"]


class RockPaperScissors(DataSet):
    """Three classes of 200 x 200 pictures."""

    name: ClassVar = "rock-paper-scissors"
    classes: ClassVar = GESTURES
    home: ClassVar = "/tmp"  # noqa: S108 - a path of the sandbox
    parts: ClassVar = ("rps", "rps-test-set")
    training: ClassVar = tuple(f"rps/{gesture}" for gesture in GESTURES)
    artists: ClassVar = ("background", "brush", "camera", "coat", "hand", "rps", "shapes", "solids", "staging")
    holdout_each: ClassVar = 60
    each: ClassVar[dict[str, int]] = {"rps": 150, "rps-test-set": 40}
    """Images of each class."""

    def write_public(self, folder: Path) -> None:
        """See `DataSet.write_public`."""
        for which, part in enumerate(self.parts):
            for label, name in enumerate(self.classes):
                (folder / part / name).mkdir(parents=True)
                for number in range(self.each[part]):
                    rng = np.random.default_rng([self.seed, 5, which, label, number])
                    head = name if part == "rps" else f"test{name}"
                    self.draw(label, rng).save(folder / part / name / f"{head}{number:03}.png")

    def draw(self, label: int, rng: np.random.Generator) -> Image.Image:
        """See `DataSet.draw`."""
        return draw_gesture(GESTURES[label], rng)
