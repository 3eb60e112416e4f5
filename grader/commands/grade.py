"""`grader grade`."""

import sys
from pathlib import Path
from typing import Any

import click

from grader.commands.course_option import PATH, CourseOption
from grader.commands.names import complete_week
from grader.commands.running import finish, repeat_class, run_class
from grader.commands.voice import Voice, voiced

__all__ = ["grade"]


@click.command()
@click.argument("week", shell_complete=complete_week)
@click.argument("paths", nargs=-1, required=True, type=PATH, metavar="PATH...")
@click.option("--out", type=PATH, metavar="DIR", help="Where reports go; default: reports/WEEK in the course.")
@click.option("--jobs", type=click.IntRange(1, 256), metavar="N", help="Submissions at once; default: what fits.")
@click.option("--sandbox", type=click.Choice(["auto", "bwrap", "none"]), default="auto", show_default=True)
@click.option("--rerun", is_flag=True, help="Run every notebook again, unchanged ones too.")
@click.option("--cluster", metavar="ADDRESS", help="Run on the workers of this Dask scheduler: tls://HOST:PORT.")
@click.option("--fail-under", type=click.FloatRange(0, 100), metavar="PERCENT", help="Exit 1 when a score is lower.")
@click.option(
    "--repeat",
    type=click.IntRange(2, 1000),
    metavar="K",
    help="Run each notebook K times from the start, show how far its scores are apart, and keep none of them.",
)
@voiced
@click.pass_obj
def grade(
    course: CourseOption,
    /,
    *,
    week: str,
    paths: tuple[Path, ...],
    fail_under: float | None,
    repeat: int | None,
    voice: Voice,
    **options: Any,
) -> None:
    """Grade notebooks: each PATH is a notebook, a folder of notebooks or of git checkouts, or a zip of them."""
    if repeat is not None:
        if fail_under is not None or options.pop("rerun"):
            raise click.UsageError(
                "--repeat runs every notebook and gives no grades; leave --rerun and --fail-under out."
            )
        sys.exit(0 if repeat_class(course.find(), week, list(paths), repeat, voice=voice, **options) else 1)
    finish(run_class(course.find(), week, list(paths), voice=voice, **options), fail_under, voice)
