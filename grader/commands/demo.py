"""`grader demo`."""

from pathlib import Path

import click

from grader.commands.course_option import PATH, CourseOption
from grader.commands.running import finish, run_class
from grader.commands.voice import Voice, voiced

__all__ = ["demo"]


@click.command()
@click.option("--out", type=PATH, metavar="DIR", help="Where reports go; default: reports/demo in the course.")
@voiced
@click.pass_obj
def demo(course: CourseOption, out: Path | None, voice: Voice) -> None:
    """Grade the sample class of week 1, and say where the report is."""
    from grader.errors import CourseError, SandboxUnavailable
    from grader.sandbox import choose_sandbox

    found = course.find()
    samples = found.root / "tests" / "submissions" / "week1"
    if not samples.is_dir():
        raise CourseError(
            "there is no sample class here", where=str(samples), remedy="Run this in the project's checkout."
        )
    kind = "auto"
    try:
        choose_sandbox("auto").close()
    except SandboxUnavailable as error:
        click.echo(f"Warning: {error}\nThe sample class is our own code, so it is run without a sandbox.", err=True)
        kind = "none"
    folder = out or found.root / "reports" / "demo"
    book = folder / "gradebook.sqlite"  # of its own: the sample class is no part of the course
    graded = run_class(
        found, "week1", [samples], out=folder, jobs=None, sandbox=kind, rerun=True, gradebook=book, voice=voice
    )
    finish(graded, None, voice)
    voice.say(f"\nOpen the report: {(folder / 'index.html').resolve().as_uri()}")
