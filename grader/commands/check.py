"""`grader check`."""

import os
import sys
import textwrap
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.commands.course_option import PATH, CourseOption
from grader.commands.names import complete_week
from grader.commands.voice import Voice, voiced

if TYPE_CHECKING:
    from grader.handout import Handout
    from grader.selfcheck.notebook import NotebookCheck

__all__ = ["check"]


@click.command()
@click.argument("notebook", type=PATH)
@click.option("--assignment", metavar="WEEK", shell_complete=complete_week, help="Check by this week of the course.")
@voiced
@click.pass_obj
def check(course: CourseOption, notebook: Path, assignment: str | None, voice: Voice) -> None:
    """Check a notebook of your own: what can be told in seconds, without training and without a score.

    Your functions are called on small data made for the moment, here and without a sandbox.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # spares us TensorFlow's greetings
    from grader.selfcheck.notebook import check_notebook

    with _without_greetings(), voice.waiting(f"Checking {notebook.name}"):
        found = check_notebook(notebook, _handout(course, notebook, assignment) if assignment else None)
    voice.document(_document(notebook, found))
    if not voice.json:
        _show(found)


@contextmanager
def _without_greetings() -> Iterator[None]:
    """Keeps out what TensorFlow writes below Python as it starts, and warnings of libraries; ours are still shown."""
    sys.stderr.flush()
    kept, nowhere, usual = os.dup(2), os.open(os.devnull, os.O_WRONLY), sys.stderr
    try:
        os.dup2(nowhere, 2)
        with os.fdopen(os.dup(kept), "w", encoding="utf-8", errors="replace") as ours, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if usual is sys.__stderr__:
                sys.stderr = ours
            yield
    finally:
        sys.stderr = usual
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _handout(course: CourseOption, notebook: Path, week: str) -> "Handout":
    """The public criteria of a week: what the notebook carries if it is that week's, else the course's own."""
    from grader.errors import CourseError
    from grader.handout import Handout
    from grader.notebook import read_notebook
    from grader.selfcheck.notebook import LARGEST

    try:
        assignment = course.find().assignment(week)
    except CourseError:
        carried = Handout.read(read_notebook(notebook, max_bytes=LARGEST))
        if carried is not None and carried.week == week:
            return carried
        raise
    return Handout.of(assignment.rubric, week=week, data=assignment.data)


def _document(notebook: Path, found: "NotebookCheck") -> dict[str, Any]:
    from dataclasses import asdict

    verdicts = [
        {"function": tried.function, **verdict.model_dump(mode="json")}
        for tried in found.tried
        for verdict in tried.verdicts
    ]
    return {
        "schema_version": 1,
        "assignment": found.week,
        "notebook": str(notebook),
        "verdicts": verdicts,
        "errors": [asdict(trouble) for trouble in found.troubles],
        "later": [later.model_dump(mode="json") for later in found.later],
    }


def _show(found: "NotebookCheck") -> None:
    """For people, in as many columns as the terminal has, with colours where it shows them."""
    from rich.console import Console
    from rich.text import Text

    from grader.report.text import number, one_line
    from grader.selfcheck.shown import WIDTH, section

    console = Console(highlight=False)
    width = max(40, min(WIDTH, console.width))
    styles = {"right": "green", "wrong": "yellow", "later": "dim", "ours": "magenta"}
    for trouble in found.troubles:
        where = f"Cell {trouble.cell}" + (f", line {trouble.line}" if trouble.line else "")
        console.print(Text.assemble((f"{where}: ", "yellow"), one_line(trouble.text)), soft_wrap=True)
    for tried in found.tried:
        part = section(tried.function, tried.verdicts)
        console.print(Text(part.name, style="bold"))
        for line in part.lines:
            head, *rest = line.text(width)
            console.print(Text(head, style=styles[line.state]), soft_wrap=True)
            for text in rest:
                console.print(Text(text), soft_wrap=True)
    states = [line.state for tried in found.tried for line in section(tried.function, tried.verdicts).lines]
    console.print()
    console.print(f"{states.count('right')} of {sum(len(t.verdicts) for t in found.tried)} right.", soft_wrap=True)
    if not found.later:
        console.print("Training, and what the model learns, is left for the grader.", soft_wrap=True)
        return
    names = "; ".join(f"{one_line(one.title)} ({number(one.points):g})" for one in found.later)
    console.print("Left for the grader, which runs and trains everything (points in brackets):", soft_wrap=True)
    console.print(Text(textwrap.indent(textwrap.fill(f"{names}.", width - 2), "  ")), soft_wrap=True)
