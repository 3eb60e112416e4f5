"""The table of `grader grade --repeat`: each submission's scores and accuracies over all times that it was run."""

import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.errors import GraderError
from grader.judge.estimate import Estimate
from grader.report.text import number, one_line

if TYPE_CHECKING:
    from grader.repeat import Repeats

__all__ = ["render", "write"]


def render(repeats: Sequence["Repeats"], *, max_score: float, width: int = 100) -> str:
    """The table, and a sentence on what it says.

    Args:
        repeats: One for each submission.
        max_score: Points that can be earned.
        width: Columns of the terminal.
    """
    table = Table(box=box.SIMPLE_HEAD, expand=False, pad_edge=False, show_edge=False)
    table.add_column("student", no_wrap=True, overflow="ellipsis", min_width=8, max_width=24)
    table.add_column("runs", justify="right")
    table.add_column("score")
    table.add_column("on training images")
    table.add_column("on the holdout")
    table.add_column("differs", overflow="fold")
    for one in repeats:
        table.add_row(
            Text(one_line(one.student, 60)),
            Text(str(len(one.trials))),
            Text(_scores(one, max_score)),
            Text(_spread(one.accuracies("train_accuracy"))),
            Text(_spread(one.accuracies("holdout_accuracy"))),
            Text(_difference(one)),
        )
    buffer = io.StringIO()
    Console(file=buffer, width=width, highlight=False, markup=False, emoji=False, no_color=True).print(table)
    lines = [line.rstrip() for line in buffer.getvalue().splitlines()]
    return "\n".join([*lines, "", _in_all(repeats)]) + "\n"


def write(document: dict[str, Any], folder: Path) -> Path:
    """Write `repeats.json` into a folder, which is made when missing, and give its path.

    Raises:
        GraderError: The folder cannot be written.
    """
    path = folder / "repeats.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise GraderError(
            f"the table cannot be written: {error.strerror or error}",
            where=str(path),
            remedy="Choose another folder with --out DIR.",
        ) from error
    return path


def _scores(one: "Repeats", max_score: float) -> str:
    said = ["held" if score is None else f"{number(score)}/{number(max_score)}" for score in one.scores]
    return said[0] if len(said) == 1 else f"{said[0]} to {said[-1]}"


def _spread(found: Sequence[Estimate]) -> str:
    """One accuracy where they are all the same, else from the lowest to the highest; with the interval of each."""
    if not found:
        return "-"
    low, high = (end(found, key=lambda each: each.share) for end in (min, max))
    if low.share == high.share:
        return f"{low.share:.1%} ({low.interval})"
    return f"{low.share:.1%} ({low.interval}) to {high.share:.1%} ({high.interval})"


def _difference(one: "Repeats") -> str:
    if one.differing:
        return "POINTS: " + ", ".join(one_line(name, 40) for name in one.differing)
    if not one.is_one_score:
        return "SCORE"
    shares = [{each.share for each in one.accuracies(fact)} for fact in ("train_accuracy", "holdout_accuracy")]
    return "accuracy, not the score" if any(len(found) > 1 for found in shares) else "nothing"


def _in_all(repeats: Sequence["Repeats"]) -> str:
    several = [one for one in repeats if not one.is_one_score]
    if several:
        names = ", ".join(one_line(one.student, 40) for one in several)
        said = f"{len(several)} of {len(repeats)} submissions did not get the same points every time: {names}."
    else:
        said = f"Each of {len(repeats)} submissions got the same points every time. In brackets: 95% intervals."
    timed = sum(trial.stopped == "seconds" for one in repeats for trial in one.trials)
    if timed:
        runs = "1 run" if timed == 1 else f"{timed} runs"
        said += f" In {runs} the week's seconds of training were used up; where that is depends on the machine."
    return said
