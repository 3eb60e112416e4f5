"""What `grader ci` leaves behind: the record for publishing, a summary, JUnit, and pages to look at."""

import os
from pathlib import Path

from grader.background import background_of
from grader.ci.git import Repository
from grader.ci.grading import Graded
from grader.ci.markdown import render
from grader.ci.result import RESULT, SUMMARY, Result
from grader.errors import GraderError, SubmissionsError
from grader.report import junit_xml, write_reports

__all__ = ["ARTIFACT", "append_summary", "check_folder", "write_outputs"]

ARTIFACT = "artifact"
"""Folder of what publishing may see."""
SUMMARY_BYTES = 1_000_000
"""GitHub drops a step's summary of more than 1 MiB."""


def check_folder(out: Path, repository: Repository, head: str) -> None:
    """See to it that nothing of the pull request lies among what is written, or leads it elsewhere.

    Args:
        out: Where outputs are to go.
        repository: The checkout of the pull request.
        head: Its commit.

    Raises:
        SubmissionsError: The folder is reached through a link in the checkout, or the pull request has files there.
    """
    plain = Path(os.path.abspath(out))  # noqa: PTH100 - resolve() follows links, and they are the question
    real = out.resolve()
    inside = plain.is_relative_to(repository.top)
    if real.is_relative_to(repository.top):
        below = real.relative_to(repository.top).as_posix()
        theirs = (inside and real != plain) or any(repository.files(head, *({below} - {"."})))
    else:
        theirs = inside
    if theirs:
        raise SubmissionsError(
            "outputs cannot go where the pull request has put something",
            where=str(out),
            remedy="Name another folder with --out DIR, best outside the checkout.",
        )


def write_outputs(graded: Graded, out: Path) -> None:
    """Write `artifact/result.json`, `artifact/summary.md`, `junit-WEEK.xml` and, below `pages/WEEK`, the reports.

    Raises:
        CourseError: A template of the reports is wrong.
        GraderError: The folder cannot be written.
    """
    for week, one in graded.classes.items():
        background = background_of(one.course, week, earlier=one.earlier)
        folder = out / "pages" / week
        write_reports(
            one.scores, folder, templates=one.course.templates, observations=one.observations, background=background
        )
    try:
        (out / ARTIFACT).mkdir(parents=True, exist_ok=True)
        for old in out.glob("junit-*.xml"):
            old.unlink()
        for week, one in graded.classes.items():
            (out / f"junit-{week}.xml").write_text(junit_xml.render(one.scores), encoding="utf-8")
        (out / ARTIFACT / SUMMARY).write_text(render(graded.result, limit=SUMMARY_BYTES), encoding="utf-8")
        (out / ARTIFACT / RESULT).write_text(graded.result.render(), encoding="ascii")
    except OSError as error:
        raise GraderError(
            f"the outputs cannot be written: {error.strerror or error}",
            where=str(error.filename or out),
            remedy="Choose another folder with --out DIR.",
        ) from error


def append_summary(result: Result, path: Path) -> None:
    """Append to the summary of this step; what others wrote to it counts against the same limit."""
    there = path.stat().st_size if path.exists() else 0
    with path.open("a", encoding="utf-8") as file:
        file.write(render(result, limit=max(SUMMARY_BYTES - there, 2000)))
