"""`grader review`."""

import os
import sys
import webbrowser
from pathlib import Path

import click

from grader.commands.course_option import PATH, CourseOption
from grader.commands.names import complete_week
from grader.commands.voice import Voice, voiced

__all__ = ["review"]


@click.command()
@click.argument("week", required=False, shell_complete=complete_week)
@click.option("--port", type=click.IntRange(0, 65535), default=0, metavar="N", help="Default: any that is free.")
@click.option("--out", type=PATH, metavar="DIR", help="Where reports go; default: reports/WEEK in the course.")
@click.option("--browser/--no-browser", default=True, help="Open the page, where there is a desktop.  [default: yes]")
@voiced
@click.pass_obj
def review(course: CourseOption, week: str | None, *, port: int, out: Path | None, browser: bool, voice: Voice) -> None:
    """Read submissions, comment on them and give points, on a page that only this machine can open.

    It runs until Ctrl-C. What you do is kept at once in the gradebook; the reports are written when you end it.
    """
    from grader.gradebook import Gradebook
    from grader.review import Desk, ReviewServer

    found = course.find()
    with Gradebook(found.gradebook) as book:
        desk = Desk(found, book, [week] if week else [], out)
        with ReviewServer(desk, port) as server:
            voice.result(server.door.address, {"url": server.door.address, "weeks": desk.weeks})
            sys.stdout.flush()
            voice.say("Open this address in a browser on this machine. Ctrl-C ends the review and writes the reports.")
            if browser and _has_desktop():
                webbrowser.open(server.door.address)
            try:
                server.serve_forever(poll_interval=0.2)
            except KeyboardInterrupt:
                voice.say()
        for name in desk.changed:
            with voice.waiting(f"Writing the reports of {name}"):
                page = desk.write_reports(name)
            voice.say(f"Report: {page}")


def _has_desktop() -> bool:
    """Whether a browser of its own could open, rather than one within the terminal."""
    return sys.platform in {"darwin", "win32"} or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
