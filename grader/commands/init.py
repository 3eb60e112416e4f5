"""`grader init`."""

from pathlib import Path

import click

from grader.commands.course_option import PATH

__all__ = ["init"]


@click.command()
@click.argument("folder", type=PATH, metavar="DIR")
def init(folder: Path) -> None:
    """Start a course in DIR: one example week that generates and grades."""
    from grader.authoring.start import start_course

    written = start_course(folder)
    click.echo(f"{len(written)} files written to {folder}. Next:\n")
    click.echo(f"  cd {folder}\n  grader generate\n  grader grade week1 solutions/week1")
