"""A CSV file of somebody else's is read whole and written again to the byte."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.errors import CourseError
from grader.export.sheet import BOM, Sheet, _rows, read_sheet

BOUNDED = settings(max_examples=40, deadline=None, derandomize=True, database=None)
TEXT = st.text(st.sampled_from('ab,;"\n\r\t é'), max_size=6)
TABLE = st.integers(1, 4).flatmap(lambda width: st.lists(st.lists(TEXT, min_size=width, max_size=width), min_size=1))


def quoted(rows: list[list[str]], end: str = "\r\n") -> str:
    buffer = io.StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator=end).writerows(rows)
    return buffer.getvalue()


@BOUNDED
@given(TABLE, st.sampled_from(["\n", "\r\n"]))
def test_cells_are_those_that_pythons_reader_finds(rows, end):
    text = quoted(rows, end)
    assert [[cell.value for cell in row] for row in _rows(text, ",", "x")] == rows
    assert list(csv.reader(io.StringIO(text, newline=""))) == rows


@BOUNDED
@given(TABLE, st.data())
def test_filling_a_cell_changes_that_cell_and_no_other_byte(rows, data):
    text = quoted(rows)
    sheet = Sheet("x", text, b"", ",", tuple(tuple(row) for row in _rows(text, ",", "x")))
    assert sheet.filled({}) == text.encode()
    row, column = data.draw(st.integers(0, len(rows) - 1)), data.draw(st.integers(0, len(rows[0]) - 1))
    value = data.draw(TEXT)
    filled = sheet.filled({(row, column): value}).decode()
    rows[row][column] = value
    assert list(csv.reader(io.StringIO(filled, newline=""))) == rows
    cell = sheet.rows[row][column]
    assert filled.startswith(text[: cell.start])
    assert filled.endswith(text[cell.end :])


def test_what_stays_stays_to_the_byte(write):
    content = BOM + b'Name;"a ""b""";c\r\n\r\n "x" ;1,5;\r\n" Lee; Ann";;=cmd()\n'
    sheet = read_sheet(write(content), "a table")
    assert (sheet.delimiter, sheet.header) == (";", ("Name", 'a "b"', "c"))
    assert sheet.filled({}) == content
    assert sheet.filled({(3, 1): "2;5"}) == content.replace(b'Ann";;', b'Ann";"2;5";')
    assert sheet.where(3).endswith("download.csv: row 4")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "there is nothing in this file"),
        (b"a,b\n1,2\n3\n", "row 3: the row has 1 cells, but the first row names 2 columns"),
        (b'a,b\n1,"2\n', "row 2: a quotation mark is never closed"),
        (b'a,b\n1,"2" 3\n', "row 2: there is text behind a closing quotation mark"),
        (b"a,b\n1,\xff\n", "line 2: the file is not in UTF-8"),
        (b"PK\x03\x04...", "this is a zip or Excel file"),
        (b"a\0b", "no text file"),
        (b"\na,b\n", "the first row should name the columns"),
    ],
)
def test_another_kind_of_file_is_told_with_its_row(write, content, message):
    with pytest.raises(CourseError) as caught:
        read_sheet(write(content), "the table")
    assert message in str(caught.value)
    assert "download.csv" in str(caught.value)


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(CourseError, match="No such file"):
        read_sheet(tmp_path / "none.csv", "the table")


def test_two_columns_of_one_name_are_told(write):
    with pytest.raises(CourseError, match="2 columns named 'A'"):
        read_sheet(write("a,A\n1,2\n"), "a table").column("A")
