"""A course is found from any folder inside it, and says what is wrong with it."""

import pytest

from grader.course import find_course
from grader.doctor import _examine_keras
from grader.errors import CourseError

RUBRIC = """
title = "T"
image_shape = [150, 150, 3]

[[functions]]
name = "create_model"
role = "model"

[[criteria]]
id = "runs"
check = "notebook_runs"
title = "Runs"
points = 5
"""


@pytest.fixture
def root(tmp_path):
    (tmp_path / "solutions" / "week1").mkdir(parents=True)
    (tmp_path / "solutions" / "course.toml").write_text('title = "C"\n[weeks.week1]\ndata = "cats-dogs"\n')
    return tmp_path


def test_the_course_is_the_nearest_folder_upwards(root):
    assert find_course(root / "solutions" / "week1").root == root.resolve()


def test_outside_a_course_the_error_says_what_to_do(tmp_path):
    with pytest.raises(CourseError, match="--course DIR"):
        find_course(tmp_path)


def test_an_unknown_week_suggests_the_nearest(root):
    with pytest.raises(CourseError, match="Did you mean 'week1'") as caught:
        find_course(root).assignment("wek1")
    assert caught.value.exit_code == 2


def test_a_course_of_keras_2_says_how_to_get_it(root, monkeypatch):
    settings = root / "solutions" / "course.toml"
    settings.write_text('keras = "tf_keras"\n' + settings.read_text())
    monkeypatch.setattr("grader.course.find_spec", lambda name: None)
    course = find_course(root)  # whoever only reads reports needs no Keras
    with pytest.raises(CourseError, match="pip install tf_keras"):
        course.require_keras()
    (finding,) = _examine_keras(course)
    assert (finding.what, finding.ok, finding.exit_code) == ("tf_keras", False, 2)
    monkeypatch.undo()
    assert [found.ok for found in _examine_keras(course)] == [True]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("title = ", "TOML"),
        ('title = "C"\nweeks = {}\n', "weeks"),
        ('title = "C"\nkeras = "keras2"\n[weeks.week1]\ndata = "x"\n', "tf_keras"),
        ('title = "C"\ncolour = 1\n[weeks.week1]\ndata = "x"\n', "colour"),
        ('title = "C"\n[weeks.week1]\ndata = "x"\n[limits]\nrun_seconds = -1\n', "limits.run_seconds"),
        ('title = "C"\n[weeks.week1]\ndata = "x"\n[limits]\nmemory_bytes = 1000000\n', "at most half of memory_bytes"),
    ],
)
def test_broken_settings_name_the_key(root, text, told):
    (root / "solutions" / "course.toml").write_text(text)
    with pytest.raises(CourseError) as caught:
        find_course(root)
    assert told in str(caught.value)
    assert "course.toml" in str(caught.value)


def test_a_data_set_is_the_stand_in_unless_the_course_says_real(root):
    settings = root / "solutions" / "course.toml"
    (root / "solutions" / "week1" / "rubric.toml").write_text(RUBRIC)
    assert find_course(root).assignment("week1").source == "stand-in"

    settings.write_text(settings.read_text() + '[data.cats-dogs]\nsource = "real"\n')
    assert find_course(root).assignment("week1").source == "real"

    settings.write_text(settings.read_text().replace('"real"', '"photos"'))
    with pytest.raises(CourseError, match=r"data\.cats-dogs\.source"):
        find_course(root)


def test_a_week_may_have_limits_of_its_own(tmp_path):
    text = 'title = "A course"\n[weeks.week1]\ndata = "cats-dogs"\n[weeks.week2]\ndata = "cats-dogs"\n'
    own = "[weeks.week2.limits]\ncell_seconds = 90\n[limits]\ncell_seconds = 30\nrun_seconds = 100\n"
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / "course.toml").write_text(text + own)
    course = find_course(tmp_path)
    assert (course.limits("week1").cell_seconds, course.limits("week1").run_seconds) == (30, 100)
    assert (course.limits("week2").cell_seconds, course.limits("week2").run_seconds) == (90, 100)
