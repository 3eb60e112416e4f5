"""A CSV file from elsewhere in which some cells are filled, and every other byte stays as it was."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.errors import CourseError

__all__ = ["Cell", "Sheet", "read_sheet"]

LARGEST = 64 * 1024**2
"""Bytes of a file that is read; a gradebook of 50,000 students has less."""
BOM = b"\xef\xbb\xbf"
DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True)
class Cell:
    """One cell, and where it stands in the text."""

    value: str
    start: int
    end: int


@dataclass(frozen=True)
class Sheet:
    """A CSV file, read so that it can be written again to the byte."""

    name: str
    """Of the file, for messages."""
    text: str
    """All of it but the byte order mark."""
    mark: bytes
    """The byte order mark; empty where there is none."""
    delimiter: str
    rows: tuple[tuple[Cell, ...], ...]
    """Blank lines are rows without cells, so that a row's index is one less than the number a spreadsheet shows."""

    @property
    def header(self) -> tuple[str, ...]:
        """The column names, without white space around them."""
        return tuple(cell.value.strip() for cell in self.rows[0])

    def value(self, row: int, column: int) -> str:
        """What a cell says, without white space around it."""
        return self.rows[row][column].value.strip()

    def where(self, row: int) -> str:
        """File and row, for messages."""
        return f"{self.name}: row {row + 1}"

    def column(self, name: str) -> int | None:
        """Index of the column of a name, whatever its capitals; None where there is none.

        Raises:
            CourseError: There are several.
        """
        found = [index for index, title in enumerate(self.header) if title.casefold() == name.strip().casefold()]
        if len(found) > 1:
            raise CourseError(
                f"there are {len(found)} columns named '{name}'", where=self.name, remedy="Download the file again."
            )
        return found[0] if found else None

    def filled(self, changes: Mapping[tuple[int, int], str]) -> bytes:
        """The file with other cells.

        Args:
            changes: (row, column) -> what the cell says from now on.
        """
        parts: list[str] = []
        at = 0
        for row, column in sorted(changes):
            cell, value = self.rows[row][column], changes[row, column]
            if value == cell.value:
                continue
            parts += [self.text[at : cell.start], self._quoted(value, was=self.text[cell.start : cell.end])]
            at = cell.end
        return self.mark + "".join([*parts, self.text[at:]]).encode()

    def _quoted(self, value: str, was: str) -> str:
        if was.startswith('"') or any(c in value for c in (self.delimiter, '"', "\r", "\n")):
            return '"' + value.replace('"', '""') + '"'
        return value


def read_sheet(path: Path, what: str) -> Sheet:
    """Read a CSV file.

    Args:
        path: The file.
        what: What it should be, such as `the gradebook that Canvas exports`; for messages.

    Raises:
        CourseError: It cannot be read, or is no CSV file in UTF-8; names the row.
    """
    name = str(path)
    remedy = f"Give {what}, as it was downloaded."
    try:
        if path.stat().st_size > LARGEST:
            raise CourseError(f"the file is larger than {LARGEST // 1024**2} MiB", where=name, remedy=remedy)
        content = path.read_bytes()
    except OSError as error:
        raise CourseError(f"the file cannot be read: {error.strerror}", where=name, remedy=remedy) from error
    if content.startswith(b"PK"):
        remedy = "In a spreadsheet program, save it as `CSV UTF-8`."
        raise CourseError("this is a zip or Excel file, not CSV", where=name, remedy=remedy)
    mark = BOM if content.startswith(BOM) else b""
    try:
        text = content[len(mark) :].decode()
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise CourseError("the file is not in UTF-8", where=f"{name}: line {line}", remedy=remedy) from error
    if not text.strip() or "\0" in text:
        raise CourseError("there is nothing in this file" if not text.strip() else "this is no text file",
                          where=name, remedy=remedy)  # fmt: skip
    first = text.lstrip("\r\n").splitlines()[0]
    delimiter = max(DELIMITERS, key=first.count)
    rows = tuple(tuple(row) for row in _rows(text, delimiter, name))
    width = len(rows[0])
    if width == 0:
        raise CourseError("the first row should name the columns, and is empty", where=name, remedy=remedy)
    for number, row in enumerate(rows, 1):
        if row and len(row) != width:
            raise CourseError(
                f"the row has {len(row)} cells, but the first row names {width} columns",
                where=f"{name}: row {number}",
                remedy=remedy,
            )
    return Sheet(name, text, mark, delimiter, rows)


def _rows(text: str, delimiter: str, name: str) -> Iterator[list[Cell]]:
    """The rows by RFC 4180; line ends may be of any kind, and a quote within a cell that has none around it is text."""
    stop = re.compile(f"[{re.escape(delimiter)}\r\n]")
    row: list[Cell] = []
    at, number = 0, 1
    while at < len(text):
        if not row and text[at] in "\r\n":
            end = at
        else:
            cell = _cell(text, at, stop, f"{name}: row {number}")
            row.append(cell)
            end = cell.end
            if text[end : end + 1] == delimiter:
                at = end + 1
                if at == len(text):
                    row.append(Cell("", at, at))
                continue
        yield row
        row = []
        number += 1
        at = end + (2 if text.startswith("\r\n", end) else 1)
    if row:
        yield row


def _cell(text: str, at: int, stop: re.Pattern[str], where: str) -> Cell:
    if not text.startswith('"', at):
        found = stop.search(text, at)
        end = found.start() if found else len(text)
        return Cell(text[at:end], at, end)
    end = at + 1
    while True:
        end = text.find('"', end) + 1
        if end == 0:
            raise CourseError("a quotation mark is never closed", where=where, remedy="Download the file again.")
        if not text.startswith('"', end):
            break
        end += 1
    if end < len(text) and not stop.match(text, end):
        raise CourseError("there is text behind a closing quotation mark", where=where, remedy="Download it again.")
    return Cell(text[at + 1 : end - 1].replace('""', '"'), at, end)
