"""What this machine offers to the grader, found out by trying."""

import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from grader.course import Course
from grader.errors import CourseError, SandboxUnavailable
from grader.sandbox import Sandbox, choose_sandbox
from grader.sandbox.cgroup import control_group
from grader.sandbox.posture import compare, look
from grader.sandbox.warm import WarmSandbox

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
    """Look at Python, the libraries, a living sandbox and the course, in this order."""
    yield Finding("python", sys.version_info >= (3, 11), platform.python_version(), exit_code=2)
    for library in LIBRARIES:
        try:
            yield Finding(library, ok=True, detail=version(library))
        except PackageNotFoundError:
            yield Finding(library, ok=False, detail=f"missing: pip install {library}", exit_code=2)
    yield from _examine_sandbox()
    try:
        course = find_course()
        yield Finding("course", ok=True, detail=f"{course.settings.title} ({course.root})")
        yield from _examine_keras(course)
    except CourseError as error:
        yield Finding("course", ok=False, detail=str(error), exit_code=error.exit_code)


def _examine_keras(course: Course) -> Iterator[Finding]:
    """Keras 2, where the course chose it."""
    if course.settings.keras != "keras":
        try:
            course.require_keras()
            yield Finding(course.settings.keras, ok=True, detail=f"{version('tf_keras')}, which this course chose")
        except CourseError as error:
            yield Finding(course.settings.keras, ok=False, detail=str(error), exit_code=2)


def _examine_sandbox() -> Iterator[Finding]:
    """The safe sandbox, line by line of its posture, as found in a living one."""
    try:
        sandbox = choose_sandbox("auto")
        lines = compare(look(sandbox))
    except SandboxUnavailable as error:
        yield Finding("sandbox", ok=False, detail=str(error), exit_code=error.exit_code)
        return
    yield Finding("sandbox", ok=True, detail=f"{sandbox.name} (student code is kept apart)")
    for line in lines:
        detail = f"{line.promise}; NOT SO: {line.fault}" if line.fault else line.promise
        yield Finding(f"posture: {line.what}", ok=not line.fault, detail=detail, exit_code=SandboxUnavailable.exit_code)
    yield Finding("warm workers", ok=True, detail=_describe_warmth(sandbox))
    yield Finding("control groups", ok=True, detail=_describe_groups())


def _describe_groups() -> str:
    """Who holds memory and processes; either way is safe, so it is a note."""
    with control_group(processes=64, memory_bytes=2**30) as group:
        held = [name for name, one in (("processes", group.entry), ("memory", group.memory)) if one is not None]
    if len(held) == 2:
        return "the kernel holds memory and processes"
    rest = "the watchdog alone holds memory" if "memory" not in held else "ordinary limits hold processes"
    return f"note: {rest}, for this user may make no control groups here; that is safe, and less exact"


def _describe_warmth(sandbox: Sandbox) -> str:
    """Whether notebooks start at once or after seconds; either way is safe, so it is a note."""
    if not isinstance(sandbox, WarmSandbox):
        return "note: not used"
    try:
        if sandbox.warm_up():
            return "notebooks start at once, as forks of a process that has imported TensorFlow"
        return f"note: not here, so each notebook takes seconds to start, for {sandbox.cold}"
    finally:
        sandbox.close()
