"""Moodle: the offline grading worksheet of an assignment, with grades and feedback filled.

Moodle finds a student by the number in `Identifier` ("Participant 17"), takes `Grade` and the feedback columns, and
skips a row that was graded in Moodle after the time in `Last modified (grade)`. Feedback comments are HTML.
"""

import csv
import io
from pathlib import Path

from grader.errors import CourseError
from grader.export.marks import Mark, Marks
from grader.export.roster import NUMBERED, Matcher, Names, filled_rows, row_of_each, some
from grader.export.sheet import Sheet, read_sheet
from grader.export.wording import feedback_html, with_feedback
from grader.report.grades_csv import cell
from grader.report.text import number, one_line

__all__ = ["fill", "write"]

WHAT = "the grading worksheet of the assignment (Submissions > Actions > Download grading worksheet)"
WHO = ("Email address", "ID number", "Username", "Full name")
ID, GRADE, MOST, LOCK, SUBMITTED, GRADED, FEEDBACK = (
    "Identifier", "Grade", "Maximum Grade", "Grade can be changed", "Last modified (submission)",
    "Last modified (grade)", "Feedback comments",
)  # fmt: skip


def write(marks: Marks) -> tuple[bytes, list[str]]:
    """A new worksheet, for students who came in a download from Moodle and so have its number in their name.

    Args:
        marks: The grades.

    Returns:
        The file, and notes for the user.

    Raises:
        CourseError: Some did not.
    """
    strangers = [mark.student for mark in marks.marks if not NUMBERED.search(mark.student)]
    if strangers:
        raise CourseError(
            f"Moodle's number is not known of {len(strangers)} students: {some(strangers)}",
            where=marks.week,
            remedy=f"Give {WHAT} with --roster FILE.",
        )
    buffer = io.StringIO()
    table = csv.writer(buffer, lineterminator="\n")
    table.writerow([ID, "Full name", "Email address", "Status", GRADE, MOST, LOCK, SUBMITTED, GRADED, FEEDBACK])
    for mark in marks.marks:
        own = NUMBERED.search(mark.student)
        if own is None:
            continue
        grade = mark.scaled(marks.max_score)
        said = ["" if grade is None else f"{grade:.2f}", f"{marks.max_score:.2f}", "Yes", "-", "-"]
        comment = "" if grade is None else feedback_html(mark)
        table.writerow([f"Participant {own[1]}", cell(mark.student[: own.start()]), "", "", *said, comment])
    notes = [f"left empty, for their scores are held: {some(marks.held)}"] if marks.held else []
    return buffer.getvalue().encode("utf-8", "replace"), notes


def fill(
    marks: Marks, path: Path, *, column: str | None, match: str | None, names: Names | None, partial: bool
) -> tuple[bytes, list[str]]:
    """The worksheet with grades and feedback; all else stays to the byte.

    Args:
        marks: The grades; they are scaled to each row's maximum.
        path: The worksheet.
        column: The column of grades; by default `Grade`.
        match: The column that names the student; by default `Identifier` and those of `WHO`.
        names: Who is who.
        partial: Leave out students without a row.

    Returns:
        The file, and notes for the user.

    Raises:
        CourseError: It is another kind of file, or students and rows do not fit.
    """
    sheet = read_sheet(path, WHAT)
    target = sheet.column(column or GRADE)
    by_number = sheet.column(match or ID)
    if target is None or (column is None and (by_number is None or sheet.column(GRADED) is None)):
        raise CourseError(
            f"this is no grading worksheet of Moodle: its first row lacks {ID}, {GRADE} or {GRADED}",
            where=sheet.where(0),
            remedy=f"Give {WHAT}; of one in another language name the columns with --column and --match. "
            f"Here the row begins: {', '.join(one_line(title, 40) for title in sheet.header[:6])}.",
        )
    matcher = Matcher.of(sheet, numbers=match or ID, columns=WHO, match=match, names=names)
    mine = {mark.student: mark for mark in marks.marks}
    rows, nowhere = row_of_each(sheet, filled_rows(sheet, 1), mine, matcher, partial=partial)
    most, lock, feedback = sheet.column(MOST), sheet.column(LOCK), sheet.column(FEEDBACK)
    changes: dict[tuple[int, int], str] = {}
    held, locked, scaled = [], [], set()
    for student, row in sorted(rows.items(), key=lambda item: item[1]):
        mark = mine[student]
        maximum = _maximum(sheet, row, most, mark)
        grade = mark.scaled(maximum)
        if grade is None:
            held.append(student)
        elif lock is not None and sheet.value(row, lock).casefold() == "no":
            locked.append(student)
        else:
            changes[row, target] = f"{grade:.2f}"
            if feedback is not None:
                changes[row, feedback] = with_feedback(sheet.rows[row][feedback].value, feedback_html(mark))
            if maximum != mark.max_score:
                scaled.add((mark.max_score, maximum))
    notes = [f"grades are scaled from {number(a)} to {number(b)}, as the file has it" for a, b in sorted(scaled)]
    if feedback is None:
        notes.append(f"there is no column '{FEEDBACK}' (the assignment's feedback types), so only grades were filled")
    for students, why in ((held, "their scores are held"), (locked, "Moodle says that their grades cannot be changed")):
        if students:
            notes.append(f"left as they were, for {why}: {some(students)}")
    if nowhere:
        notes.append(f"left out, for they have no row: {some(nowhere)}")
    others = [row for row in filled_rows(sheet, 1) if row not in rows.values()]
    if others:
        named = some([" ".join(filter(None, (sheet.value(row, 0), sheet.value(row, 1)))) for row in others])
        notes.append(f"left as they were, for they have no grade of {marks.week}: {named}")
    return sheet.filled(changes), notes


def _maximum(sheet: Sheet, row: int, column: int | None, mark: Mark) -> float:
    """The most that the row's student can get by the file."""
    said = "" if column is None else sheet.value(row, column)
    if not said:
        return mark.max_score
    try:
        most = float(said.replace(",", "."))
    except ValueError:
        most = 0.0
    if most <= 0:
        raise CourseError(
            f"'{one_line(said, 40)}' is no maximum grade; a scale cannot take points",
            where=sheet.where(row),
            remedy="In Moodle, set the assignment's grade type to Point and download the worksheet again.",
        )
    return most
