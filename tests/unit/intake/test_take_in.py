"""Folders, downloads of Canvas and Moodle, and plain zips become one notebook per student."""

import pytest

from grader.errors import SubmissionsError
from grader.intake import take_in

from .conftest import WEEK


def students(intake):
    return {submission.student: submission.path.read_text() for submission in intake.submissions}


def files(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    return folder


def test_a_plain_folder_is_as_it_always_was(tmp_path):
    folder = files(tmp_path / "class", "alice.ipynb", "bo/week1.ipynb", "week1.ipynb", ".ipynb_checkpoints/x.ipynb")
    assert [s.student for s in take_in(WEEK, [folder]).submissions] == ["alice", "bo", "class"]
    (bo,) = take_in(WEEK, [folder / "bo" / "week1.ipynb"]).submissions
    assert (bo.student, bo.came_in) == ("bo", "file")


def test_a_zip_is_as_its_folder_would_be(zipped, room):
    archive = zipped("alice.ipynb", "bo/week1.ipynb", "deep/cy/week1.ipynb", "week1.ipynb", name="dan.zip")
    intake = take_in(WEEK, [archive], room)
    assert students(intake) == {
        "alice": "alice.ipynb",
        "bo": "bo/week1.ipynb",
        "cy": "deep/cy/week1.ipynb",
        "dan": "week1.ipynb",
    }
    assert [(s.name, s.came_in) for s in intake.submissions][:2] == [
        ("alice.ipynb", "file"),
        ("bo/week1.ipynb", "file"),
    ]


CANVAS = (
    "leeann_101_2002_week1.ipynb",
    "roebo_LATE_102_2003_week1-1.ipynb",
    "roebo_LATE_102_2001_week1.ipynb",
    "ngcy_103_2004_week1.ipynb",
    "ngcy_103_2009_scratch.ipynb",
    "ngcy_103_2005_week1-2.ipynb",
    "leeann_101_2006_plot.png",
)


@pytest.mark.parametrize("unpacked", [False, True])
def test_of_a_canvas_download_the_latest_upload_counts_and_it_is_said(zipped, room, tmp_path, unpacked):
    path = files(tmp_path / "download", *CANVAS) if unpacked else zipped(*CANVAS)
    intake = take_in(WEEK, [path], room)
    assert students(intake) == {
        "leeann_101": "leeann_101_2002_week1.ipynb",
        "ngcy_103": "ngcy_103_2005_week1-2.ipynb",
        "roebo_102": "roebo_LATE_102_2003_week1-1.ipynb",
    }
    assert {submission.came_in for submission in intake.submissions} == {"unknown"}
    assert intake.notes == [
        "handed in more than one notebook, of which the latest counts: ngcy_103 (week1-2.ipynb, not week1.ipynb), "
        "roebo_102 (week1-1.ipynb, not week1.ipynb)",
        "late by Canvas's mark, which does not say how late: roebo_102",
    ]


def test_a_later_download_of_canvas_adds_to_an_earlier_one(zipped, room):
    first = zipped("leeann_101_2002_week1.ipynb", "roebo_102_2003_week1.ipynb", name="first.zip")
    second = zipped("leeann_101_2008_week1-1.ipynb", name="second.zip")
    assert students(take_in(WEEK, [second, first], room)) == {
        "leeann_101": "leeann_101_2008_week1-1.ipynb",
        "roebo_102": "roebo_102_2003_week1.ipynb",
    }


@pytest.mark.parametrize("unpacked", [False, True])
def test_a_moodle_download_names_students_by_name_and_number(zipped, room, tmp_path, unpacked):
    names = (
        "Ann Lee_17_assignsubmission_file_/week1.ipynb",
        "Ann Lee_17_assignsubmission_file_/scratch.ipynb",
        "Ann Lee_17_assignsubmission_onlinetext_/onlinetext.html",
        "Ann Lee_18_assignsubmission_file_/homework.ipynb",
        "Participant_19_assignsubmission_file_week1.ipynb",
    )
    path = files(tmp_path / "download", *names) if unpacked else zipped(*names)
    intake = take_in(WEEK, [path], room)
    assert students(intake) == {"Ann Lee_17": names[0], "Ann Lee_18": names[3], "Participant_19": names[4]}
    assert intake.notes == [
        "handed in more than one notebook, of which the latest counts: Ann Lee_17 (week1.ipynb, not scratch.ipynb)"
    ]


def test_two_notebooks_of_which_neither_is_later_are_told_with_both(zipped, room):
    archive = zipped("Ann_17_assignsubmission_file_/a.ipynb", "Ann_17_assignsubmission_file_/b.ipynb")
    with pytest.raises(SubmissionsError) as caught:
        take_in(WEEK, [archive], room)
    assert "student 'Ann_17' has two notebooks: class.zip/Ann_17_" in str(caught.value)


def test_one_student_in_a_folder_and_a_zip_is_told(zipped, room, tmp_path):
    folder = files(tmp_path / "more", "alice.ipynb")
    with pytest.raises(SubmissionsError, match="student 'alice' has two notebooks"):
        take_in(WEEK, [folder, zipped("alice.ipynb")], room)


def test_the_same_file_named_twice_is_one_submission(tmp_path):
    folder = files(tmp_path / "download", "leeann_101_2002_week1.ipynb", "alice.ipynb")
    paths = [folder, folder / "leeann_101_2002_week1.ipynb", folder / "alice.ipynb"]
    assert students(take_in(WEEK, paths)).keys() == {"alice", "leeann_101"}


def test_a_zip_without_a_notebook_or_a_place_for_it_is_told(zipped, room):
    with pytest.raises(SubmissionsError, match="no notebook in this zip"):
        take_in(WEEK, [zipped("notes.txt")], room)
    with pytest.raises(SubmissionsError, match="a zip is not unpacked here"):
        take_in(WEEK, [zipped("a.ipynb")])


def test_what_is_said_of_hostile_names_does_nothing_to_a_terminal(zipped, room):
    name = "\x1b[2J\u202eevil_17_assignsubmission_file_"
    with pytest.raises(SubmissionsError) as caught:
        take_in(WEEK, [zipped(f"{name}/a.ipynb", f"{name}/b.ipynb")], room)
    assert "evil_17" in str(caught.value)
    assert str(caught.value).replace("\n", "").isprintable()
    more = room / "more"
    more.mkdir()
    intake = take_in(WEEK, [zipped(f"{name}/week1.ipynb", f"{name}/b.ipynb")], more)
    assert all(note.isprintable() for note in intake.notes)
