"""A rubric that is wrong names the file, the line or key, and what is allowed."""

from pathlib import Path

import pytest

from grader.errors import RubricError
from grader.rubric import load_rubric

GOOD = """\
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


def problem(folder: Path, text: str) -> str:
    path = folder / "rubric.toml"
    path.write_text(text)
    with pytest.raises(RubricError) as caught:
        load_rubric(path)
    return str(caught.value)


def test_a_rubric_adds_up_its_points(tmp_path):
    (tmp_path / "rubric.toml").write_text(GOOD)
    assert load_rubric(tmp_path / "rubric.toml").max_score == 5


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('role = "model"', 'role = "modle"', "'directories', 'split', 'pipelines', 'model'"),
        ("points = 5", "points = 0", "greater than 0"),
        ("points = 5", "points = nan", "finite"),
        ("points = 5", "pionts = 5", "points"),
        ("points = 5", 'points = 5\nneeds = ["nothing"]', "needs 'nothing'"),
        ("points = 5", 'points = 5\nfunction = "f"', "'f', which is not one of the functions"),
        ('id = "runs"', 'id = "Runs!"', "pattern"),
        ("image_shape = [150, 150, 3]", "image_shape = [150, 150]", "image_shape"),
        ("[[criteria]]", "[[criterions]]", "criteria"),
    ],
)
def test_each_mistake_is_told_with_its_key(tmp_path, old, new, told):
    message = problem(tmp_path, GOOD.replace(old, new))
    assert "rubric.toml" in message
    assert told in message


def test_a_mistake_in_a_criterion_names_its_line(tmp_path):
    assert "rubric.toml:9: criteria[runs].points" in problem(tmp_path, GOOD.replace("points = 5", "points = -1"))


def test_broken_toml_names_the_line(tmp_path):
    assert "line 2" in problem(tmp_path, 'title = "T"\nimage_shape == 1\n')


def test_a_rubric_without_criteria_is_an_error_and_never_a_full_score(tmp_path):
    assert "criteria" in problem(tmp_path, GOOD.split("[[criteria]]", maxsplit=1)[0])
    assert "criteria" in problem(
        tmp_path, GOOD.split("[[functions]]", maxsplit=1)[0].replace("\n\n", "\ncriteria = []\n")
    )


def test_two_criteria_of_one_id_are_an_error(tmp_path):
    assert "two criteria" in problem(tmp_path, GOOD + "[[criteria]]" + GOOD.split("[[criteria]]")[1])


def test_a_missing_or_unreadable_rubric_is_a_clear_error(tmp_path):
    with pytest.raises(RubricError, match="no rubric"):
        load_rubric(tmp_path / "rubric.toml")
    (tmp_path / "rubric.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RubricError, match="cannot be read"):
        load_rubric(tmp_path / "rubric.toml")


STAND_IN = """
[[functions]]
name = "split_data"
role = "split"

[[functions]]
name = "train_val_datasets"
role = "datasets"
replaces = ["split_data"]
"""


def in_use(folder, *defined):
    (folder / "rubric.toml").write_text(GOOD + STAND_IN)
    return [function.name for function in load_rubric(folder / "rubric.toml").in_use(defined)]


def test_a_function_of_another_edition_stands_for_those_that_a_notebook_lacks(tmp_path):
    assert in_use(tmp_path, "create_model", "train_val_datasets") == ["create_model", "train_val_datasets"]


def test_a_notebook_that_has_one_of_them_is_held_to_all_of_them(tmp_path):
    assert in_use(tmp_path, "split_data", "train_val_datasets") == ["create_model", "split_data"]
    assert in_use(tmp_path) == ["create_model", "split_data"]


def test_a_function_can_replace_only_what_the_rubric_knows(tmp_path):
    told = problem(tmp_path, GOOD + STAND_IN.replace('["split_data"]', '["splitdata"]'))
    assert "'train_val_datasets' replaces 'splitdata'" in told
    told = problem(tmp_path, GOOD + STAND_IN + "\n[functions.instead.sizes]\nimage_shape = [120, 120, 3]\n")
    assert "'train_val_datasets' is about 'sizes'" in told
