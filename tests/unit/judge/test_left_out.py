"""When training is left out is derived from the rubric by the checks themselves, and what is said of it then."""

import tomllib
from pathlib import Path

import pytest

from grader.judge import compile_rubric, judge
from grader.judge.left_out import find_reach, training_matters
from grader.observation import Accuracy, CellRun, KerasModel, Output, RunStatus, Training
from grader.reach import Reach
from grader.rubric import Rubric, load_rubric

ROOT = Path(__file__).parents[3]
WEEKS = ("week1", "week2", "week3", "week4", "week4-rps")
SHAPE = (32, 32, 3)
WRONG = KerasModel(input_shape=(None, 16, 16, 3), output=Output(units=1, activation="sigmoid", layer="Dense"))

INPUT = {"id": "input", "check": "input_shape", "parameters": {"shape": [*SHAPE]}}
UNITS = {"id": "units", "check": "output_layer", "parameters": {"units": [3]}}
HISTORY = {"id": "history", "check": "training_history"}
NEW_IMAGES = {"id": "new", "check": "holdout_accuracy", "parameters": {"minimum": 0.75}}
CURVES = {"id": "curves", "check": "figure"}


def rubric(*criteria, **more):
    made = Rubric.model_validate(
        {
            "title": "T",
            "image_shape": SHAPE,
            "functions": [{"name": "create_model", "role": "model"}, *more.pop("functions", ())],
            "criteria": [{"title": each["id"].title(), "points": 1, **each} for each in criteria],
        }
    )
    return compile_rubric(made, where="rubric.toml")


def reach(*criteria, classes=3, **more):
    labels = tuple(range(classes)) * 10
    return find_reach(rubric(*criteria, **more), image_shape=SHAPE, training=labels, holdout=labels)


def needing(criterion, *needs):
    return {**criterion, "needs": needs}


@pytest.mark.parametrize("week", WEEKS)
def test_in_no_week_of_ours_a_size_or_a_number_of_units_takes_all_that_training_earns(week):
    path = ROOT / "solutions" / week / "rubric.toml"
    found, labels = load_rubric(path), (0, 1, 2) * 20
    bound = compile_rubric(found, where=str(path))
    assert find_reach(bound, image_shape=found.image_shape, training=labels, holdout=labels) == Reach(
        image=found.image_shape  # only where no image at all could be shown to a model
    )


@pytest.mark.parametrize("week", WEEKS)
def test_a_week_whose_training_needs_input_and_output_rules_out_others(week):
    path = ROOT / "solutions" / week / "rubric.toml"
    data = tomllib.loads(path.read_text())
    by_id = {criterion["id"]: criterion for criterion in data["criteria"]}
    by_id["training"]["needs"] = ["input-shape", "output"]
    found, labels = Rubric.model_validate(data), (0, 1, 2) * 20
    it = find_reach(
        compile_rubric(found, where=str(path)), image_shape=found.image_shape, training=labels, holdout=labels
    )
    assert it.units == tuple(by_id["output"]["parameters"]["units"])
    other = [(120, 120, 3)] if week == "week2" else []  # of the edition with data sets
    assert it.shapes == (found.image_shape, *other)


def test_one_criterion_that_could_pass_is_enough_to_train():
    assert reach(INPUT, needing(HISTORY, "input"), NEW_IMAGES) == Reach(image=SHAPE)
    all_need_it = needing(HISTORY, "input"), needing(NEW_IMAGES, "history")
    assert reach(INPUT, *all_need_it) == Reach(shapes=(SHAPE,), image=SHAPE)


def test_what_is_needed_counts_over_several_steps_and_of_each_kind():
    assert reach(INPUT, UNITS, needing(HISTORY, "input", "units")) == Reach(shapes=(SHAPE,), image=SHAPE, units=(3,))
    looked = {"id": "runs", "check": "notebook_runs", "needs": ["input"]}
    assert reach(INPUT, looked, needing(HISTORY, "runs")).shapes == (SHAPE,)


@pytest.mark.parametrize(
    ("minimum", "found"),
    [(0.3, Reach(image=SHAPE)), (0.6, Reach(image=SHAPE)), (0.75, Reach(image=SHAPE, units=(3,), units_from=4))],
)
def test_units_that_cannot_tell_enough_classes_apart_are_beyond_a_threshold(minimum, found):
    assert reach({**NEW_IMAGES, "parameters": {"minimum": minimum}}) == found  # one unit tells two classes of three


