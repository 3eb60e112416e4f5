"""`grader generate`."""

import sys

import click

from grader.commands.course_option import CourseOption
from grader.commands.names import complete_week
from grader.commands.voice import Voice, voiced

__all__ = ["generate"]


@click.command()
@click.argument("weeks", nargs=-1, metavar="[WEEK]...", shell_complete=complete_week)
@click.option("--check", is_flag=True, help="Write nothing; fail when assignments/ is not what generation gives.")
@voiced
@click.pass_obj
def generate(course: CourseOption, weeks: tuple[str, ...], check: bool, voice: Voice) -> None:
    """Make student notebooks from solution notebooks."""
    from grader.authoring.generate import Change, generate_all

    found = course.find()
    with voice.waiting("Comparing student notebooks" if check else "Making student notebooks"):
        results = generate_all(found, weeks, check=check)
    voice.document(
        [
            {"week": r.week, "path": str(r.path), "change": r.change.value, "written": r.written, "diff": r.diff}
            for r in results
        ]
    )
    for result in results:
        path = result.path.relative_to(found.root)
        state = "written" if result.written else {Change.NONE: "up to date"}.get(result.change, result.change.value)
        voice.say(f"{path}: {state}")
        if result.diff and not voice.json and (check or not voice.quiet):
            click.echo(result.diff, err=check)
    if check and any(result.change is not Change.NONE for result in results):
        click.echo("Run `grader generate` and commit what it writes.", err=True)
        sys.exit(1)
