"""The command line: the group, its errors, and the commands of `grader/commands`."""

import atexit
import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from grader.commands.audit import audit
from grader.commands.check import check
from grader.commands.ci import ci
from grader.commands.completion import completion
from grader.commands.course_option import PATH, CourseOption
from grader.commands.data import data
from grader.commands.demo import demo
from grader.commands.doctor import doctor
from grader.commands.explain import explain
from grader.commands.export import export
from grader.commands.generate import generate
from grader.commands.grade import grade
from grader.commands.init import init
from grader.commands.rejudge import rejudge
from grader.commands.review import review
from grader.errors import GraderError, Interrupted

__all__ = ["main"]


class _Group(click.Group):
    """Tells an interrupted command from one that failed."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise Interrupted("Stopped.", remedy="To go on, run the same command again.") from None


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--course", "folder", type=PATH, metavar="DIR", help="The course; default: the nearest folder upwards.")
@click.version_option(package_name="cnn-grader")
@click.pass_context
def cli(context: click.Context, folder: Path | None) -> None:
    """Generate, run and grade the notebooks of a course on convolutional networks in TensorFlow."""
    context.obj = CourseOption(folder)


for command in (
    generate,
    check,
    grade,
    rejudge,
    review,
    explain,
    audit,
    demo,
    data,
    doctor,
    init,
    ci,
    completion,
    export,
):
    cli.add_command(command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; every error that we foresee is one message and the exit status of its kind."""
    # Submissions are measured side by side already. More threads for each sum only wait for each other.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    atexit.register(gc.freeze)  # the scores of ten thousand need not be searched for cycles as the program ends
    try:
        cli.main(args=arguments, prog_name="grader")
    except GraderError as error:
        click.echo(str(error) if isinstance(error, Interrupted) else f"Error: {error}", err=True)
        sys.exit(error.exit_code)
