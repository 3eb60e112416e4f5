"""What commands share: where paths are, and which course is meant."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from grader.course import Course

__all__ = ["PATH", "CourseOption"]

PATH = click.Path(path_type=Path)


class CourseOption:
    """Finds the course when a command first asks for it, so that `--help` works anywhere."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        """What `--course` names; None without it."""

    def find(self) -> "Course":
        """The course that was named, or that of the nearest folder upwards.

        Raises:
            CourseError: There is none, or its files are wrong.
        """
        from grader.course import find_course

        return find_course(self.folder or Path.cwd())
