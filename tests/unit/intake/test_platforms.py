"""Names in downloads, as Canvas (lib/content_zipper.rb) and Moodle (mod/assign) make them."""

from pathlib import PurePosixPath

import pytest

from grader.intake.platforms import recognise


@pytest.mark.parametrize(
    ("path", "student", "title", "order", "late"),
    [
        ("leeann_101_2002_week1.ipynb", "leeann_101", "week1.ipynb", 2002, False),
        ("leeann_LATE_101_2002_week1-1.ipynb", "leeann_101", "week1-1.ipynb", 2002, True),
        ("lee_ann_101_2002_my_week_1_2.ipynb", "lee_ann_101", "my_week_1_2.ipynb", 2002, False),
        ("łęé_101_2002_a b.ipynb", "łęé_101", "a b.ipynb", 2002, False),
        ("below/leeann_101_2002_week1.ipynb", "leeann_101", "week1.ipynb", 2002, False),
        ("anon_x9YzQ_2002_week1.ipynb", "anon_x9YzQ", "week1.ipynb", 2002, False),
        ("LATE_anon_x9YzQ_2002_week1.ipynb", "anon_x9YzQ", "week1.ipynb", 2002, True),
    ],
)
def test_canvas(path, student, title, order, late):
    found = recognise(PurePosixPath(path))
    assert found is not None
    assert (found.platform, found.student, found.title, found.order, found.late) == (
        "Canvas", student, title, order, late,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("path", "student", "title"),
    [
        ("Ann Lee_17_assignsubmission_file_/week1.ipynb", "Ann Lee_17", "week1.ipynb"),
        ("Ann Lee_17_assignsubmission_file/sub/week1.ipynb", "Ann Lee_17", "week1.ipynb"),
        ("Ann Lee_17_assignsubmission_file_week1.ipynb", "Ann Lee_17", "week1.ipynb"),
        ("Participant_17_assignsubmission_file_/week1.ipynb", "Participant_17", "week1.ipynb"),
        (
            "download/Mary-Ann O'Neil_1234567_assignsubmission_file_/1_2_3.ipynb",
            "Mary-Ann O'Neil_1234567",
            "1_2_3.ipynb",
        ),
    ],
)
def test_moodle(path, student, title):
    found = recognise(PurePosixPath(path))
    assert found is not None
    assert (found.platform, found.student, found.title) == ("Moodle", student, title)


@pytest.mark.parametrize(
    "path", ["alice.ipynb", "alice/week1.ipynb", "alice_week1.ipynb", "team_7.ipynb", "a_1_x.ipynb", "_1_2_x.ipynb"]
)
def test_plain_names_are_nobodys(path):
    assert recognise(PurePosixPath(path)) is None
