"""What a notebook may print: bytes and messages, for each cell and for all of them together."""

from collections.abc import Mapping
from typing import Any

__all__ = ["Budget"]

PROBE_BYTES, PROBE_MESSAGES = 64 * 1024, 1000
"""What the grader's own cell may print, however little the notebook's cells have left."""

MIB = 1024**2


class Budget:
    """Counts down what may still be printed.

    Args:
        plan: May hold `output_bytes`, `cell_output_bytes`, `messages` and `cell_messages`.
    """

    def __init__(self, plan: Mapping[str, Any]) -> None:
        self._bytes = int(plan.get("output_bytes", 4 * MIB))
        self._cell_bytes = int(plan.get("cell_output_bytes", self._bytes))
        self._messages = int(plan.get("messages", 20_000))
        self._cell_messages = int(plan.get("cell_messages", self._messages))
        self._all = [self._bytes, self._messages]
        self._cell = [0, 0]
        self.over = ""
        """What was passed, in a clause for the student; empty while nothing was."""
        self.is_all_over = False
        """It was a limit of the whole notebook, so that no further cell may print."""

    def begin_cell(self) -> None:
        """A cell starts."""
        self._cell = [self._cell_bytes, self._cell_messages]
        self.over = ""

    def begin_probe(self) -> None:
        """The grader's own cell starts."""
        self._all = [max(self._all[0], PROBE_BYTES), max(self._all[1], PROBE_MESSAGES)]
        self.begin_cell()
        self.is_all_over = False

    def take(self, size: int) -> bool:
        """Count a message of so many bytes; False when it is one too many, and should be dropped."""
        if not self.over:
            for left in (self._all, self._cell):
                left[0] -= size
                left[1] -= 1
            self._judge()
        return not self.over

    def _judge(self) -> None:
        limits = (
            (self._all[0], f"the notebook printed more than {self._bytes // 1024} KiB", True),
            (self._all[1], f"the notebook printed in more than {self._messages} pieces", True),
            (self._cell[0], f"this cell printed more than {self._cell_bytes // 1024} KiB", False),
            (self._cell[1], f"this cell printed in more than {self._cell_messages} pieces", False),
        )
        for left, words, is_all_over in limits:
            if left < 0:
                self.over, self.is_all_over = words, is_all_over
                return