def test_pictures_and_an_instructors_own_tests_could_pass_whatever_the_model(tmp_path):
    assert reach(INPUT, needing(HISTORY, "input"), CURVES) is None
    assert reach(INPUT, needing(HISTORY, "input"), needing(CURVES, "history")).shapes == (SHAPE,)
    (tmp_path / "test_more.py").write_text("def test_it(): pass\n")
    own = {"id": "own", "check": "pytest", "parameters": {"tests": str(tmp_path / "test_more.py")}}
    assert reach(INPUT, needing(HISTORY, "input"), own) is None


def test_a_rubric_that_asks_nothing_of_training_leaves_none_out():
    assert reach(INPUT, UNITS) is None


def test_the_shape_of_another_edition_is_within_reach():
    other = {"name": "other", "role": "datasets", "replaces": ("create_model",)}
    other["instead"] = {"input": {"shape": [8, 8, 3]}}
    assert reach(INPUT, needing(HISTORY, "input"), functions=[other]).shapes == (SHAPE, (8, 8, 3))


LEFT_OUT = Training(epochs=3, steps=3, left_out="the model takes an input of shape (16, 16, 3)")
STRICT = rubric(INPUT, needing(HISTORY, "input"), needing(NEW_IMAGES, "history"))
LOOSE = rubric(INPUT, HISTORY, needing(NEW_IMAGES, "history"))


@pytest.fixture
def wrong(right):
    """Of another size than is asked for, and so not trained."""
    half = Accuracy(correct=5, images=10, confusion=((5, 0), (5, 0)), classes=("a", "b"))
    return right.model_copy(
        update={
            "built_model": WRONG, "trained_model": WRONG, "training": LEFT_OUT,
            "train_accuracy": half, "holdout_accuracy": half,
        }
    )  # fmt: skip


def test_criteria_that_depend_on_training_say_why_it_was_left_out(wrong):
    verdicts = {verdict.criterion: verdict for verdict in judge(STRICT, wrong)}
    assert "takes images of shape (16, 16, 3)" in verdicts["input"].feedback
    for name in ("history", "new"):
        assert verdicts[name].outcome == "skipped"
        assert "training was left out, because the model takes an input of shape (16, 16, 3)" in verdicts[name].feedback
    assert not training_matters(STRICT, wrong)


def test_where_something_could_have_come_of_training_it_matters_and_the_score_is_held(wrong):
    assert training_matters(LOOSE, wrong)
    assert [verdict.outcome for verdict in judge(LOOSE, wrong)] == ["failed", "errored", "errored"]


def test_a_false_tale_of_training_that_was_left_out_earns_nothing_and_is_found_out(right, wrong):
    told = right.model_copy(update={"training": LEFT_OUT})
    of_right = rubric({**INPUT, "parameters": {"shape": [150, 150, 3]}}, needing(HISTORY, "input"))
    assert training_matters(of_right, told)  # so it runs once more, in full
    assert not training_matters(of_right, right)


def test_a_cell_that_failed_after_training_was_left_out_may_have_failed_for_that(wrong):
    runs = {"id": "runs", "check": "notebook_runs"}
    strict = rubric(runs, INPUT, needing(HISTORY, "input"))
    assert not training_matters(strict, wrong)
    bad = CellRun(index=1, status="error", error={"name": "IndexError", "message": "m"})
    run = wrong.run.model_copy(update={"status": RunStatus.CELL_ERROR, "cells": (bad,)})
    assert training_matters(strict, wrong.model_copy(update={"run": run}))


REACH = Reach(shapes=(SHAPE,), units=(1, 2), units_from=9)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"what": "input", "found": [16, 16, 3]}, "takes an input of shape (16, 16, 3) where (32, 32, 3) is asked for"),
        ({"what": "units", "found": [3]}, "last layer has a size of 3 where 1 or 2 or 9 or more is asked for"),
        ({"what": "lunch", "found": [3]}, ""),
        ({"what": ["input"], "found": [3]}, ""),
        ({"what": "input", "found": ["<b>"]}, ""),
        ({"what": "input", "found": [True]}, ""),
        ({"what": "input", "found": [1] * 99}, ""),
        ({"what": "input", "found": []}, ""),
        ({"what": "input"}, ""),
        (None, ""),
        ("input", ""),
    ],
)
def test_of_what_the_notebook_tells_only_numbers_come_into_words(told, words):
    said = REACH.words(told)
    assert words in said
    assert bool(said) == bool(words)
