"""Canvas reads back what it exported, with one column filled; a reader of another project, and pandas, agree."""

import csv
import io
import re

import pandas
import pytest
from finalgrade.canvas.read import is_canvas_export, read_canvas

from grader.errors import CourseError
from grader.export import Request, canvas, export

from .conftest import NOW, mark_of, marks_of

# As lib/gradebook_exporter.rb of Canvas writes it: a custom column, policies, points, a test student, totals.
HEAD = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Notes,Week 1 (501),Week 2 (502),"
    "Labs Current Score,Labs Final Score,Current Score,Final Score\r\n"
)
EXPORTED = (
    HEAD + ",,,,,,Manual Posting,,,,,\r\n"
    "    Points Possible,,,,,,60.00,10.00,(read only),(read only),(read only),(read only)\r\n"
    '"Lee, Ann",101,S1,alee,"Sec A and Sec B","a ""b"", c",,8.00,1,1,1,1\r\n'
    '"Roe, Bo",102,S2,broe,Sec A,,12.50,,1,1,1,1\r\n'
    '"Ng, Cy",103,S3,cng,Sec A,,EX,,1,1,1,1\r\n'
    '"Po, Di",104,S4,dpo,Sec A,,N/A,,1,1,1,1\r\n'
    '"=""=cmd()""",105,S5,evil,Sec A,=1+1,,,1,1,1,1\r\n'
    '"Student, Test",199,,0123456789abcdef,Sec A,,,,,,,\r\n'
)
OPTIONS = {"column": None, "match": None, "names": None, "partial": False}


def filled(write, *marks, content=EXPORTED, **options):
    return canvas.fill(marks_of(*marks), write(content), **{**OPTIONS, **options})


def column(content: bytes, name: str = "Week 1 (501)") -> dict[str, str]:
    table = pandas.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False)
    return dict(zip(table["SIS Login ID"], table[name], strict=True))


def test_the_column_is_filled_and_every_other_byte_stays(write):
    content, notes = filled(write, mark_of("alee", 15, 7.5), mark_of("broe", 0, 0))
    expected = EXPORTED.replace('c",,8.00', 'c",45.00,8.00').replace(",12.50,", ",0.00,")
    assert content == expected.encode()
    assert notes[0] == "grades are scaled from 30 to 60, as the file has it"
    assert notes[1].startswith("left as they were, for they have no grade of week1: Ng, Cy, Po, Di, ")
    assert notes[1].endswith("Student, Test")


def test_another_projects_reader_finds_the_same_grades(write, tmp_path):
    # That reader knows neither custom columns nor the row of policies.
    exported = (
        "Student,ID,SIS User ID,SIS Login ID,Section,Week 1 (501),Final Score\r\n"
        "    Points Possible,,,,,60.00,(read only)\r\n"
        '"Lee, Ann",101,S1,alee,Sec A,,1\r\n"Roe, Bo",102,S2,broe,Sec A,12.50,1\r\n'
    )
    content, _ = filled(write, mark_of("alee", 15, 7.5), mark_of("broe", 15, 15), content=exported)
    path = tmp_path / "filled.csv"
    path.write_bytes(content)
    assert is_canvas_export(path)
    read = read_canvas(path)
    scores, meta = read["df_score"]["week1"], read["df_meta"]
    assert [scores[index] for index in meta.index[:2]] == [45.0, 30.0 * 2]
    assert read["points"]["week1"] == 60


def test_a_download_names_students_by_canvas_own_number(write):
    content, _ = filled(write, mark_of("leeann_101", 15, 15))
    assert column(content)["alee"] == "60.00"


@pytest.mark.parametrize("student", ["alee", "ALEE", "S1", "Lee, Ann", "ann lee"])
def test_a_student_is_found_by_login_id_or_name(write, student):
    content, _ = filled(write, mark_of(student, 15, 15))
    assert column(content)["alee"] == "60.00"


def test_excused_and_unassigned_students_stay_so(write):
    content, notes = filled(write, mark_of("cng", 15, 15), mark_of("dpo", 15, 15))
    assert content == EXPORTED.encode()
    assert "left as it was: cng, who is excused in Canvas (row 6)" in notes
    assert "left as it was: dpo, who is not assigned it in Canvas (row 7)" in notes


def test_a_held_score_leaves_the_cell_and_is_named(write):
    content, notes = filled(write, mark_of("alee"), mark_of("broe"))
    assert content == EXPORTED.encode()
    assert "left as they were, for their scores are held: alee, broe" in notes


def test_a_student_without_a_row_stops_it_unless_told_otherwise(write):
    marks = (mark_of("alee", 15, 15), mark_of("zed", 15, 15))
    with pytest.raises(CourseError) as caught:
        filled(write, *marks)
    assert "download.csv: 1 graded student has no row: zed" in str(caught.value)
    assert "--partial" in str(caught.value)
    content, notes = filled(write, *marks, partial=True)
    assert column(content)["alee"] == "60.00"
    assert "left out, for they have no row: zed" in notes


