"""Canvas: its gradebook as CSV, with the column of one assignment filled.

Canvas reads `Student, ID, SIS User ID, SIS Login ID, Section`, then a column for each assignment, named `Title (id)`;
below the names perhaps a row of posting policies, then a row of points possible, then students. What a cell says when
it is read back is the new grade, so cells that we have nothing to say about stay as they are.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from grader.errors import CourseError
from grader.export.marks import Mark, Marks
from grader.export.roster import NUMBERED, Matcher, Names, filled_rows, row_of_each, some
from grader.export.sheet import Sheet, read_sheet
from grader.report.grades_csv import cell
from grader.report.text import number, one_line

__all__ = ["fill", "write"]

WHAT = "the gradebook that Canvas exports (Grades > Export > Export Entire Gradebook)"
WHO = ("SIS Login ID", "SIS User ID", "Integration ID", "Student")
TITLED = re.compile(r"^(.*)\s\((\d+)\)$", re.DOTALL)
"""An assignment's column: title and Canvas's own number."""
POLICIES = re.compile(r"\s*(Muted|Manual Posting.*)?\s*", re.IGNORECASE | re.DOTALL)
POINTS = "points possible"
KEPT = {"ex": "is excused", "n/a": "is not assigned it"}
"""What Canvas writes in place of a grade."""


def write(marks: Marks, *, column: str | None) -> tuple[bytes, list[str]]:
    """A new file for Canvas to import, from what is known without one of its own.

    A student who came in a download from Canvas is named by its number, any other by what the notebook is named for, as
    login.

    Args:
        marks: The grades.
        column: Title of the assignment, `Title (id)` for one that Canvas has; by default the rubric's title.

    Returns:
        The file, and notes for the user.
    """
    buffer = io.StringIO()
    table = csv.writer(buffer, lineterminator="\n")
    table.writerow(["Student", "ID", "SIS User ID", "SIS Login ID", "Section", cell(column or marks.title)])
    table.writerow(["    Points Possible", "", "", "", "", number(marks.max_score)])
    for mark in marks.marks:
        own = NUMBERED.search(mark.student)
        name = mark.student[: own.start()] if own else mark.student
        login = "" if own else cell(mark.student)
        grade = mark.scaled(marks.max_score)
        table.writerow([cell(name), own[1] if own else "", "", login, "", "" if grade is None else f"{grade:.2f}"])
    notes = [f"left empty, for their scores are held: {some(marks.held)}"] if marks.held else []
    return buffer.getvalue().encode("utf-8", "replace"), notes


def fill(
    marks: Marks, path: Path, *, column: str | None, match: str | None, names: Names | None, partial: bool
) -> tuple[bytes, list[str]]:
    """The file that Canvas exported, with the grades in the assignment's column; all else stays to the byte.

    Args:
        marks: The grades; they are scaled to the points that the file calls possible.
        path: The file.
        column: The assignment: its column's name, its title or its number; by default the one that is called like the
            week or the rubric.
        match: The column that names the student; by default those of `WHO`.
        names: Who is who.
        partial: Leave out students without a row.

    Returns:
        The file, and notes for the user.

    Raises:
        CourseError: It is another kind of file, has no such column, or students and rows do not fit.
    """
    sheet = read_sheet(path, WHAT)
    _check(sheet)
    target = _target(sheet, marks, column)
    possible = next((row for row in filled_rows(sheet, 1) if POINTS in sheet.value(row, 0).casefold()), None)
    most = _most(sheet, possible, target)
    matcher = Matcher.of(sheet, numbers="ID", columns=WHO, match=match, names=names)
    mine = {mark.student: mark for mark in marks.marks}
    rows, nowhere = row_of_each(sheet, _students(sheet), mine, matcher, partial=partial)
    changes, notes = _changes(sheet, target, {row: mine[student] for student, row in rows.items()}, most)
    if most is not None and most != marks.max_score:
        notes.insert(0, f"grades are scaled from {number(marks.max_score)} to {number(most)}, as the file has it")
    if nowhere:
        notes.append(f"left out, for they have no row: {some(nowhere)}")
    others = [sheet.value(row, 0) for row in _students(sheet) if row not in rows.values()]
    if others:
        notes.append(f"left as they were, for they have no grade of {marks.week}: {some(others)}")
    return sheet.filled(changes), notes


def _changes(
    sheet: Sheet, target: int, marks: Mapping[int, Mark], most: float | None
) -> tuple[dict[tuple[int, int], str], list[str]]:
    changes: dict[tuple[int, int], str] = {}
    kept: list[str] = []
    held: list[str] = []
    for row, mark in sorted(marks.items()):
        grade = mark.scaled(mark.max_score if most is None else most)
        why = KEPT.get(sheet.value(row, target).casefold())
        if grade is None:
            held.append(mark.student)
        elif why:
            kept.append(f"{one_line(mark.student, 60)}, who {why} in Canvas (row {row + 1})")
        else:
            changes[row, target] = f"{grade:.2f}"
    notes = [f"left as they were, for their scores are held: {some(held)}"] if held else []
    return changes, notes + [f"left as it was: {each}" for each in kept]


def _check(sheet: Sheet) -> None:
    head = sheet.header
    named = "Student" in head[0] or head[:2] == ("LastName", "FirstName")
    if not named or "Section" not in head or "ID" not in head:
        raise CourseError(
            "this is no gradebook of Canvas: its first row does not name Student, ID and Section",
            where=sheet.where(0),
            remedy=f"Give {WHAT}. Here the row begins: {', '.join(one_line(title, 40) for title in head[:6])}.",
        )


def _target(sheet: Sheet, marks: Marks, column: str | None) -> int:
    """Index of the assignment's column."""
    wanted = {_plain(column)} if column else {_plain(marks.week), _plain(marks.title)}
    assignments = {
        index: (found[1], found[2])
        for index, title in enumerate(sheet.header)
        if index > sheet.header.index("Section") and (found := TITLED.match(title)) and not _read_only(sheet, index)
    }
    exact = [index for index in assignments if column and sheet.header[index] == column.strip()]
    chosen = exact or [
        index
        for index, (title, own) in assignments.items()
        if _plain(title) in wanted or (column is not None and own == column.strip())
    ]
    if len(chosen) == 1:
        return chosen[0]
    listed = ", ".join(f"'{one_line(sheet.header[index], 60)}'" for index in (chosen or assignments)) or "none"
    what = f"called '{column}'" if column else f"called like {marks.week} or '{marks.title}'"
    raise CourseError(
        f"{len(chosen) or 'no'} assignment column{'s are' if len(chosen) > 1 else ' is'} {what}",
        where=sheet.where(0),
        remedy=f"Name one with --column: {listed}.",
    )


def _read_only(sheet: Sheet, column: int) -> bool:
    return any(
        "read only" in sheet.value(row, column).casefold()
        for row in filled_rows(sheet, 1)
        if POINTS in sheet.value(row, 0).casefold()
    )


def _students(sheet: Sheet) -> Iterator[int]:
    for row in filled_rows(sheet, 1):
        policies = all(POLICIES.fullmatch(each.value) for each in sheet.rows[row])
        if not policies and POINTS not in sheet.value(row, 0).casefold():
            yield row


def _most(sheet: Sheet, row: int | None, target: int) -> float | None:
    """Points possible by the file; None where it does not say."""
    said = "" if row is None else sheet.value(row, target)
    try:
        most = float(said.replace(",", "."))
    except ValueError:
        return None
    return most if most > 0 else None


def _plain(title: str) -> str:
    """A title by its letters and digits: `Week 1` is `week1`."""
    return "".join(c for c in title.casefold() if c.isalnum())
