"""Moodle takes its own worksheet back, with grades and feedback; pandas reads the same."""

import csv
import io
from html.parser import HTMLParser

import pandas
import pytest

from grader.errors import CourseError
from grader.export import Request, export, moodle

from .conftest import NOW, mark_of, marks_of

HEAD = (
    "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,"
    "Last modified (submission),Last modified (grade),Feedback comments\n"
)
WORKSHEET = (
    "\ufeff" + HEAD + '"Participant 17","Ann Lee",ann@uni.edu,"Submitted for grading - ",,10.00,Yes,'
    '"Monday, 2 November 2026, 9:00 PM",-,\n'
    '"Participant 18","Bo Roe",bo@uni.edu,"Submitted for grading - Graded",7.00,10.00,Yes,'
    '"Monday, 2 November 2026, 9:00 PM","Tuesday, 3 November 2026, 9:00 PM","<p>Well ""done"",\nBo.</p>"\n'
    '"Participant 19","Cy Ng",cy@uni.edu,"No submission",,10.00,No,-,-,\n'
    '"Participant 20",=cmd(),evil@uni.edu,"No submission",,10.00,Yes,-,-,\n'
)
OPTIONS = {"column": None, "match": None, "names": None, "partial": False}


def filled(write, *marks, content=WORKSHEET, **options):
    return moodle.fill(marks_of(*marks), write(content), **{**OPTIONS, **options})


def table(content: bytes) -> pandas.DataFrame:
    read = pandas.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False, encoding="utf-8-sig")
    return read.set_index("Identifier")


class Text(HTMLParser):
    """What a reader of the comment sees, and which elements there are."""

    def __init__(self, comment: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.text = ""
        self.feed(comment)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        assert attrs in ([], [("class", "cnn-grader")])

    def handle_data(self, data):
        self.text += data


def test_grade_and_feedback_are_filled_and_every_other_byte_stays(write):
    content, notes = filled(write, mark_of("Ann Lee_17", 15, 7.5))
    comment = table(content).loc["Participant 17", "Feedback comments"]
    expected = WORKSHEET.replace('grading - ",,10.00', 'grading - ",7.50,10.00', 1)
    quoted = comment.replace('"', '""')
    expected = expected.replace('9:00 PM",-,\n', f'9:00 PM",-,"{quoted}"\n', 1)
    assert content == expected.encode()
    assert "Points: 22.5 of 30." in comment
    assert notes[0] == "grades are scaled from 30 to 10, as the file has it"
    assert "no grade of week1: Participant 18 Bo Roe, Participant 19 Cy Ng" in notes[1]


@pytest.mark.parametrize("student", ["Ann Lee_17", "Participant_17", "ann lee", "ann@uni.edu", "ann"])
def test_a_student_is_found_by_number_name_or_address(write, student):
    content, _ = filled(write, mark_of(student, 15, 15))
    assert table(content)["Grade"].to_dict()["Participant 17"] == "10.00"


def test_what_a_teacher_wrote_stays_and_our_part_is_replaced_the_next_time(write):
    once, _ = filled(write, mark_of("Bo Roe_18", 15, 0))
    comment = table(once).loc["Participant 18", "Feedback comments"]
    assert comment.startswith('<p>Well "done",\nBo.</p><div class="cnn-grader"><p>Points: 15 of 30.</p>')
    twice, _ = filled(write, mark_of("Bo Roe_18", 15, 15), content=once)
    comment = table(twice).loc["Participant 18", "Feedback comments"]
    assert comment == '<p>Well "done",\nBo.</p><div class="cnn-grader"><p>Points: 30 of 30.</p></div>'


def test_lateness_is_named_in_the_feedback(write):
    content, _ = filled(write, mark_of("Ann Lee_17", 15, 15, grade=24.0, days_late=2))
    assert "Points: 24 of 30 (handed in 2 days late)." in content.decode()


def test_held_scores_and_locked_grades_are_left_and_named(write):
    content, notes = filled(write, mark_of("Ann Lee_17"), mark_of("Cy Ng_19", 15, 15))
    assert content == WORKSHEET.encode()
    assert "left as they were, for their scores are held: Ann Lee_17" in notes
    assert "left as they were, for Moodle says that their grades cannot be changed: Cy Ng_19" in notes


def test_a_worksheet_without_comments_gets_grades_alone(write):
    content = 'Identifier,Grade,Maximum grade,Last modified (grade)\n"Participant 17",,30.00,-\n'
    filled_, notes = filled(write, mark_of("x_17", 15, 15), content=content)
    assert filled_ == content.replace('17",,', '17",30.00,').encode()
    assert notes == [
        "there is no column 'Feedback comments' (the assignment's feedback types), so only grades were filled"
    ]


def test_a_worksheet_in_another_language_is_filled_where_its_columns_are_named(write):
    content = "ID,Vollständiger Name,Bewertung\nTeilnehmer/in17,Ann Lee,\n"
    filled_, _ = filled(write, mark_of("Ann Lee_17", 15, 15), content=content, column="Bewertung", match="ID")
    assert filled_.decode().endswith("Teilnehmer/in17,Ann Lee,30.00\n")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("Student,ID,Section\n", "row 1: this is no grading worksheet of Moodle"),
        (WORKSHEET.replace("10.00", "Good"), "row 2: 'Good' is no maximum grade"),
        (WORKSHEET.replace("Participant 18", "Participant 17"), "2 rows could be those of 'Ann Lee_17': row 2, row 3"),
    ],
)
def test_a_wrong_file_is_told_with_its_row(write, content, message):
    with pytest.raises(CourseError) as caught:
        filled(write, mark_of("Ann Lee_17", 15, 15), content=content)
    assert message in str(caught.value)


