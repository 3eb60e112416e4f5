"""The zip of a Gradescope autograder: `setup.sh`, `run_autograder`, one week of the course, and this package."""

import importlib.metadata
import io
import json
import re
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

from grader.course import MARKER, Course, DataSettings
from grader.errors import CourseError

__all__ = ["build"]

PACKAGE = Path(__file__).parents[1]
HARNESS = Path(__file__).with_name("harness")
PROGRAMS = ("setup.sh", "run_autograder")
DISTRIBUTION = "cnn-grader"
LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""Time of every entry, so that the same course gives the same zip."""


def build(course: Course, week: str) -> bytes:
    """The autograder of a week.

    The solution notebook, other weeks and the gradebook stay out of it; rubric and templates are in it.

    Raises:
        CourseError: The week is wrong, or has a table of times, which says nothing about Gradescope's submissions.
    """
    assignment = course.assignment(week)
    settings = course.settings.weeks[week]
    if settings.times is not None:
        raise CourseError(
            "a table of times says nothing about submissions in Gradescope, which tells itself when they came in",
            where=f"course.toml: weeks.{week}.times",
            remedy="Take it out of the course from which you build the autograder.",
        )
    base = assignment.base
    plan = {
        "week": week,
        "data": assignment.data,
        "source": course.settings.data.get(assignment.data, DataSettings()).source,
        "base": "" if base is None or settings.base == "shipped" else settings.base,
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in (*PROGRAMS, "grade_submission.py"):
            _add(packed, name, (HARNESS / name).read_bytes(), 0o755 if name in PROGRAMS else 0o644)
        _add(packed, "plan.json", (json.dumps(plan, indent=2) + "\n").encode())
        _add(packed, "requirements.txt", "".join(f"{line}\n" for line in _requirements()).encode())
        _add(packed, f"course/{MARKER.as_posix()}", (course.root / MARKER).read_bytes())
        for folder, inside in (
            (assignment.folder, f"course/solutions/{week}"),
            (course.templates, "course/templates"),
            (PACKAGE, "package/grader"),
        ):
            for path in _files(folder):
                if path != assignment.solution:
                    _add(packed, f"{inside}/{path.relative_to(folder).as_posix()}", path.read_bytes())
    return buffer.getvalue()


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and not any(part.startswith(".") or part == "__pycache__" for part in parts):
            yield path


def _add(packed: zipfile.ZipFile, name: str, content: bytes, mode: int = 0o644) -> None:
    entry = zipfile.ZipInfo(name, LONG_AGO)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3  # Unix, whose permissions the next line gives
    entry.external_attr = (0o100000 | mode) << 16
    packed.writestr(entry, content)


def _requirements() -> list[str]:
    """The packages that the grader needs, in the versions that are here: the same scores there as here."""
    lines = []
    for line in _declared():
        requirement, semicolon, marker = line.partition(";")
        if "extra ==" in marker:
            continue
        named = re.match(r"[A-Za-z0-9._-]+", requirement.strip())
        if named is None:
            continue
        try:
            lines.append(f"{named[0]}=={importlib.metadata.version(named[0])}{semicolon}{marker}")
        except importlib.metadata.PackageNotFoundError:  # not for this kind of machine
            lines.append(line)
    return lines


def _declared() -> list[str]:
    """What a checkout's pyproject.toml says, which is newer than what it said when it was installed; else that."""
    project = PACKAGE.parent / "pyproject.toml"
    if project.is_file():
        said = tomllib.loads(project.read_text(encoding="utf-8")).get("project", {})
        if said.get("name") == DISTRIBUTION:
            return list(said.get("dependencies", []))
    return importlib.metadata.requires(DISTRIBUTION) or []
