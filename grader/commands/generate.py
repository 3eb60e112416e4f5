"""`grader generate`."""

import sys

import click

from grader.commands.course_option import CourseOption

__all__ = ["generate"]


@click.command()
@click.argument("weeks", nargs=-1, metavar="[WEEK]...")
@click.option("--check", is_flag=True, help="Write nothing; fail when assignments/ is not what generation gives.")
@click.pass_obj
def generate(course: CourseOption, weeks: tuple[str, ...], check: bool) -> None:
    """Make student notebooks from solution notebooks."""
    from grader.authoring.generate import Change, generate_all

    found = course.find()
    results = generate_all(found, weeks, check=check)
    for result in results:
        path = result.path.relative_to(found.root)
        state = "written" if result.written else {Change.NONE: "up to date"}.get(result.change, result.change.value)
        click.echo(f"{path}: {state}")
        if result.diff:
            click.echo(result.diff, err=check)
    if check and any(result.change is not Change.NONE for result in results):
        click.echo("Run `grader generate` and commit what it writes.", err=True)
        sys.exit(1)
