"""`grader init`."""

from pathlib import Path

import click

from grader.commands.course_option import PATH
from grader.commands.voice import Voice, voiced

__all__ = ["init"]


@click.command()
@click.argument("folder", type=PATH, metavar="DIR")
@voiced
def init(folder: Path, voice: Voice) -> None:
    """Start a course in DIR: one example week that generates and grades."""
    from grader.authoring.start import start_course

    written = start_course(folder)
    voice.document({"path": str(folder), "files": [str(path.relative_to(folder)) for path in written]})
    voice.say(f"{len(written)} files written to {folder}. Next:\n")
    voice.say(f"  cd {folder}\n  grader generate\n  grader grade week1 solutions/week1")