def test_a_student_without_a_row_is_told_with_the_columns_that_were_looked_in(write):
    with pytest.raises(CourseError) as caught:
        filled(write, mark_of("zed", 15, 15))
    assert "1 graded student has no row: zed" in str(caught.value)
    assert "Looked in: Identifier, Email address, Full name." in str(caught.value)


def test_a_new_worksheet_has_moodles_columns_and_numbers():
    marks = marks_of(mark_of("Ann Lee_17", 15, 7.5), mark_of("Bo_18"))
    result = export(marks, "moodle", Request(now=NOW))
    read = table(result.content)
    assert list(read.columns) == HEAD.strip().split(",")[1:]
    assert read["Grade"].to_dict() == {"Participant 17": "22.50", "Participant 18": ""}
    assert set(read["Maximum Grade"]) == {"30.00"}
    assert result.notes == ["left empty, for their scores are held: Bo_18"]
    with pytest.raises(CourseError, match="Moodle's number is not known of 1 students: zed"):
        export(marks_of(mark_of("zed", 15, 15)), "moodle", Request(now=NOW))


def test_hostile_words_are_neither_markup_nor_formula_nor_a_broken_row(write, hostiles, make_hostile):
    for hostile in hostiles:
        mark = make_hostile(hostile)
        mark = type(mark)(f"{hostile}_17", *[getattr(mark, name) for name in list(mark.__dataclass_fields__)[1:]])
        content, _ = filled(write, mark)
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
        assert [len(row) for row in rows] == [10] * 5
        comment = rows[1][9]
        assert comment.startswith('<div class="cnn-grader">')
        assert Text(comment).tags <= {"div", "p", "ul", "li"}
        assert all(c.isprintable() or c == "\u200d" for c in comment)
        assert rows[2:] == list(csv.reader(io.StringIO(WORKSHEET.lstrip("\ufeff"), newline="")))[2:]
        new, _ = moodle.write(marks_of(mark))
        assert not next(iter(table(new)["Full name"])).startswith(("=", "+", "-", "@", "\t", "\r"))
