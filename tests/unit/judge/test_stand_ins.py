"""Criteria are judged on a function of another edition where a notebook has that one instead."""

import pytest

from grader.judge import compile_rubric, judge
from grader.observation import Function
from grader.rubric import Rubric
from grader.scorecard import Outcome

REPLACED = ("create_train_val_dirs", "split_data", "train_val_generators")
RUBRIC = {
    "title": "t",
    "image_shape": (150, 150, 3),
    "functions": [
        {"name": "create_train_val_dirs", "role": "directories"},
        {"name": "split_data", "role": "split"},
        {"name": "train_val_generators", "role": "pipelines"},
        {
            "name": "train_val_datasets",
            "role": "datasets",
            "replaces": REPLACED,
            "instead": {"sizes": {"image_shape": [120, 120, 3]}, "input": {"shape": [120, 120, 3]}},
        },
        {"name": "create_model", "role": "model"},
    ],
    "criteria": [
        {
            "id": "folders",
            "check": "function_defined",
            "title": "f",
            "points": 1,
            "function": "create_train_val_dirs",
            "parameters": {"parameters": 1, "makes_folders": ["training/cats"]},
        },
        {"id": "split", "check": "data_split", "title": "s", "points": 1, "function": "split_data"},
        {
            "id": "sizes",
            "check": "generator",
            "title": "g",
            "points": 1,
            "function": "train_val_generators",
            "parameters": {"image_shape": [150, 150, 3]},
        },
        {
            "id": "input",
            "check": "input_shape",
            "title": "i",
            "points": 1,
            "function": "create_model",
            "parameters": {"shape": [150, 150, 3]},
        },
    ],
}


@pytest.fixture
def verdicts(right):
    def judged(**changes):
        functions = {name: Function(name=name, defined=False) for name in REPLACED}
        functions["train_val_datasets"] = Function(name="train_val_datasets", defined=True, stands_for=REPLACED)
        rubric = compile_rubric(Rubric.model_validate(RUBRIC), where="rubric.toml")
        seen = right.model_copy(update={"functions": functions, "directories": None, **changes})
        return {verdict.criterion: verdict for verdict in judge(rubric, seen)}

    return judged


def test_folders_are_not_asked_of_a_function_that_needs_none(verdicts):
    verdict = verdicts()["folders"]
    assert verdict.outcome is Outcome.PASSED
    assert "`train_val_datasets` does the work of `create_train_val_dirs`" in verdict.expected


def test_without_data_sets_it_does_not_do_their_work(verdicts):
    missing = {"training_data": "`train_val_datasets` raised ValueError: no"}
    verdict = verdicts(training_data=None, missing=missing)["folders"]
    assert verdict.outcome is Outcome.FAILED
    assert "ValueError" in verdict.actual


def test_the_split_is_judged_by_what_came_out(verdicts):
    assert verdicts()["split"].outcome is Outcome.PASSED


def test_a_parameter_can_differ_for_the_other_edition(verdicts, right):
    assert verdicts()["sizes"].outcome is Outcome.FAILED
    sized = {
        name: getattr(right, name).model_copy(update={"image_shape": (120, 120, 3)})
        for name in ("training_data", "validation_data")
    }
    assert verdicts(**sized)["sizes"].outcome is Outcome.PASSED


def test_a_parameter_can_differ_where_the_criterion_is_about_another_function(verdicts, right):
    assert verdicts()["input"].outcome is Outcome.FAILED
    smaller = right.built_model.model_copy(update={"input_shape": (None, 120, 120, 3)})
    assert verdicts(built_model=smaller)["input"].outcome is Outcome.PASSED


def test_what_the_function_raised_is_told_of_it(verdicts):
    broken = Function(name="train_val_datasets", defined=True, stands_for=REPLACED, empty=True)
    functions = {name: Function(name=name, defined=False) for name in REPLACED} | {"train_val_datasets": broken}
    found = verdicts(functions=functions)
    assert {v.evidence["code"] for name, v in found.items() if name != "input"} == {"function-empty"}
