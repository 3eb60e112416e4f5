"""What reports say about outcomes, runs and provenance, in plain words."""

from dataclasses import dataclass

from grader.observation import Provenance, RunStatus
from grader.scorecard import Outcome

__all__ = ["OUTCOMES", "PROVENANCE", "RUNS", "WAITING", "OutcomeWords", "RunWords"]


@dataclass(frozen=True)
class OutcomeWords:
    """How one outcome is shown; the sign and the word carry it, colour only helps."""

    sign: str
    word: str
    """For staff."""
    said: str
    """For the student."""


@dataclass(frozen=True)
class RunWords:
    """How one run status is told to a student."""

    happened: str
    remedy: str


OUTCOMES = {
    Outcome.PASSED: OutcomeWords("✓", "passed", "Passed"),
    Outcome.PARTIAL: OutcomeWords("◐", "partial", "Partly there"),
    Outcome.FAILED: OutcomeWords("✗", "failed", "Not yet"),
    Outcome.SKIPPED: OutcomeWords("\u2013", "skipped", "Skipped"),
    Outcome.ERRORED: OutcomeWords("!", "errored", "Our fault"),
}

WAITING = OutcomeWords("…", "to read", "To be read")
"""Of an answer that nobody has read yet."""

PROVENANCE = {
    Provenance.MEASURED: "measured outside your code",
    Provenance.OBSERVED: "observed while your code ran",
    Provenance.CLAIMED: "claimed by your notebook",
}

RUNS = {
    RunStatus.OK: RunWords("Your notebook ran from top to bottom.", ""),
    RunStatus.CELL_ERROR: RunWords(
        "A cell of your notebook raised an error. The cells after it were run, without what it should have left them.",
        "Find the cell below, mend it, then choose Restart and run all: the notebook has to run from top to bottom.",
    ),
    RunStatus.TIMEOUT: RunWords(
        "Your notebook took longer than it may, so it was stopped.",
        "Look for a loop that never ends, for more epochs than you need, or for work that is done again in every step.",
    ),
    RunStatus.MEMORY: RunWords(
        "Your notebook needed more memory than it may have, so it was stopped.",
        "Load images in batches instead of all at once, and look at the size of the layer after Flatten.",
    ),
    RunStatus.OUTPUT: RunWords(
        "Your notebook printed more than it may, so it was stopped.",
        "Take out print calls within loops, or print only every hundredth step.",
    ),
    RunStatus.DISK: RunWords(
        "Your notebook wrote more files than there is room for, so it was stopped.",
        "Copy each image once, and do not save a model in every epoch.",
    ),
    RunStatus.KILLED: RunWords(
        "Your notebook's process ended before the notebook did.",
        "Take out calls such as exit(), quit() or os.kill(), then choose Restart and run all.",
    ),
    RunStatus.INTERNAL: RunWords(
        "Something broke on our side while your notebook ran.",
        "You need not do anything. Staff can see this and will grade your notebook again.",
    ),
}
