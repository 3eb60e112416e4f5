"""What this machine offers to the grader, found out by trying."""

import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from grader.course import Course
from grader.errors import CourseError, SandboxUnavailable
from grader.sandbox import choose_sandbox

__all__ = ["Finding", "examine"]

LIBRARIES = ("tensorflow", "keras", "nbconvert", "nbclient", "ipykernel", "jinja2", "pydantic")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    what: str
    ok: bool
    detail: str
    exit_code: int = 0


def examine(find_course: Callable[[], Course]) -> Iterator[Finding]:
    """Look at Python, the libraries, the sandbox and the course, in this order."""
    yield Finding("python", sys.version_info >= (3, 11), platform.python_version(), exit_code=2)
    for library in LIBRARIES:
        try:
            yield Finding(library, ok=True, detail=version(library))
        except PackageNotFoundError:
            yield Finding(library, ok=False, detail=f"missing: pip install {library}", exit_code=2)
    try:
        sandbox = choose_sandbox("auto")
        yield Finding("sandbox", ok=True, detail=f"{sandbox.name} (student code is kept apart)")
    except SandboxUnavailable as error:
        yield Finding("sandbox", ok=False, detail=str(error), exit_code=error.exit_code)
    try:
        course = find_course()
        yield Finding("course", ok=True, detail=f"{course.settings.title} ({course.root})")
    except CourseError as error:
        yield Finding("course", ok=False, detail=str(error), exit_code=error.exit_code)
