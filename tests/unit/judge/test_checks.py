"""Each check, on a right submission with one fact changed: the code, the points and the words that follow."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import JsonValue

from grader.judge import compile_rubric, generator, judge
from grader.observation import (
    Accuracy,
    CellRun,
    CodeError,
    Directories,
    Function,
    History,
    Observations,
    Output,
    Run,
    RunStatus,
)
from grader.rubric import Rubric, load_rubric
from grader.scorecard import Outcome, Verdict

WEEK1 = Path(__file__).parents[3] / "solutions" / "week1" / "rubric.toml"


def verdicts(observations: Observations) -> dict[str, Verdict]:
    rubric = compile_rubric(load_rubric(WEEK1), where="rubric.toml")
    return {verdict.criterion: verdict for verdict in judge(rubric, observations)}


def lost(observations: Observations) -> set[str]:
    return {name for name, verdict in verdicts(observations).items() if verdict.points < verdict.max_points}


def change(observations: Observations, **changes: Any) -> Observations:
    return observations.model_copy(update=changes)


def inside(observations: Observations, field: str, **changes: Any) -> Observations:
    return change(observations, **{field: getattr(observations, field).model_copy(update=changes)})


def code(observations: Observations, criterion: str) -> JsonValue:
    return verdicts(observations)[criterion].evidence["code"]


def test_a_right_submission_earns_every_point(right):
    assert lost(right) == set()
    assert all(verdict.outcome is Outcome.PASSED for verdict in verdicts(right).values())


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (CellRun(index=4, status="error", error=CodeError(name="SyntaxError", message="bad", line="x =")), "syntax"),
        (CellRun(index=4, status="error", error=CodeError(name="NameError", message="no x")), "cell-error"),
        (CellRun(index=4, status="error", error=CodeError(name="NotImplementedError", message="")), "unfinished"),
        (CellRun(index=4, status="timeout", seconds=60), "cell-timeout"),
    ],
)
def test_a_cell_that_fails_is_named(right, cell, expected):
    bad = change(right, run=Run(status=RunStatus.CELL_ERROR, seconds=1, cells=(cell,)))
    assert lost(bad) == {"notebook-runs"}
    assert code(bad, "notebook-runs") == expected
    assert "ell 5" in verdicts(bad)["notebook-runs"].feedback


@pytest.mark.parametrize("status", ["timeout", "memory", "output", "disk", "killed"])
def test_a_limit_has_words_of_its_own(right, status):
    bad = change(right, run=Run(status=RunStatus(status), seconds=1, message="it went on and on"))
    assert code(bad, "notebook-runs") == f"stopped-{status}"
    assert "it went on and on" in verdicts(bad)["notebook-runs"].feedback


def test_a_run_without_cells_did_not_run(right):
    assert code(change(right, run=Run(status=RunStatus.CELL_ERROR, seconds=0)), "notebook-runs") == "nothing-ran"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"defined": False}, "function-missing"),
        ({"empty": True}, "function-empty"),
        ({"error": CodeError(name="NotImplementedError", message="")}, "function-unfinished"),
        ({"error": CodeError(name="NameError", message="name 'ROOT' is not defined")}, "function-raised"),
        ({"error": CodeError(name="ReturnValue", message="it returned nothing")}, "function-returned"),
        ({"error": CodeError(name="TimeoutError", message="too long")}, "function-slow"),
        ({"parameters": ("a", "b")}, "wrong-parameters"),
    ],
)
def test_a_function_that_does_not_work_is_told_why(right, changes, expected):
    name = "create_train_val_dirs"
    functions = right.functions | {name: right.functions[name].model_copy(update=changes)}
    bad = change(right, functions=functions)
    assert code(bad, "directories") == expected
    assert lost(bad) == {"directories"}


def test_missing_folders_are_listed_and_an_ignored_parameter_is_named(right):
    few = change(right, directories=Directories(folders=("training", "training/cats")))
    assert "training/dogs" in verdicts(few)["directories"].feedback
    name = "create_train_val_dirs"
    unused = Function(name=name, defined=True, parameters=("root_path",), unused=("root_path",))
    ignored = change(few, functions=right.functions | {name: unused})
    assert code(ignored, "directories") == "parameter-unused"
    assert "root_path" in verdicts(ignored)["directories"].feedback


@pytest.mark.parametrize(
    ("changes", "expected", "points"),
    [
        ({"source_intact": False}, "moved", 0),
        ({"training": 0, "validation": 0, "lost": 24}, "nothing-copied", 0),
        ({"empty_copied": 2}, "empty-copied", 0),
        ({"shared": 6}, "shared", 0),
        ({"lost": 6, "validation": 0}, "lost", 0),
        ({"foreign": 1}, "foreign", 0),
        ({"training": 12, "validation": 12}, "wrong-share", 0),
        ({"training": 19, "validation": 5}, "counted-empty", 0),
        ({"in_order": True}, "in-order", 5),
    ],
)
def test_each_way_to_split_wrongly_has_its_own_words(right, changes, expected, points):
    split = right.splits[0].model_copy(update=changes)
    bad = change(right, splits=(right.splits[1], split))
    assert code(bad, "split") == expected
    assert verdicts(bad)["split"].points == points
    assert lost(bad) == {"split"}


def test_a_split_that_ignores_a_parameter_names_it(right):
    split = right.splits[0].model_copy(update={"training": 22, "validation": 2})
    unused = Function(name="split_data", defined=True, unused=("SPLIT_SIZE",))
    bad = change(right, splits=(split,), functions=right.functions | {"split_data": unused})
    assert "SPLIT_SIZE" in verdicts(bad)["split"].feedback


@pytest.mark.parametrize(
    ("which", "changes", "expected"),
    [
        ("training_data", {"image_shape": (128, 128, 3)}, "wrong-size"),
        ("validation_data", {"from_other_folder": 20}, "wrong-folder"),
        ("training_data", {"label_form": "none"}, "wrong-labels"),
        ("training_data", {"labels_right": 0.5}, "shuffled-labels"),
        ("training_data", {"scale": 1.0, "high": 255.0}, "scales-differ"),
        ("validation_data", {"error": CodeError(name="ValueError", message="no")}, "raised"),
        ("built_model", {"first_convolution_range": (0.0, 255.0)}, "not-rescaled"),
        ("built_model", {"first_convolution_range": (0.0, 0.0039)}, "rescaled-twice"),
        ("built_model", {"first_convolution_range": (0.0, 1.13)}, "odd-range"),
        ("built_model", {"first_convolution_range": (-1.0, 1.0)}, "odd-range"),
    ],
)
def test_each_fault_of_a_pipeline_has_its_own_words(right, which, changes, expected):
    assert code(inside(right, which, **changes), "generators") == expected


@pytest.mark.parametrize(("flips", "expected"), [("hint", "flipped"), ("fine", "passed")])
def test_mirrored_training_images_earn_a_hint_at_most(right, flips, expected):
    seen = inside(right, "training_data", changes=("flip",))
    found = generator.check(seen, generator.Parameters(image_shape=(150, 150, 3), flips=flips), None)
    assert (found.code, found.fraction) == (expected, 1.0)


def test_raw_pixels_are_right_when_the_model_rescales_them(right):
    raw = {"scale": 1.0, "high": 255.0}
    both = inside(inside(right, "training_data", **raw), "validation_data", **raw)
    assert lost(both) == set()


def test_without_a_usable_model_the_range_is_that_of_the_pipeline(right):
    raw = {"scale": 1.0, "high": 255.0}
    both = inside(inside(right, "training_data", **raw), "validation_data", **raw)
    assert code(change(both, built_model=None), "generators") == "not-rescaled"


@pytest.mark.parametrize("changes", [{"changes": ("flip",), "distortion": 0.3}, {"distortion": 0.2}])
def test_augmented_validation_images_are_seen(right, changes):
    bad = inside(right, "validation_data", **changes)
    assert lost(bad) == {"validation-untouched"}
    assert code(bad, "validation-untouched") == "augmented"


@pytest.mark.parametrize(
    ("changes", "criterion", "expected"),
    [
        ({"input_shape": (None, 128, 128, 3)}, "input-shape", "wrong-shape"),
        ({"input_shape": ()}, "input-shape", "unbuilt"),
        ({"layers": ()}, "layers", "too-few"),
        ({"output": Output(units=3, activation="softmax", layer="Dense")}, "output", "wrong-units"),
        ({"output": Output(units=1, activation="sigmoid", layer="Conv2D")}, "output", "wrong-layer"),
        ({"output": None}, "output", "no-output"),
        ({"compiled": False}, "metrics", "not-compiled"),
        ({"compiled": False, "loss": None}, "pairing", "not-compiled"),
        ({"metrics": ()}, "metrics", "no-accuracy"),
        ({"metrics": ("sparse_categorical_accuracy",)}, "metrics", "wrong-metric"),
    ],
)
def test_each_fault_of_a_model_has_its_own_words(right, changes, criterion, expected):
    assert code(inside(right, "built_model", **changes), criterion) == expected


def test_a_model_that_cannot_be_loaded_fails_its_own_criterion_and_the_rest_is_skipped(right):
    bad = inside(right, "built_model", error="it holds a Lambda layer")
    found = verdicts(bad)
    assert "Lambda" in found["create-model"].feedback
    assert found["pairing"].outcome is Outcome.SKIPPED
    assert "A model of your own" in found["pairing"].feedback


def test_a_model_that_is_too_large_to_be_saved_is_told_so(right):
    bad = inside(
        right, "built_model", error="the model could not be saved: OSError: [Errno 28] No space left on device"
    )
    assert code(bad, "create-model") == "model-too-large"
    assert "too large" in verdicts(bad)["create-model"].feedback


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        (None, "no-history"),
        (History(epochs=1, curves={"loss": (0.7,)}), "too-few-epochs"),
        (History(epochs=3, curves={"loss": (0.7, None, None)}), "not-finite"),
        (History(epochs=3, curves={"loss": (0.7, 0.7, 0.7)}), "loss-did-not-fall"),
    ],
)
def test_each_fault_of_a_history_has_its_own_words(right, history, expected):
    assert code(change(right, history=history), "training") == expected


def test_a_history_that_boasts_is_compared_with_the_model(right):
    chance = Accuracy(correct=100, images=200, confusion=((50, 50), (50, 50)), classes=("cats", "dogs"))
    bad = change(right, train_accuracy=chance, holdout_accuracy=chance)
    found = verdicts(bad)
    assert found["training"].evidence["code"] == "history-disagrees"
    assert "95%" in found["training"].feedback
    assert "50%" in found["training"].feedback
    assert found["holdout-accuracy"].outcome is Outcome.SKIPPED


def test_a_made_up_history_needs_a_model_that_learned(right):
    chance = Accuracy(correct=100, images=200, confusion=((50, 50), (50, 50)), classes=("cats", "dogs"))
    made_up = History(epochs=3, curves={"loss": (0.9, 0.5, 0.1)})
    bad = change(right, history=made_up, train_accuracy=chance)
    week1 = load_rubric(WEEK1)
    criteria = [
        one.model_copy(update={"parameters": {"epochs": 3, "learned": 0.6}}) if one.id == "training" else one
        for one in week1.criteria
    ]
    strict = compile_rubric(week1.model_copy(update={"criteria": tuple(criteria)}), where="rubric.toml")
    verdict = next(verdict for verdict in judge(strict, bad) if verdict.criterion == "training")
    assert verdict.evidence["code"] == "not-learned"
    assert "50%" in verdict.feedback


def test_a_kernel_that_hides_errors_is_not_believed(right):
    hiding = change(right, run=right.run.model_copy(update={"hides_errors": True}))
    assert lost(hiding) == {"notebook-runs"}
    assert code(hiding, "notebook-runs") == "errors-hidden"


def test_accuracy_below_the_threshold_says_by_how_much(right):
    low = Accuracy(correct=140, images=200, confusion=((70, 30), (30, 70)), classes=("cats", "dogs"))
    verdict = verdicts(change(right, holdout_accuracy=low))["holdout-accuracy"]
    assert verdict.outcome is Outcome.FAILED
    assert "140 of 200" in verdict.feedback


def test_a_model_that_knows_one_answer_is_told_so(right):
    one = Accuracy(correct=100, images=200, confusion=((0, 100), (0, 100)), classes=("cats", "dogs"))
    verdict = verdicts(change(right, holdout_accuracy=one))["holdout-accuracy"]
    assert "dogs" in verdict.feedback


def drawn(right, *sources: str, at: int = -1) -> str:
    """The code where the figures stand in one of these cells, the last unless told."""
    cells = tuple(CellRun(index=number, status="ok", source=source) for number, source in enumerate(sources))
    figures = tuple(figure.model_copy(update={"cell": range(len(sources))[at]}) for figure in right.figures)
    return code(change(right, figures=figures, run=right.run.model_copy(update={"cells": cells})), "curves")


@pytest.mark.parametrize(
    "sources",
    [
        ["history = model.fit(x)", "plt.plot(history.history['loss'])"],
        ["hist = model.fit(x, epochs=3)", "plt.plot(hist.history['loss'])"],
        ["history = model.fit(x)", "acc, loss = history.history['accuracy'], history.history['loss']", "plt.plot(acc)"],
        ["history = model.fit(x)", ""],
    ],
)
def test_curves_are_drawn_from_the_history(right, sources):
    assert drawn(right, *sources) == "passed"


def test_pictures_of_something_else_are_no_curves(right):
    assert drawn(right, "history = model.fit(x)", "accuracy = 1", "plt.imshow(images[0])") == "no-curves"
    assert drawn(right, "history = model.fit(x)", "historical = 1\nplt.imshow(historical)") == "no-curves"


EARLIER = "def train():\n    fitted = network.fit(x)\n    return fitted.history\nplt.plot(train()['loss'])"


def test_curves_of_an_earlier_training_are_not_those_of_the_history(right):
    assert drawn(right, EARLIER, "history = model.fit(x)", at=0) == "no-curves"
    renamed = [EARLIER, "hist = model.fit(x)\nplt.plot(hist.history['loss'])", "history = hist"]
    assert drawn(right, *renamed, at=1) == "passed"


def test_a_keyword_that_is_called_like_a_variable_reads_nothing(right):
    named = ["history = model.fit(x)", "epochs = range(len(history.history['loss']))"]
    assert drawn(right, *named, "other.fit(x, epochs=3)\nplt.plot(sizes)") == "no-curves"
    assert drawn(right, *named, "plt.plot(epochs, losses)") == "passed"


def test_blank_figures_do_not_count(right):
    blank = tuple(figure.model_copy(update={"colours": 1}) for figure in right.figures)
    assert code(change(right, figures=blank), "curves") == "blank"
    assert code(change(right, figures=right.figures[:1]), "curves") == "too-few"


def test_a_criterion_close_to_the_threshold_can_earn_a_part(right):
    data = load_rubric(WEEK1).model_dump(mode="json")
    for criterion in data["criteria"]:
        if criterion["id"] == "holdout-accuracy":
            criterion["parameters"] = {"minimum": 0.95, "partial": 0.85, "partial_credit": 0.4}
    rubric = compile_rubric(Rubric.model_validate(data), where="rubric.toml")
    verdict = {v.criterion: v for v in judge(rubric, right)}["holdout-accuracy"]
    assert (verdict.outcome, verdict.points) == (Outcome.PARTIAL, 4.0)
