"""`grader export`."""

import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from grader.commands.course_option import PATH, CourseOption
from grader.commands.names import complete_week
from grader.commands.voice import Voice, voiced

__all__ = ["export"]

FORMATS = ("csv", "canvas", "moodle", "gradescope", "junit", "classroom50", "github")
OUT = "Where to write; default: standard output. A folder for formats with one file a student."


@click.command()
@click.argument("week", shell_complete=complete_week)
@click.option("--format", "form", type=click.Choice(FORMATS), required=True, help="Who is to read it.")
@click.option("--out", type=PATH, metavar="FILE", help=OUT)
@click.option("--student", "students", multiple=True, metavar="NAME", help="Only this student; may be repeated.")
@click.option("--roster", type=PATH, metavar="FILE", help="The file downloaded from Canvas or Moodle, to be filled.")
@click.option("--match", metavar="COLUMN", help="Its column that names the student, such as 'SIS Login ID'.")
@click.option("--names", type=PATH, metavar="FILE", help="CSV of who is who: `student`, and a column of the roster's.")
@click.option("--column", metavar="NAME", help="Its column for the grades; for Canvas also the assignment's number.")
@click.option("--partial", is_flag=True, help="Leave out students who have no row in the roster.")
@click.option("--autograder", is_flag=True, help="With gradescope: the zip of an autograder for this week, instead.")
@voiced
@click.pass_obj
def export(
    course: CourseOption,
    /,
    *,
    week: str,
    form: Any,
    out: Path | None,
    students: tuple[str, ...],
    autograder: bool,
    voice: Voice,
    **options: Any,
) -> None:
    """Write the grades of WEEK, with overrides and lateness, as other programs read them."""
    from grader.export import Exported, Request, read_marks
    from grader.export import export as exported
    from grader.gradebook import Gradebook

    if voice.json and out is None:
        raise click.UsageError("--json tells what was written, and an export is written where --out says.")
    found = course.find()
    assignment = found.assignment(week)
    if autograder:
        from grader.export.autograder import build

        if form != "gradescope":
            raise click.UsageError("--autograder is for --format gradescope.")
        result = Exported({}, build(found, week))
    else:
        with Gradebook(found.gradebook) as book, voice.waiting("Reading the gradebook"):
            marks = read_marks(book, assignment, students)
        result = exported(marks, form, Request(now=datetime.now(UTC), **options))
    for note in () if voice.quiet else result.notes:
        click.echo(note, err=True)
    files = [str(path) for path in _written(result.content, result.files, form, out)]
    for path in () if voice.quiet else files:
        click.echo(f"written: {path}", err=True)
    voice.document({"assignment": week, "format": form, "files": files, "notes": list(result.notes)})


def _written(content: bytes, files: Mapping[str, bytes], form: str, out: Path | None) -> list[Path]:
    """Write the one file, or one for each student, and give the paths."""
    if not content and not files:
        click.echo("Nothing to write.", err=True)
        return []
    if not content and len(files) == 1 and (out is None or not out.is_dir()):
        content = next(iter(files.values()))
    if content and out is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return []
    if out is None or (not content and out.is_file()):
        raise click.UsageError(
            f"{form} has one file a student, and these are {len(files)}: name a folder with --out, or a student."
        )
    return [_write(out, content)] if content else [_write(out / name, each) for name, each in files.items()]


def _write(path: Path, content: bytes) -> Path:
    from grader.errors import GraderError

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise GraderError(f"the file cannot be written: {error.strerror}", where=str(path)) from error
    return path
