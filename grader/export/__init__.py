"""Grades for other programs: one format a file, each to the letter of the program that reads it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial as bound
from pathlib import Path
from typing import Literal

from grader.errors import CourseError
from grader.export import canvas, classroom50, github, gradescope, junit, moodle, table
from grader.export.marks import Mark, Marks, read_marks
from grader.export.roster import read_names, some
from grader.report.text import page_names

__all__ = ["FORMATS", "Exported", "Format", "Mark", "Marks", "Request", "export", "read_marks"]

Format = Literal["csv", "canvas", "moodle", "gradescope", "junit", "classroom50", "github"]
FORMATS: tuple[Format, ...] = ("csv", "canvas", "moodle", "gradescope", "junit", "classroom50", "github")


@dataclass(frozen=True)
class Request:
    """What is asked for besides the format; files and columns concern Canvas and Moodle."""

    now: datetime
    """When the export is made."""
    roster: Path | None = None
    """The platform's own file, to be filled."""
    match: str | None = None
    """Its column that names the student."""
    names: Path | None = None
    """A table that says who is who."""
    column: str | None = None
    """Its column for the grades; for Canvas also an assignment's title or number."""
    partial: bool = False
    """Leave out students without a row."""


@dataclass(frozen=True)
class Exported:
    """What an export gives."""

    files: Mapping[str, bytes]
    """Name of a file, one for each student whose score is not held; empty where there is one file for the class."""
    content: bytes = b""
    """The one file for the class."""
    notes: list[str] = field(default_factory=list)
    """For the user, a sentence each."""


def export(marks: Marks, form: Format, request: Request) -> Exported:
    """The grades in a format.

    Raises:
        CourseError: A file that was named is of another kind, or students and rows do not fit.
    """
    _check_options(form, request)
    one_each: dict[str, Callable[[Mark], bytes]] = {
        "gradescope": gradescope.render,
        "classroom50": bound(classroom50.render, now=request.now),
        "github": github.render,
    }
    if form == "classroom50" and len(marks.marks) > 1:
        raise CourseError(
            f"the environment says whose one submission this is, and {len(marks.marks)} are graded",
            where=marks.week,
            remedy="Name the student: --student NAME.",
        )
    if form in one_each:
        return _one_each(marks, one_each[form], ".txt" if form == "github" else ".json")
    if form in {"canvas", "moodle"}:
        return _platform(marks, form, request)
    content = table.render(marks) if form == "csv" else junit.render(marks)
    return Exported({}, content, [f"held, so without a grade: {some(marks.held)}"] if marks.held else [])


def _platform(marks: Marks, form: Format, request: Request) -> Exported:
    if request.roster is not None:
        fill = canvas.fill if form == "canvas" else moodle.fill
        names = None if request.names is None else read_names(request.names)
        content, notes = fill(
            marks, request.roster, column=request.column, match=request.match, names=names, partial=request.partial
        )
    elif form == "canvas":
        content, notes = canvas.write(marks, column=request.column)
    else:
        content, notes = moodle.write(marks)
    return Exported({}, content, notes)


def _one_each(marks: Marks, render: Callable[[Mark], bytes], suffix: str) -> Exported:
    files: dict[str, bytes] = {}
    for mark, page in zip(marks.marks, page_names([mark.student for mark in marks.marks]), strict=True):
        if mark.grade is not None:
            files[page.removesuffix(".html") + suffix] = render(mark)
    notes = [f"left out, for their scores are held: {some(marks.held)}"] if marks.held else []
    return Exported(files, b"", notes)


def _check_options(form: Format, request: Request) -> None:
    given = {
        "--roster": request.roster, "--match": request.match, "--names": request.names, "--column": request.column,
        "--partial": request.partial or None,
    }  # fmt: skip
    used = [option for option, value in given.items() if value is not None]
    if used and form not in {"canvas", "moodle"}:
        raise CourseError(f"{used[0]} concerns Canvas and Moodle, not {form}", remedy="Leave it out.")
    needs = [option for option in used if option != "--roster" and not (option == "--column" and form == "canvas")]
    if needs and request.roster is None:
        raise CourseError(
            f"{needs[0]} is about a file of the platform's, and none is given", remedy="Name it with --roster FILE."
        )
