"""Which row of a file from a learning platform is whose."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.errors import CourseError
from grader.export.sheet import Sheet, read_sheet
from grader.report.text import one_line

__all__ = ["Matcher", "Names", "filled_rows", "read_names", "row_of_each", "some"]

NUMBERED = re.compile(r"_(\d+)$")
"""How a student is named whose notebook came in a platform's download: name, underscore, the platform's number."""
AT_MOST = 10
"""Students that one message names."""


@dataclass(frozen=True)
class Names:
    """A table that says how students are called in a column of the platform's file."""

    file: str
    column: str
    called: Mapping[str, str]
    """Student -> what that column says."""


@dataclass(frozen=True)
class Matcher:
    """How rows are found.

    Attributes:
        numbers: Column of the platform's own numbers, such as `ID` or `Identifier`; None where there is none.
        columns: Columns that may name a student.
        names: What students are called, where that is not how their notebooks are named.
    """

    numbers: int | None
    columns: Sequence[int]
    names: Names | None = None

    @classmethod
    def of(
        cls, sheet: Sheet, *, numbers: str, columns: Iterable[str], match: str | None, names: Names | None
    ) -> "Matcher":
        """The rule for a file.

        Args:
            sheet: The file.
            numbers: Name of the column with the platform's own numbers.
            columns: Names of columns that may name a student, as far as the file has them.
            match: The one column that the user says does so, in place of all of these.
            names: The user's table of names.

        Raises:
            CourseError: The user's column is not there.
        """
        for wanted, by in ((match, "--match"), (names.column if names else None, "the table of names")):
            if wanted is not None and sheet.column(wanted) is None:
                raise CourseError(
                    f"there is no column '{wanted}', which {by} asks for",
                    where=sheet.name,
                    remedy=f"Its columns are: {', '.join(sheet.header[:20])}.",
                )
        found = [sheet.column(name) for name in ([match] if match else columns)]
        own = sheet.column(numbers)
        return cls(
            numbers=own if not match or sheet.column(match) == own else None,
            columns=[index for index in found if index is not None and (match or index != own)],
            names=names,
        )


def read_names(path: Path) -> Names:
    """Read a table of names: a column `student`, and one that is called like a column of the platform's file.

    Raises:
        CourseError: It is not such a table, or names a student twice.
    """
    sheet = read_sheet(path, "a CSV table of two columns")
    students = sheet.column("student")
    if students is None or len(sheet.header) != 2:
        raise CourseError(
            "a table of names has two columns, `student` and one of the platform's, such as `SIS Login ID`",
            where=sheet.name,
            remedy=f"Its first row is: {', '.join(sheet.header[:20])}.",
        )
    called: dict[str, str] = {}
    for row in filled_rows(sheet, 1):
        student = sheet.value(row, students)
        if student in called:
            raise CourseError(f"'{student}' is named twice", where=sheet.where(row), remedy="Keep one of the rows.")
        called[student] = sheet.value(row, 1 - students)
    return Names(sheet.name, sheet.header[1 - students], called)


def row_of_each(
    sheet: Sheet, rows: Iterable[int], students: Iterable[str], matcher: Matcher, *, partial: bool
) -> tuple[dict[str, int], list[str]]:
    """The row of each student.

    A student whose name ends in the platform's own number is found by that; others by the columns that may name them,
    whatever the capitals.

    Args:
        sheet: The platform's file.
        rows: Its rows that are students'.
        students: As their notebooks are named.
        matcher: The rule.
        partial: Go on without the students who have no row.

    Returns:
        Student -> row, and the students who have none.

    Raises:
        CourseError: A student has two rows or, unless `partial`, none; or two students have the same row.
    """
    index = _Index.of(sheet, rows, matcher)
    found: dict[str, int] = {}
    whose: dict[int, str] = {}
    nowhere: list[str] = []
    for student in students:
        mine = sorted(index.find(student))
        if len(mine) > 1:
            raise CourseError(
                f"{len(mine)} rows could be those of '{one_line(student)}': "
                + ", ".join(f"row {row + 1}" for row in mine[:AT_MOST]),
                where=sheet.name,
                remedy="Say with --match COLUMN which column names the student, or with --names FILE who is who.",
            )
        if not mine:
            nowhere.append(student)
            continue
        other = whose.setdefault(mine[0], student)
        if other != student:
            raise CourseError(
                f"'{one_line(other)}' and '{one_line(student)}' both belong to this row",
                where=sheet.where(mine[0]),
                remedy="One person was graded under two names. Export with --student for the one that counts.",
            )
        found[student] = mine[0]
    if nowhere and not partial:
        columns = [sheet.header[each] for each in (matcher.numbers, *matcher.columns) if each is not None]
        raise CourseError(
            f"{len(nowhere)} graded student{'s have' if len(nowhere) > 1 else ' has'} no row: {some(nowhere)}",
            where=sheet.name,
            remedy=f"Looked in: {', '.join(columns)}. Name another column with --match, say who is who with --names "
            "FILE, or leave them out with --partial.",
        )
    return found, nowhere


def some(students: Sequence[str]) -> str:
    """The names for a message, the first of many."""
    shown = ", ".join(one_line(student, 60) or "(no name)" for student in students[:AT_MOST])
    return f"{shown} and {len(students) - AT_MOST} more" if len(students) > AT_MOST else shown


@dataclass(frozen=True)
class _Index:
    """Rows by what they say."""

    by_number: Mapping[str, set[int]]
    by_name: Mapping[str, set[int]]
    by_table: Mapping[str, set[int]]
    names: Names | None

    @classmethod
    def of(cls, sheet: Sheet, rows: Iterable[int], matcher: Matcher) -> "_Index":
        by_number: defaultdict[str, set[int]] = defaultdict(set)
        by_name: defaultdict[str, set[int]] = defaultdict(set)
        by_table: defaultdict[str, set[int]] = defaultdict(set)
        table = None if matcher.names is None else sheet.column(matcher.names.column)
        for row in rows:
            if matcher.numbers is not None:
                said = re.search(r"(\d+)\s*$", sheet.value(row, matcher.numbers))
                if said:
                    by_number[said[1]].add(row)
            for column in matcher.columns:
                for spelling in _spellings(sheet.value(row, column)):
                    by_name[spelling].add(row)
            if table is not None:
                by_table[_fold(sheet.value(row, table))].add(row)
        return cls(by_number, by_name, by_table, matcher.names)

    def find(self, student: str) -> set[int]:
        if self.names is not None and student in self.names.called:
            return self.by_table.get(_fold(self.names.called[student]), set())
        number = NUMBERED.search(student)
        if number and number[1] in self.by_number:
            return self.by_number[number[1]]
        return self.by_name.get(_fold(student), set())


def _spellings(value: str) -> Iterator[str]:
    """The ways in which a notebook may be named for what a cell says: `Lee, Ann` and `Ann Lee`, address and user."""
    folded = _fold(value)
    if not folded:
        return
    yield folded
    last, comma, first = folded.partition(",")
    if comma:
        yield f"{first.strip()} {last.strip()}"
    user, at, host = folded.partition("@")
    if at and user and "." in host:
        yield user


def _fold(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def filled_rows(sheet: Sheet, first: int) -> Iterator[int]:
    """The rows from `first` on that say something."""
    for row in range(first, len(sheet.rows)):
        if any(cell.value.strip() for cell in sheet.rows[row]):
            yield row