def test_two_rows_for_one_student_are_told_with_both(write):
    content = EXPORTED.replace("broe", "alee")
    with pytest.raises(CourseError, match="2 rows could be those of 'alee': row 4, row 5"):
        filled(write, mark_of("alee", 15, 15), content=content)


def test_two_students_of_one_row_are_told(write):
    with pytest.raises(CourseError, match="row 4: 'S1' and 'alee' both belong to this row"):
        filled(write, mark_of("S1", 15, 15), mark_of("alee", 15, 15))


def test_a_column_that_names_the_student_can_be_chosen(write):
    content = EXPORTED.replace("S2", "alee")
    filled_, _ = filled(write, mark_of("alee", 15, 15), content=content, match="sis login id")
    assert column(filled_) == {**column(content.encode()), "alee": "60.00"}
    with pytest.raises(CourseError, match="no column 'Login', which --match asks for"):
        filled(write, mark_of("alee", 15, 15), match="Login")


@pytest.mark.parametrize("name", ["Week 2 (502)", "week 2", "502", "Week-2"])
def test_the_assignment_can_be_named_by_column_title_or_number(write, name):
    content, _ = filled(write, mark_of("alee", 15, 15), column=name)
    assert column(content, "Week 2 (502)")["alee"] == "10.00"
    assert column(content)["alee"] == ""


def test_an_assignment_that_is_not_there_or_there_twice_is_told_with_those_that_are(write):
    with pytest.raises(CourseError) as caught:
        filled(write, mark_of("alee", 15, 15), column="Final Score")
    assert "row 1: no assignment column is called 'Final Score'" in str(caught.value)
    assert "'Week 1 (501)', 'Week 2 (502)'" in str(caught.value)
    with pytest.raises(CourseError, match="2 assignment columns are called like week1"):
        filled(write, mark_of("alee", 15, 15), content=EXPORTED.replace("Week 2", "Week-1"))


def test_a_file_of_another_kind_is_told(write):
    with pytest.raises(CourseError, match=r"row 1: this is no gradebook of Canvas"):
        filled(write, mark_of("alee", 15, 15), content="Identifier,Grade\nParticipant 1,\n")


def test_names_in_two_columns_and_semicolons_and_a_byte_order_mark_are_fine(write):
    content = (
        "\ufeffLastName;FirstName;ID;SIS Login ID;Section;Week 1 (501)\n"
        "    Points Possible;;;;;30,00\nLee;Ann;101;alee;A;1,5\n"
    )
    filled_, notes = filled(write, mark_of("alee", 15, 7.5), content=content)
    assert filled_ == content.replace(";1,5\n", ";22.50\n").encode()
    assert notes == []


def test_a_new_file_is_one_that_canvas_would_import(tmp_path):
    marks = marks_of(mark_of("alee", 15, 7.5), mark_of("roebo_102", 15, 15), mark_of("held"))
    result = export(marks, "canvas", Request(now=NOW, column="Week 1 (501)"))
    rows = list(csv.reader(io.StringIO(result.content.decode(), newline=""), strict=True))
    assert rows == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Week 1 (501)"],
        ["    Points Possible", "", "", "", "", "30"],
        ["alee", "", "", "alee", "", "22.50"],
        ["roebo", "102", "", "", "", "30.00"],
        ["held", "", "", "held", "", ""],
    ]
    assert result.notes == ["left empty, for their scores are held: held"]
    path = tmp_path / "new.csv"
    path.write_bytes(result.content)
    assert is_canvas_export(path)


def test_hostile_names_break_no_row_and_are_no_formula(hostiles, make_hostile):
    for hostile in hostiles:
        content, _ = canvas.write(marks_of(make_hostile(hostile), mark_of("zed", 15), title=hostile), column=None)
        rows = list(csv.reader(io.StringIO(content.decode(), newline=""), strict=True))
        assert len(rows) == 4
        assert {len(row) for row in rows} == {6}
        assert rows[3][0] == "zed"
        for cell in [cell for row in rows[1:] for cell in row]:
            assert not re.match(r"[=+\-@\t\r\n]", cell)
        assert pandas.read_csv(io.BytesIO(content), dtype=str).shape == (3, 6)


def test_hostile_cells_of_canvas_own_stay_to_the_byte(write, hostiles):
    for hostile in hostiles:
        cell = '"' + hostile.encode("utf-8", "replace").decode().replace('"', '""').replace("\0", "") + '"'
        exported = EXPORTED.replace('"a ""b"", c"', cell)
        content, _ = filled(write, mark_of("broe", 15, 15), content=exported)
        assert content == exported.replace(",12.50,", ",60.00,").encode()
