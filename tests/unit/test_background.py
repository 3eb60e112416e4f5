"""What the pages of a class show besides scorecards."""

import shutil
from pathlib import Path

import pytest

from grader.background import background_of
from grader.course import Course, find_course
from grader.datasets.catalogue import folder_of

ROOT = Path(__file__).parents[2]


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    """The course without its assignments, and an empty place for data."""
    monkeypatch.setenv("CNN_GRADER_CACHE", str(tmp_path / "cache"))
    shutil.copytree(ROOT / "solutions", tmp_path / "course" / "solutions")
    return find_course(tmp_path / "course")


def test_criteria_know_their_functions(course: Course):
    functions = background_of(course, "week1", earlier={}).functions
    assert functions["split"] == "split_data"
    assert "notebook-runs" not in functions


def test_the_student_notebook_is_left_out_of_comparing_code(course: Course):
    assert list(background_of(course, "week1", earlier={}).stub) == []
    shutil.copytree(ROOT / "assignments" / "week1", course.root / "assignments" / "week1")
    stub = background_of(course, "week1", earlier={}).stub
    assert any("def split_data" in source for source in stub)


def test_training_images_are_found_and_nothing_else(course: Course):
    folder = folder_of("cats-dogs") / "PetImages" / "Cat"
    folder.mkdir(parents=True)
    (folder / "17.jpg").touch()
    (folder.parents[2] / "secret.jpg").touch()
    find = background_of(course, "week1", earlier={}).picture_of
    assert find("Cat/17.jpg") == folder / "17.jpg"
    for other in ("Cat/18.jpg", "17.jpg", "", "Cat/", "Cat/..", "Cat/../Cat/17.jpg", "/etc/passwd", "../../secret.jpg"):
        assert find(other) is None
