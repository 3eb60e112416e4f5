"""`grader init`: a new course that generates and grades as it stands, to be changed from there."""

import shutil
from pathlib import Path

from grader.errors import CourseError

__all__ = ["start_course"]

STARTER = Path(__file__).parents[1] / "starter"
CHECKOUT = Path(__file__).parents[2]
"""Where the parts that a built package holds in `STARTER` come from; the one place for them in a checkout."""

OWN = {"course.toml": "solutions/course.toml", "readme.md": "README.md", "ignore": ".gitignore"}
"""File of the starter -> its place in the course."""
SHARED = ("solutions/week1/solution.ipynb", "solutions/week1/rubric.toml", "templates")


def start_course(folder: Path) -> tuple[Path, ...]:
    """Write a course with one example week into a folder.

    Args:
        folder: It is made when missing, and must be empty.

    Returns:
        The files that were written.

    Raises:
        CourseError: Something is in the folder, or it cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CourseError(
            "there is something here already, and nothing is overwritten",
            where=str(folder),
            remedy="Name a folder that does not exist yet: grader init DIR",
        )
    source = STARTER if (STARTER / "templates").is_dir() else CHECKOUT
    try:
        for name, place in OWN.items():
            _copy(STARTER / name, folder / place)
        for place in SHARED:
            _copy(source / place, folder / place)
    except OSError as error:
        reason = error.strerror or str(error)
        raise CourseError(f"the course cannot be written: {reason}", where=str(error.filename or folder)) from error
    return tuple(sorted(path for path in folder.rglob("*") if path.is_file()))


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    else:
        shutil.copyfile(source, target)
