"""What a model must look like for anything that depends on its training to be within reach of it."""

from collections.abc import Iterable
from typing import Any

from grader.model import Model

__all__ = ["Reach"]

MOST = 8
"""Numbers that a shape may have."""


class Reach(Model):
    """The rule by which training is left out: derived from a rubric outside, applied to a model inside."""

    shapes: tuple[tuple[int, ...], ...] | None = None
    """Inputs within reach, without the batch axis; None where any may do."""
    image: tuple[int, int, int] | None = None
    """The model is asked about images of this shape, unless its own input is a grey or coloured picture; None where
    that does not matter."""
    units: tuple[int, ...] | None = None
    """Numbers of units in the last layer that are within reach; None where any may do."""
    units_from: int | None = None
    """From this number on all of them are."""

    @property
    def says(self) -> dict[str, str]:
        """What puts a model beyond reach -> a clause that says so; `{found}` stands for what was found."""
        wanted = self.shapes or ((self.image,) if self.image else ())
        counts = [str(n) for n in self.units or ()] + ([f"{self.units_from} or more"] if self.units_from else [])
        return {
            "input": f"the model takes an input of shape {{found}} where {_either(map(str, wanted))} is asked for",
            "units": f"the model's last layer has a size of {{found}} where {_either(counts)} is asked for",
        }

    def plan(self) -> dict[str, Any]:
        """As `grader.probe.left_out` takes it, ready for JSON."""
        return {**self.model_dump(mode="json"), "says": self.says}

    def words(self, told: Any) -> str:
        """Why training was left out, as a clause; empty where what is told is no reason.

        Args:
            told: What `grader.probe.left_out` wrote down: `what`, a key of `says`, and `found`, numbers.
        """
        what, found = (told.get("what"), told.get("found")) if isinstance(told, dict) else (None, None)
        if not isinstance(found, list) or not 0 < len(found) <= MOST:
            return ""
        if not isinstance(what, str) or not all(type(n) is int and 0 < n < 10**9 for n in found):
            return ""
        return self.says.get(what, "").format(found=found[0] if what == "units" else tuple(found))


def _either(words: Iterable[str]) -> str:
    return " or ".join(words)
