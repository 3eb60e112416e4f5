"""Who is who, where notebooks are named in another way than the platform's rows."""

import pytest

from grader.errors import CourseError
from grader.export.roster import Matcher, read_names, row_of_each
from grader.export.sheet import read_sheet

FILE = "Name,Login,ID\nAnn Lee,alee,7\nBo Roe,broe,8\nCy Ng,cng,9\n"


def rows(write, students, *, names=None, match=None, partial=False):
    sheet = read_sheet(write(FILE), "a file")
    matcher = Matcher.of(sheet, numbers="ID", columns=["Login", "Name"], match=match, names=names)
    return row_of_each(sheet, range(1, 4), students, matcher, partial=partial)


def test_a_table_of_names_wins_over_what_notebooks_are_called(write):
    names = read_names(write("student,Login\nsome-github-user,broe\nalee,cng\n", "names.csv"))
    assert rows(write, ["some-github-user", "alee", "Ann Lee"], names=names) == (
        {"some-github-user": 2, "alee": 3, "Ann Lee": 1},
        [],
    )


def test_a_number_at_the_end_that_the_platform_does_not_know_is_part_of_the_name(write):
    sheet = read_sheet(write("Name,Login,ID\nx,team_1,7\n"), "a file")
    matcher = Matcher.of(sheet, numbers="ID", columns=["Login"], match=None, names=None)
    assert row_of_each(sheet, [1], ["team_1"], matcher, partial=False) == ({"team_1": 1}, [])


def test_one_column_can_be_asked_for_and_then_no_other_counts(write):
    assert rows(write, ["ann lee"], match="Name") == ({"ann lee": 1}, [])
    assert rows(write, ["alee", "x_7"], match="Name", partial=True) == ({}, ["alee", "x_7"])
    assert rows(write, ["x_7", "8"], match="ID") == ({"x_7": 1, "8": 2}, [])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("student,Login\na,b\na,c\n", "names.csv: row 3: 'a' is named twice"),
        ("name,Login\na,b\n", "a table of names has two columns"),
        ("student,Login,More\na,b,c\n", "a table of names has two columns"),
    ],
)
def test_a_wrong_table_of_names_is_told(write, content, message):
    with pytest.raises(CourseError) as caught:
        read_names(write(content, "names.csv"))
    assert message in str(caught.value)


def test_a_table_about_a_column_that_is_not_there_is_told(write):
    with pytest.raises(CourseError, match="no column 'Email', which the table of names asks for"):
        rows(write, ["a"], names=read_names(write("student,Email\na,b\n", "names.csv")))
