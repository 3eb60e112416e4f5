"""`grader export`."""

import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from grader.commands.course_option import PATH, CourseOption

__all__ = ["export"]

FORMATS = ("csv", "canvas", "moodle", "gradescope", "junit", "classroom50", "github")


@click.command()
@click.argument("week")
@click.option("--format", "form", type=click.Choice(FORMATS), required=True, help="Who is to read it.")
@click.option("--out", type=PATH, metavar="FILE", help="Where to write; default: standard output. A folder for formats "
              "with one file a student.")  # fmt: skip
@click.option("--student", "students", multiple=True, metavar="NAME", help="Only this student; may be repeated.")
@click.option("--roster", type=PATH, metavar="FILE", help="The file downloaded from Canvas or Moodle, to be filled.")
@click.option("--match", metavar="COLUMN", help="Its column that names the student, such as 'SIS Login ID'.")
@click.option("--names", type=PATH, metavar="FILE", help="CSV of who is who: `student`, and a column of the roster's.")
@click.option("--column", metavar="NAME", help="Its column for the grades; for Canvas also the assignment's number.")
@click.option("--partial", is_flag=True, help="Leave out students who have no row in the roster.")
@click.option("--autograder", is_flag=True, help="With gradescope: the zip of an autograder for this week, instead.")
@click.pass_obj
def export(
    course: CourseOption, /, *, week: str, form: Any, out: Path | None, students: tuple[str, ...], autograder: bool,
    **options: Any,
) -> None:  # fmt: skip
    """Write the grades of WEEK, with overrides and lateness, as other programs read them."""
    from grader.export import Request, read_marks
    from grader.export import export as exported
    from grader.gradebook import Gradebook

    found = course.find()
    assignment = found.assignment(week)
    if autograder:
        from grader.export.autograder import build

        if form != "gradescope":
            raise click.UsageError("--autograder is for --format gradescope.")
        _write(build(found, week), out)
        return
    with Gradebook(found.gradebook) as book:
        marks = read_marks(book, assignment, students)
    result = exported(marks, form, Request(now=datetime.now(UTC), **options))
    for note in result.notes:
        click.echo(note, err=True)
    if result.content:
        _write(result.content, out)
    elif len(result.files) == 1 and (out is None or not out.is_dir()):
        _write(next(iter(result.files.values())), out)
    else:
        _write_each(result.files, form, out)


def _write(content: bytes, out: Path | None) -> None:
    from grader.errors import GraderError

    if out is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(content)
    except OSError as error:
        raise GraderError(f"the file cannot be written: {error.strerror}", where=str(out)) from error
    click.echo(f"written: {out}", err=True)


def _write_each(files: Mapping[str, bytes], form: str, out: Path | None) -> None:
    if not files:
        click.echo("Nothing to write.", err=True)
        return
    if out is None or out.is_file():
        raise click.UsageError(
            f"{form} has one file a student, and these are {len(files)}: name a folder with --out, or a student."
        )
    for name, content in files.items():
        _write(content, out / name)
