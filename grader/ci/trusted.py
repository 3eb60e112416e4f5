"""The course that a pull request is graded by: never the one that the pull request brings."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from grader.ci.git import Repository, toplevel
from grader.course import MARKER, Course, find_course
from grader.errors import CourseError
from grader.scratch import scratch_folder

__all__ = ["trusted_course"]

PARTS = ("solutions", "templates", "assignments")
"""Folders of a course that grading reads."""


@contextmanager
def trusted_course(named: Path | None, repository: Repository, base: str) -> Iterator[Course]:
    """The course named by `--course`, or without one that of the base commit, in a temporary folder.

    Args:
        named: Folder of a checkout outside the pull request.
        repository: Where the pull request is.
        base: The commit that it would be merged into.

    Raises:
        CourseError: There is no course, or the one named is the pull request's own.
    """
    if named is not None:
        course = find_course(named)
        if toplevel(course.root) == repository.top:
            raise CourseError(
                "this course lies in the checkout of the pull request, which could change its own rubric",
                where=str(course.root),
                remedy="Leave --course out, and the course is taken from the base commit; or check it out elsewhere.",
            )
        yield course
        return
    with scratch_folder("course") as folder:
        _write_course(repository, base, folder)
        yield find_course(folder)


def _write_course(repository: Repository, base: str, folder: Path) -> None:
    entries = {entry.path: entry for entry in repository.files(base) if entry.is_file}
    tops = [path.removesuffix(MARKER.as_posix()) for path in entries if f"/{path}".endswith(f"/{MARKER.as_posix()}")]
    if len(tops) != 1:
        many = f"the base commit {base[:12]} holds {len(tops)} courses: " + ", ".join(tops[:5])
        none = f"the base commit {base[:12]} holds no {MARKER.as_posix()}"
        raise CourseError(many if tops else none, remedy="Name a checkout of the course: grader --course DIR ci")
    (top,) = tops
    for path, entry in entries.items():
        inside = PurePosixPath(path.removeprefix(top))
        if path.startswith(top) and inside.parts[0] in PARTS:
            target = folder / inside
            target.parent.mkdir(parents=True, exist_ok=True)
            repository.write(entry.blob, target)
