"""Cut, frozen, loaded, and the callback: each on facts as they would be measured."""

import pytest

from grader.judge import compile_rubric, judge
from grader.observation import BaseWeights, CallbackCase, CodeError, Layer, Observations
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
    return str(found.evidence.get("code", "")) if found.outcome is not Outcome.PASSED else "passed"


def base(equal=5, trainable=0, layers=5):
    names = tuple(f"conv{n}" for n in range(layers - equal))
    return BaseWeights(layers=layers, equal=equal, differing=names, trainable=trainable)


@pytest.mark.parametrize(
    ("built", "trained", "expected"),
    [
        (base(), base(), "passed"),
        (base(), None, "passed"),
        (base(trainable=30), base(trainable=30), "trainable"),
        (base(), base(equal=1), "changed"),
        (base(equal=0), base(equal=0), "passed"),  # never loaded, which is another criterion's business
        (base(equal=0, layers=0), None, "no-base"),
    ],
)
def test_a_frozen_base_is_not_trainable_and_unchanged(right, built, trained, expected):
    seen = right.model_copy(update={"built_base": built, "trained_base": trained})
    assert code(verdict(seen, "frozen_base")) == expected


@pytest.mark.parametrize(
    ("found", "expected"),
    [(base(), "passed"), (base(equal=0), "not-loaded"), (base(equal=3), "partly"), (base(0, 0, 0), "no-base")],
)
def test_pretrained_weights_are_those_of_the_file(right, found, expected):
    assert code(verdict(right.model_copy(update={"built_base": found}), "pretrained_weights")) == expected


def test_without_a_comparison_nothing_is_judged(right):
    assert verdict(right, "pretrained_weights").outcome is Outcome.SKIPPED


@pytest.mark.parametrize(
    ("head_input", "shape", "expected"),
    [
        ("mixed7", (None, 7, 7, 768), "passed"),
        ("mixed10", (None, 3, 3, 2048), "wrong-layer"),
        ("mixed7", (None, 9, 9, 768), "wrong-shape"),
        (None, (None, 7, 7, 768), "no-head"),
    ],
)
def test_the_cut_is_judged_by_layer_and_shape(right, head_input, shape, expected):
    layers = (Layer(name=head_input or "x", kind="Concatenate", output_shape=shape),)
    model = right.built_model.model_copy(update={"head_input": head_input, "layers": layers})
    found = verdict(
        right.model_copy(update={"cut_model": model}), "cut_layer", layer="mixed7", output_shape=[7, 7, 768]
    )
    assert code(found) == expected


LIMITS = {"accuracy": 0.95, "val_accuracy": 0.8}
LOGS = {
    "above": {"accuracy": 0.96, "val_accuracy": 0.81},
    "just above": {"accuracy": 0.951, "val_accuracy": 0.801},
    "at": {"accuracy": 0.95, "val_accuracy": 0.8},
    "accuracy below": {"accuracy": 0.949, "val_accuracy": 0.81},
    "val_accuracy below": {"accuracy": 0.96, "val_accuracy": 0.799},
    "val_accuracy missing": {"accuracy": 0.96},
    "no metrics": {},
}


def cases(rule):
    made = []
    for name, logs in LOGS.items():
        try:
            made.append(CallbackCase(name=name, logs=logs, stopped=bool(rule(logs))))
        except (KeyError, TypeError) as error:
            told = CodeError(name=type(error).__name__, message=str(error))
            made.append(CallbackCase(name=name, logs=logs, stopped=False, error=told))
    return tuple(made)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (lambda x: x.get("accuracy", 0) >= 0.95 and x.get("val_accuracy", 0) >= 0.8, "passed"),
        (lambda x: x.get("accuracy", 0) > 0.95 and x.get("val_accuracy", 0) > 0.8, "late-at"),
        (lambda x: x.get("accuracy", 0) >= 0.955 and x.get("val_accuracy", 0) >= 0.8, "late"),
        (lambda x: x.get("accuracy", 0) >= 0.95 or x.get("val_accuracy", 0) >= 0.8, "early"),
        (lambda x: False, "never"),
        (lambda x: x["accuracy"] >= 0.95 and x["val_accuracy"] >= 0.8, "missing-raised"),
        (lambda x: x["acc"] >= 0.95, "raised"),
        (lambda x: x.get("accuracy", 1) >= 0.95 and x.get("val_accuracy", 1) >= 0.8, "missing-stopped"),
    ],
)
def test_a_callback_stops_exactly_when_it_should(right, rule, expected):
    found = verdict(right.model_copy(update={"callback_cases": cases(rule)}), "callback_stops", stops_at=LIMITS)
    assert code(found) == expected


def test_a_course_may_overlook_missing_keys(right):
    strict = cases(lambda x: x["accuracy"] >= 0.95 and x["val_accuracy"] >= 0.8)
    seen = right.model_copy(update={"callback_cases": strict})
    assert code(verdict(seen, "callback_stops", stops_at=LIMITS, missing_keys=False)) == "passed"


def test_a_course_may_leave_open_what_happens_at_the_threshold(right):
    late = cases(lambda x: x.get("accuracy", 0) > 0.95 and x.get("val_accuracy", 0) > 0.8)
    seen = right.model_copy(update={"callback_cases": late})
    assert code(verdict(seen, "callback_stops", stops_at=LIMITS, at_threshold=False)) == "passed"
    later = cases(lambda x: x.get("accuracy", 0) > 0.955 and x.get("val_accuracy", 0) > 0.8)
    seen = right.model_copy(update={"callback_cases": later})
    assert code(verdict(seen, "callback_stops", stops_at=LIMITS, at_threshold=False)) == "late"
