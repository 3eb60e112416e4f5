"""Dropout, optimizer, size and gap, each on a right submission with one fact changed."""

import pytest

from grader.errors import RubricError
from grader.judge import compile_rubric, judge
from grader.observation import Accuracy, Layer, Observations, Optimizer
from grader.rubric import Rubric
from grader.scorecard import Outcome, Verdict


def verdict(observations: Observations, check: str, **parameters) -> Verdict:
    rubric = Rubric.model_validate(
        {
            "title": "t",
            "image_shape": (150, 150, 3),
            "functions": [{"name": "create_model", "role": "model"}],
            "criteria": [{"id": "a", "check": check, "title": "t", "points": 10, "parameters": parameters}],
        }
    )
    return judge(compile_rubric(rubric, where="rubric.toml"), observations)[0]


def code(found: Verdict) -> str:
    return found.evidence.get("code", "") if found.outcome is not Outcome.PASSED else "passed"


def with_layers(right, *layers):
    return right.model_copy(update={"built_model": right.built_model.model_copy(update={"layers": layers})})


def drop(rate, kind="Dropout"):
    return Layer(name="d", kind=kind, settings={"rate": rate})


DENSE = Layer(name="out", kind="Dense", parameters=10, trainable=10)


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ((drop(0.5), DENSE), "passed"),
        ((drop(0.2, "SpatialDropout2D"), DENSE), "passed"),
        ((DENSE,), "none"),
        ((DENSE, drop(0.5)), "after-output"),
        ((drop(0.0), DENSE), "too-weak"),
        ((drop(0.95), DENSE), "too-strong"),
        ((drop(0.0), drop(0.5), DENSE), "passed"),
    ],
)
def test_dropout_counts_before_the_output_with_a_rate_that_does_something(right, layers, expected):
    found = verdict(with_layers(right, *layers), "dropout")
    assert code(found) == expected
    assert bool(found.feedback) == (expected != "passed")


def test_more_than_one_dropout_may_be_asked_for(right):
    assert code(verdict(with_layers(right, drop(0.5), DENSE), "dropout", layers=2)) == "too-few"


@pytest.mark.parametrize(
    ("optimizer", "expected"),
    [
        (Optimizer(name="adam", learning_rate=0.001), "passed"),
        (Optimizer(name="rmsprop", learning_rate=None), "passed"),
        (Optimizer(name="sgd", learning_rate=0.01), "wrong-name"),
        (Optimizer(name="adam", learning_rate=1.0), "too-fast"),
        (Optimizer(name="adam", learning_rate=1e-7), "too-slow"),
        (None, "not-compiled"),
    ],
)
def test_an_optimizer_is_judged_by_name_and_learning_rate(right, optimizer, expected):
    seen = right.model_copy(update={"built_model": right.built_model.model_copy(update={"optimizer": optimizer})})
    assert code(verdict(seen, "optimizer", names=["Adam", "RMSprop"], at_least=1e-5, at_most=0.01)) == expected


def test_any_optimizer_will_do_where_the_rubric_says_nothing(right):
    assert code(verdict(right, "optimizer")) == "passed"


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"total": 40}, "passed"), ({"total": 39}, "too-many-total"), ({"trainable": 39}, "too-many-trainable"),
        ({"total": 40, "trainable": 40}, "passed"),
    ],
)  # fmt: skip
def test_a_budget_bounds_all_parameters_or_the_trainable_ones(right, parameters, expected):
    assert code(verdict(right, "parameter_budget", **parameters)) == expected


def test_a_budget_without_a_bound_is_refused_and_an_unbuilt_model_told(right):
    with pytest.raises(RubricError, match="'total', 'trainable'"):
        verdict(right, "parameter_budget")
    empty = right.built_model.model_copy(update={"parameters": 0})
    assert code(verdict(right.model_copy(update={"built_model": empty}), "parameter_budget", total=9)) == "unbuilt"


def accuracy(correct, images=1000):
    return Accuracy(correct=correct, images=images, confusion=((0, 0), (0, 0)), classes=("cats", "dogs"))


@pytest.mark.parametrize(
    ("train", "holdout", "expected"),
    [(900, 860, "passed"), (990, 800, "too-wide"), (500, 500, "not-learned"), (800, 900, "passed")],
)
def test_the_gap_is_that_of_measured_accuracies(right, train, holdout, expected):
    seen = right.model_copy(update={"train_accuracy": accuracy(train), "holdout_accuracy": accuracy(holdout)})
    found = verdict(seen, "overfitting_gap", at_most=0.05, learned=0.7)
    assert code(found) == expected
    assert found.provenance == "measured"


def test_what_chance_can_do_is_granted_and_the_history_is_only_mentioned(right):
    seen = right.model_copy(update={"train_accuracy": accuracy(92, 100), "holdout_accuracy": accuracy(85, 100)})
    assert code(verdict(seen, "overfitting_gap", at_most=0.05)) == "passed"
    assert code(verdict(seen, "overfitting_gap", at_most=0.05, chance=False)) == "too-wide"
    curves = {"accuracy": (0.5, 0.6), "val_accuracy": (0.5, 0.6)}
    told = seen.model_copy(update={"history": right.history.model_copy(update={"curves": curves})})
    found = verdict(told, "overfitting_gap", at_most=0.05, chance=False)
    assert code(found) == "too-wide"
    assert "the history says 60.0% and 60.0%" in found.actual
