"""A course chooses its pretrained base in course.toml, and the rubric follows."""

from pathlib import Path

import pytest

from grader.base import BASES
from grader.course import find_course
from grader.errors import CourseError, RubricError
from grader.rubric import load_rubric

ROOT = Path(__file__).parents[2]
SETTINGS = 'title = "C"\n[weeks.week3]\ndata = "horses-humans"\n'
RUBRIC = """
title = "T"
image_shape = [150, 150, 3]

[[functions]]
name = "load"
role = "pretrained"

[[criteria]]
id = "cut"
check = "cut_layer"
title = "Cut"
points = 5
parameters = { layer = "mixed4", output_shape = [10, 10, 192] }

[bases.inception_v3]
cut = { layer = "mixed7" }
"""


@pytest.fixture
def root(tmp_path):
    (tmp_path / "solutions" / "week3").mkdir(parents=True)
    (tmp_path / "solutions" / "course.toml").write_text(SETTINGS)
    (tmp_path / "solutions" / "week3" / "rubric.toml").write_text(RUBRIC)
    return tmp_path


def test_the_base_that_ships_is_taken_unless_the_course_says_otherwise(root):
    week = find_course(root).assignment("week3")
    assert week.base == BASES["shipped"]
    assert week.rubric.weights == "/tmp/small_inception.weights.h5"
    assert week.rubric.criteria[0].parameters["layer"] == "mixed4"


def test_another_base_brings_its_own_weights_and_parameters(root):
    (root / "solutions" / "course.toml").write_text(SETTINGS + 'base = "inception_v3"\n')
    week = find_course(root).assignment("week3")
    assert week.base == BASES["inception_v3"]
    assert week.rubric.weights.endswith("/inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5")
    assert week.rubric.criteria[0].parameters == {"layer": "mixed7", "output_shape": [10, 10, 192]}


def test_a_week_without_a_pretrained_function_has_no_base(root):
    rubric = root / "solutions" / "week3" / "rubric.toml"
    rubric.write_text(RUBRIC.replace('"pretrained"', '"model"'))
    week = find_course(root).assignment("week3")
    assert week.base is None
    assert week.rubric.weights == ""


def test_an_unknown_base_is_an_error_that_names_the_key(root):
    (root / "solutions" / "course.toml").write_text(SETTINGS + 'base = "resnet"\n')
    with pytest.raises(CourseError, match=r"weeks\.week3\.base"):
        find_course(root)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [("[bases.vgg19]\ncut = {}\n", "vgg19"), ("[bases.vgg16]\ncat = { layer = 'x' }\n", "'cat', which is not")],
)
def test_a_rubric_names_only_bases_and_criteria_that_there_are(root, wrong, told):
    path = root / "solutions" / "week3" / "rubric.toml"
    path.write_text(RUBRIC + wrong)
    with pytest.raises(RubricError, match=told):
        load_rubric(path)


@pytest.mark.parametrize("name", list(BASES))
def test_week_3_cuts_every_base_where_the_notebook_says(name):
    rubric = load_rubric(ROOT / "solutions" / "week3" / "rubric.toml").with_base(name)
    cut = next(criterion for criterion in rubric.criteria if criterion.check == "cut_layer")
    assert cut.parameters["layer"] == BASES[name].cut
