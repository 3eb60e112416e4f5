"""What a command says, and where: for people, `--quiet` for those who want only the result, `--json` for scripts."""

import json
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["Voice", "voiced"]

R = TypeVar("R")

PATIENCE = 2.0
"""Seconds that nobody minds to wait without a word."""


@dataclass(frozen=True)
class Voice:
    """How one command was asked to speak."""

    quiet: bool = False
    """Nothing but errors and the result."""
    json: bool = False
    """The result is one JSON document on standard output, and nothing else is; progress goes to the error stream."""

    def console(self) -> "Console":
        """Where progress goes: standard output for people, the error stream beside JSON, nowhere when quiet."""
        from rich.console import Console

        return Console(
            stderr=self.json, quiet=self.quiet, force_terminal=False if self.quiet else None, highlight=False
        )

    def say(self, text: str = "") -> None:
        """A line for people."""
        if not (self.quiet or self.json):
            click.echo(text)

    def result(self, text: object, document: Any) -> None:
        """What the command was run for: a line, also when quiet, or its JSON document."""
        click.echo(_dumps(document) if self.json else str(text))

    def document(self, document: Any) -> None:
        """The JSON document, where one was asked for."""
        if self.json:
            click.echo(document if isinstance(document, str) else _dumps(document))

    @contextmanager
    def waiting(self, what: str) -> Iterator[None]:
        """Tells what is going on: with a clock on a terminal, in a line after two seconds elsewhere.

        It goes to the error stream, so that a result can be piped.
        """
        from rich.console import Console
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        console = Console(stderr=True, highlight=False)
        if self.quiet:
            yield
        elif console.is_terminal:
            columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
            with Progress(*columns, console=console, transient=True) as bar:
                bar.add_task(what, total=None)
                yield
        else:
            timer = threading.Timer(PATIENCE, lambda: print(f"{what} ...", file=sys.stderr, flush=True))  # noqa: T201
            timer.daemon = True
            timer.start()
            try:
                yield
            finally:
                timer.cancel()

    @contextmanager
    def counting(self, what: str, total: int) -> Iterator[Callable[[], None]]:
        """Gives a function to call as each of `total` things is done: a live bar on a terminal, else as `waiting`."""
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        console = Console(stderr=True, highlight=False)
        if self.quiet or not console.is_terminal:
            with self.waiting(what):
                yield lambda: None
            return
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=console, transient=True) as bar:
            task = bar.add_task(what, total=total)
            yield lambda: bar.advance(task)


def voiced(command: Callable[..., R]) -> Callable[..., R]:
    """Gives a command the options `--quiet` and `--json`, and its function the argument `voice`."""

    @click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors and the result.")
    @click.option("--json", "as_json", is_flag=True, help="Print the result as JSON, and nothing else.")
    @wraps(command)
    def speaking(*arguments: Any, quiet: bool, as_json: bool, **options: Any) -> R:
        return command(*arguments, voice=Voice(quiet, as_json), **options)

    return speaking


def _dumps(document: Any) -> str:
    return json.dumps(document, indent=1, ensure_ascii=False)
