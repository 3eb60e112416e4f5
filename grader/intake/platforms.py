"""The names that Canvas and Moodle give to notebooks in a download of an assignment's submissions."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

__all__ = ["Named", "recognise"]

CANVAS = re.compile(r"(?P<name>\w+?)_(?:(?P<late>LATE)_)?(?P<user>\d+)_(?P<file>\d+)_(?P<title>.+)", re.DOTALL)
"""`leeann_LATE_101_2002_week1-1.ipynb`: the student, perhaps a mark, Canvas's numbers of student and file."""
ANONYMOUS = re.compile(r"(?:(?P<late>LATE)_)?(?P<name>anon_[A-Za-z0-9]{5})_(?P<file>\d+)_(?P<title>.+)", re.DOTALL)
"""The same where Canvas hides who it is."""
FOLDER = re.compile(r"(?P<name>.+)_(?P<number>\d+)_assignsubmission_file_?", re.DOTALL)
"""`Ann Lee_17_assignsubmission_file_/week1.ipynb`: Moodle, one folder a student; 17 is the number of the worksheet."""
FLAT = re.compile(r"(?P<name>.+)_(?P<number>\d+)_assignsubmission_file_(?P<title>.+)", re.DOTALL)
"""The same without folders."""


@dataclass(frozen=True)
class Named:
    """What a platform's name says."""

    platform: str
    student: str
    """Name, underscore, and the platform's own number: two students may have one name, and grades go back by number."""
    title: str
    """What the student called the file."""
    order: int
    """Later uploads have larger numbers; 0 where that is not known."""
    late: bool = False
    """The platform says that it is late; it does not say how much."""


def recognise(relative: PurePosixPath) -> Named | None:
    """What the path of a notebook in a download says; None where it is no such path."""
    for part in relative.parts[:-1]:
        found = FOLDER.fullmatch(part)
        if found:
            return Named("Moodle", f"{found['name']}_{found['number']}", relative.name, 0)
    found = FLAT.fullmatch(relative.name)
    if found:
        return Named("Moodle", f"{found['name']}_{found['number']}", found["title"], 0)
    found = CANVAS.fullmatch(relative.name)
    if found:
        student = f"{found['name']}_{found['user']}"
        return Named("Canvas", student, found["title"], int(found["file"]), late=found["late"] is not None)
    found = ANONYMOUS.fullmatch(relative.name)
    if found:
        return Named("Canvas", found["name"], found["title"], int(found["file"]), late=found["late"] is not None)
    return None
