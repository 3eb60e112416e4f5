"""Which changed notebooks are submissions, of which week and whose."""

import pytest

from grader.ci.changes import sort_out
from grader.ci.git import Entry
from grader.errors import SubmissionsError

WEEKS = ("week1", "week4", "week4-rps")


def entries(*paths: str, mode: str = "100644") -> list[Entry]:
    return [Entry(path, mode, "0" * 40) for path in paths]


@pytest.mark.parametrize(
    ("path", "week", "student"),
    [
        ("assignments/week1/alice.ipynb", "week1", "alice"),
        ("assignments/alice/week1.ipynb", "week1", "alice"),
        ("week4/bob.ipynb", "week4", "bob"),
        ("week4-rps/bob.ipynb", "week4-rps", "bob"),
        ("students/bob/week4.ipynb", "week4", "bob"),
        ("week1/week4/bob.ipynb", "week4", "bob"),
    ],
)
def test_a_path_names_week_and_student(path, week, student):
    (found,) = sort_out(entries(path), WEEKS, "").found
    assert (found.week, found.student) == (week, student)


def test_the_author_is_the_student_whatever_the_path_says():
    (found,) = sort_out(entries("week1/bob.ipynb"), WEEKS, "alice").found
    assert found.student == "alice"


def test_what_is_no_submission_is_passed_over_without_a_word():
    quiet = ("README.md", "solutions/week1/solution.ipynb", "week1/.ipynb_checkpoints/a-checkpoint.ipynb", "week1.py")
    assert sort_out(entries(*quiet), WEEKS, "alice") == sort_out([], WEEKS, "alice")


def test_a_notebook_that_belongs_to_no_week_is_told_of_the_nearest():
    changes = sort_out(entries("assignments/Week1/a.ipynb", "notes/x.ipynb"), WEEKS, "alice")
    near, far = changes.notes
    assert near.message == "No week is called 'Week1'. Did you mean 'week1'?"
    assert "assignments/WEEK/" in far.message
    assert not near.wrong
    assert not far.wrong


def test_links_and_submodules_are_no_notebooks():
    for mode in ("120000", "160000"):
        changes = sort_out(entries("week1/a.ipynb", mode=mode), WEEKS, "alice")
        assert not changes.found
        assert changes.notes[0].wrong


def test_a_notebook_of_nobody_is_said_to_be_so():
    changes = sort_out(entries("assignments/week1/week1.ipynb"), WEEKS, "")
    assert "--student" in changes.notes[0].message
    assert changes.notes[0].wrong


@pytest.mark.parametrize("name", ["../x", "a/b", ".hidden", "a\nb", "x" * 200])
def test_an_author_is_never_a_path(name):
    with pytest.raises(SubmissionsError):
        sort_out([], WEEKS, name)
    assert not sort_out(entries("week1/a.ipynb"), WEEKS, "dependabot[bot]").notes


def test_names_that_are_no_text_are_spelt_out():
    (note,) = sort_out(entries("x/\udcff::error::\n.ipynb"), WEEKS, "").notes
    assert note.path == "x/\\udcff::error:: .ipynb"
