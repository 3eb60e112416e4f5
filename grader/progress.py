"""What a person sees while a class is graded or data comes: a live bar on a terminal, plain lines in a pipe."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TransferSpeedColumn,
)

from grader.report.text import one_line
from grader.scorecard import Scorecard

__all__ = ["ClassProgress", "DownloadProgress"]


class ClassProgress:
    """A context manager that is told when submissions start and finish; safe to call from several threads.

    Args:
        total: Submissions in all.
        max_score: Points that can be earned.
        console: Where to write; a live bar only where it is a terminal.
    """

    def __init__(self, total: int, max_score: float, console: Console) -> None:
        self._total = total
        self._max_score = max_score
        self._console = console
        self._done = 0
        self._running: list[str] = []
        self._bar: Progress | None = None
        if console.is_terminal:
            self._bar = Progress(
                SpinnerColumn(),
                TextColumn("{task.description}", table_column=None),
                BarColumn(bar_width=24),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                console=console,
                transient=True,
            )
            self._task = self._bar.add_task("getting ready", total=total)

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def started(self, student: str) -> None:
        """A submission is being run."""
        self._running.append(student)
        self._describe()

    def finished(self, card: Scorecard) -> None:
        """A submission has its scorecard: one line for it."""
        self._done += 1
        if card.student in self._running:
            self._running.remove(card.student)
        name = escape(one_line(card.student, 32))
        score = "held" if card.score is None else f"{card.score:g} of {self._max_score:g}"
        how = "kept" if card.run.reused else f"{card.run.seconds:.0f} s"
        line = (
            f"[{self._done}/{self._total}]".replace("[", r"\[") + f" {name}: {score} ({card.run.status.value}, {how})"
        )
        self._console.print(line, highlight=False, soft_wrap=True)
        if self._bar is not None:
            self._bar.advance(self._task)
        self._describe()

    def tally(self) -> str:
        """How far it came, in a sentence."""
        return f"Stopped. {self._done} of {self._total} submissions are finished and kept."

    def _describe(self) -> None:
        if self._bar is not None:
            names = ", ".join(escape(one_line(name, 16)) for name in self._running[:3])
            self._bar.update(self._task, description=names or "finishing")


class DownloadProgress:
    """A context manager that is told what is downloaded and how far it is; writes to the error stream.

    Args:
        quiet: Write nothing.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self._console = Console(stderr=True, highlight=False, quiet=quiet, force_terminal=False if quiet else None)
        self._bar = Progress(
            SpinnerColumn(), BarColumn(), DownloadColumn(), TransferSpeedColumn(), console=self._console, transient=True
        )
        self._task = self._bar.add_task("", visible=False, total=None)

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def say(self, line: str) -> None:
        """One line of what happens."""
        self._console.print(escape(line), soft_wrap=True)
        self._bar.update(self._task, visible=False)

    def told(self, done: int, whole: int) -> None:
        """Bytes so far, and bytes in all; 0 when nobody knows."""
        self._bar.update(self._task, completed=done, total=whole or None, visible=True)
