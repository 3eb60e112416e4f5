"""Observations from hand-made results: what the sandbox would have shipped, and what it would not."""

import hashlib
import json
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
from PIL import Image

from grader.measure import inspected, observe
from grader.measure.inspected import after_inspection
from grader.measure.inspection import inspection_inputs
from grader.observation import KerasModel, Loss, Output, Parsed, RunStatus
from grader.rubric import Rubric

SOURCE = {
    "create_train_val_dirs": "root_path",
    "split_data": "SOURCE_DIR, TRAINING_DIR, VALIDATION_DIR, SPLIT_SIZE",
    "train_val_generators": "TRAINING_DIR, VALIDATION_DIR",
    "create_model": "",
}
ROLES = ("directories", "split", "pipelines", "model")


@dataclass
class Result:
    status: RunStatus = RunStatus.OK
    message: str = ""
    seconds: float = 3.0
    records: tuple[dict[str, Any], ...] = ()
    files: dict[str, Path] = field(default_factory=dict)


@dataclass(frozen=True)
class Images:
    labels: tuple[int, ...]
    classes: tuple[str, ...] = ("cats", "dogs")
    codes: tuple[int, ...] = ()
    files: tuple[Path, ...] = ()

    def pixel_file(self, height, width, channels, interpolation, otherwise):
        np.save(otherwise, np.full((len(self.labels), height, width, channels), 7, np.uint8))
        return otherwise


TRAINING = Images((0, 1, 0, 1), files=tuple(Path(f"/set/Cat/{n}.jpg") for n in range(4)))
HOLDOUT = Images((1, 0), files=(Path("/secret/0.png"), Path("/secret/1.png")))


@pytest.fixture(scope="module")
def rubric():
    functions = [{"name": name, "role": role} for name, role in zip(SOURCE, ROLES, strict=True)]
    criteria = [{"id": "a", "check": "notebook_runs", "title": "t", "points": 1}]
    return Rubric.model_validate(
        {"title": "t", "functions": functions, "image_shape": (60, 60, 3), "criteria": criteria}
    )


@pytest.fixture(scope="module")
def notebook():
    cells = [
        nbformat.v4.new_code_cell(f"def {name}({args}):\n    return work({args})") for name, args in SOURCE.items()
    ]
    made = nbformat.v4.new_notebook()
    made.cells = [nbformat.v4.new_markdown_cell("# Week 1"), *cells]
    return made


def put(folder, result, name, content):
    path = folder / name
    if isinstance(content, np.ndarray):
        np.save(path, content)
    elif isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(json.dumps(content))
    result.files[name] = path


def keras_file(path):
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("config.json", "metadata.json", "model.weights.h5"):
            archive.writestr(name, "{}")
    return path.read_bytes()


def tree(name, files, folders=()):
    entries = [{"path": path, "kind": "folder", "size": 0, "sha256": None} for path in folders]
    entries += [
        {"path": path, "kind": "file", "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for path, data in files.items()
    ]
    return {"kind": "tree", "root": name, "entries": entries}


@pytest.fixture
def good(tmp_path, challenge):
    """What a submission leaves behind in which everything is right."""
    result = Result()
    records = [{"kind": "cell", "index": n, "status": "ok", "seconds": 0.1, "error": None} for n in range(1, 5)]
    records.append({"kind": "figure", "cell": 4, "width": 640, "height": 480, "colours": 90})
    records.append(tree("directories", {}, ["root/training", "root/training/cats"]))
    put(tmp_path, result, "directories.json", {"error": None, "stdout": ""})
    for split in challenge.splits:
        names = sorted(split.full, key=lambda name, full=split.full: full[name])
        count = round(split.share * len(names))
        files = {f"source/{name}": data for name, data in split.files.items()}
        files |= {f"training/{name}": split.files[name] for name in names[:count]}
        files |= {f"validation/{name}": split.files[name] for name in names[count:]}
        records.append(tree(split.name, files))
        put(tmp_path, result, f"{split.name}.json", {"error": None, "stdout": "", "listing": list(split.files)})
    put(tmp_path, result, "functions.json", {name: {"defined": True} for name in SOURCE})
    put(tmp_path, result, "pipelines.json", {"error": None, "stdout": ""})
    for folder in ("training", "validation"):
        sources = [image for image in challenge.images if image.folder == folder][::3]
        frames = [np.asarray(Image.fromarray(s.pixels()).resize((60, 60), Image.Resampling.NEAREST)) for s in sources]
        labels = np.array([1 - challenge.classes.index(s.label) for s in sources], float)  # dogs are 0 here
        put(tmp_path, result, f"{folder}-images.npy", np.stack(frames).astype(np.float32) / 255)
        put(tmp_path, result, f"{folder}-labels.npy", labels)
        facts = {"error": None, "batch_shape": [7, 60, 60, 3], "label_shape": [7], "batch_sizes": [7]}
        put(tmp_path, result, f"{folder}-data.json", facts)
    put(tmp_path, result, "history.json", {"error": None, "curves": {"loss": [0.7, None], "accuracy": [0.5, 0.6]}})
    for which in ("built", "trained"):
        put(tmp_path, result, f"{which}.json", {"error": None})
        put(tmp_path, result, f"{which}.keras", keras_file(tmp_path / "model.zip"))
    result.records = tuple(records)
    return result


@pytest.fixture
def after_run(notebook, rubric, challenge):
    return lambda result: observe.after_run(result, notebook, rubric, challenge)


def test_a_good_run_leaves_no_fact_missing_but_what_the_inspection_gives(good, after_run):
    seen = after_run(good)

    assert seen.run.status is RunStatus.OK
    assert [cell.index for cell in seen.run.cells] == [1, 2, 3, 4]
    assert seen.functions["split_data"].parameters == tuple(SOURCE["split_data"].split(", "))
    assert all(function.defined and function.error is None for function in seen.functions.values())
    assert seen.directories.folders == ("training", "training/cats")
    assert [(split.training, split.validation, split.lost) for split in seen.splits] == [(18, 6, 0), (9, 6, 0)]
    assert seen.training_data.labels_right == seen.validation_data.labels_right == 1.0
    assert seen.training_data.batch_size == 7
    assert seen.history.epochs == 2
    assert seen.figures[0].colours == 90
    assert set(seen.missing) == {"built_model", "trained_model", "train_accuracy", "holdout_accuracy"}


def test_the_source_of_each_code_cell_is_kept_within_limits(good, rubric, challenge, notebook, monkeypatch):
    seen = observe.after_run(good, notebook, rubric, challenge)
    assert [cell.source for cell in seen.run.cells] == [cell.source for cell in notebook.cells[1:]]
    monkeypatch.setattr(observe, "MAX_SOURCE", 60)
    monkeypatch.setattr(observe, "MAX_CELL_SOURCE", 50)
    seen = observe.after_run(good, notebook, rubric, challenge)
    assert [len(cell.source) for cell in seen.run.cells] == [50, 10, 0, 0]


def test_the_inspection_gets_pixels_and_models_but_no_label(good, after_run, tmp_path):
    seen = after_run(good)
    inputs = inspection_inputs(seen, good, TRAINING, HOLDOUT, tmp_path / "inspection")

    assert set(inputs) == {"built.keras", "trained.keras", "pixels.npy", "train.npy", "holdout.npy", "plan.json"}
    assert np.load(inputs["holdout.npy"]).shape == (2, 60, 60, 3)
    plan = json.loads(inputs["plan.json"].read_text())
    assert plan["scale"] == pytest.approx(1 / 255, rel=1e-3)
    assert plan["pixels_ready"]
    assert "labels" not in plan
    assert float(np.load(inputs["pixels.npy"]).max()) == pytest.approx(1, abs=0.01)


def test_predictions_are_compared_under_the_students_own_class_numbers(good, after_run, tmp_path):
    seen = after_run(good)
    model = KerasModel(
        output=Output(units=1, activation="sigmoid", layer="Dense"), loss=Loss(name="binary_crossentropy")
    ).model_dump(mode="json")
    looked = Result(
        records=({"kind": "model", "which": "built", **model}, {"kind": "model", "which": "trained", **model})
    )
    put(tmp_path, looked, "predictions-train.npy", np.array([[0.9], [0.1], [0.8], [0.7]], np.float32))
    put(tmp_path, looked, "predictions-holdout.npy", np.array([[0.1], [0.9]], np.float32))

    seen = after_inspection(seen, looked, TRAINING, HOLDOUT)

    assert seen.built_model.output.activation == "sigmoid"
    assert seen.train_accuracy.correct == 3  # in this pipeline dogs are 0
    assert seen.holdout_accuracy.correct == 2
    assert [(m.file, m.truth, m.said) for m in seen.train_mistakes] == [("Cat/3.jpg", "dogs", "cats")]
    assert "secret" not in seen.model_dump_json()
    assert seen.missing == {}


@pytest.mark.parametrize(
    ("naming", "expected"), [({0: 0, 3: 1}, {1: 0, 4: 1}), ({0: 0, 1: 1}, {0: 0, 1: 1}), (None, {1: 0, 4: 1})]
)
def test_a_model_that_learned_labels_numbered_anew_is_right_by_those(good, after_run, naming, expected):
    seen = after_run(good)
    data = seen.training_data.model_copy(update={"naming": naming or {}, "labels_right": 1.0 if naming else 0.0})
    parsed = Parsed(renumbered={1: 0, 4: 3})
    seen = seen.model_copy(update={"training_data": data, "parsed": parsed})
    assert inspected._naming(seen, Images((0, 1), codes=(0, 3))) == expected


def test_observations_survive_a_trip_through_json(good, after_run):
    seen = after_run(good)
    assert type(seen).model_validate_json(seen.model_dump_json()) == seen


def test_a_run_that_was_stopped_says_why_each_fact_is_missing(after_run, tmp_path):
    stopped = Result(status=RunStatus.TIMEOUT, message="Cell 2 was stopped after 120 seconds.")
    seen = after_run(stopped)

    assert [cell.status for cell in seen.run.cells] == ["not_run"] * 4
    assert all(function.defined for function in seen.functions.values())  # from the source
    expected = {
        "directories", "splits", "training_data", "validation_data", "built_model", "history", "trained_model",
        "train_accuracy", "holdout_accuracy",
    }  # fmt: skip
    assert set(seen.missing) == expected
    assert all("Cell 2 was stopped" in reason for reason in seen.missing.values())
    assert inspection_inputs(seen, stopped, TRAINING, HOLDOUT, tmp_path / "i") == {}


@pytest.mark.parametrize(("status", "told"), [("error", RunStatus.CELL_ERROR), ("timeout", RunStatus.TIMEOUT)])
def test_a_cell_that_failed_decides_the_status(good, after_run, status, told):
    error = {"name": "ValueError", "message": "x" * 900, "line": "f()", "line_number": 1}
    bad = {"kind": "cell", "index": 3, "status": status, "seconds": 1.0, "error": error}
    good.records = (*(r for r in good.records if r.get("index") != 3), bad)
    run = after_run(good).run
    assert run.status is told
    assert "Cell 4" in run.message
    assert len(next(cell for cell in run.cells if cell.index == 3).error.message) == 500


def test_a_function_that_raised_is_named_as_the_reason(good, after_run, tmp_path):
    error = {"name": "KeyError", "message": "'a'", "line": "x['a']", "line_number": 2}
    put(tmp_path, good, "pipelines.json", {"error": error, "stdout": ""})
    put(tmp_path, good, "built.json", {"error": error, "stdout": ""})
    for name in ("training-data.json", "validation-data.json", "built.keras"):
        del good.files[name]
    seen = after_run(good)
    assert seen.functions["train_val_generators"].error.line == "x['a']"
    assert seen.missing["training_data"] == "`train_val_generators` raised KeyError: 'a'"
    assert seen.missing["built_model"] == "`create_model` raised KeyError: 'a'"


def test_a_function_that_is_not_there_is_not_defined(good, after_run, tmp_path):
    put(tmp_path, good, "functions.json", {name: {"defined": name != "split_data"} for name in SOURCE})
    for name in ("split-a.json", "split-b.json"):
        del good.files[name]
    seen = after_run(good)
    assert not seen.functions["split_data"].defined
    assert seen.missing["splits"] == "`split_data` is not defined in the notebook."


@pytest.mark.parametrize(
    "content", [b"\x00", b'{"error": NaN}', b'{"error": {"name": 3}}', b'{"error": null, "listing": {"a": 1}}']
)
def test_hostile_json_is_survived(good, after_run, tmp_path, content):
    for name in list(good.files):
        if name.endswith(".json"):
            put(tmp_path, good, name, content)
    assert after_run(good).run.status is RunStatus.OK


def test_hostile_arrays_are_survived(good, after_run, tmp_path):
    put(tmp_path, good, "training-images.npy", b"\x93NUMPY hello")
    put(tmp_path, good, "validation-labels.npy", np.zeros((999, 2)))
    seen = after_run(good)
    assert seen.training_data.error.name == "NoImages"
    assert seen.validation_data.label_form == "none"


def test_an_archive_that_keras_did_not_write_never_reaches_the_second_sandbox(good, after_run, tmp_path):
    put(tmp_path, good, "trained.keras", b"not a zip")
    seen = after_run(good)
    assert "not a file that Keras wrote" in seen.trained_model.error
    inputs = inspection_inputs(seen, good, TRAINING, HOLDOUT, tmp_path / "inspection")
    assert "trained.keras" not in inputs
    assert "holdout.npy" not in inputs


def test_without_a_measured_pipeline_the_model_decides_on_the_scale(good, after_run, rubric, tmp_path):
    for name in ("training-data.json", "validation-data.json"):
        del good.files[name]
    seen = after_run(good)
    inputs = inspection_inputs(seen, good, TRAINING, HOLDOUT, tmp_path / "inspection", image_shape=rubric.image_shape)
    plan = json.loads(inputs["plan.json"].read_text())
    assert (plan["scale"], plan["pixels_ready"]) == (None, False)
    assert np.load(inputs["train.npy"]).shape == (4, 60, 60, 3)


def test_images_that_no_model_predicts_on_stay_outside(good, after_run, rubric, tmp_path):
    for name in ("training-data.json", "validation-data.json", "trained.json", "trained.keras"):
        good.files.pop(name, None)
    seen = after_run(good)
    inputs = inspection_inputs(seen, good, TRAINING, HOLDOUT, tmp_path / "inspection", image_shape=rubric.image_shape)
    assert {name for name in inputs if name.endswith(".npy")} == {"pixels.npy"}


def test_our_own_fault_in_the_inspection_holds_the_run(good, after_run):
    seen = after_run(good)
    seen = after_inspection(seen, Result(status=RunStatus.INTERNAL, message="no disk"), TRAINING, HOLDOUT)
    assert seen.run.status is RunStatus.INTERNAL


def test_an_inspection_that_was_stopped_says_so_in_the_model(good, after_run):
    seen = after_run(good)
    looked = Result(status=RunStatus.MEMORY, message="It used more memory than it may.")
    seen = after_inspection(seen, looked, TRAINING, HOLDOUT)
    assert "more memory" in seen.built_model.error
    assert seen.holdout_accuracy is None
    assert "more memory" in seen.missing["holdout_accuracy"]


def test_a_model_that_cannot_predict_says_why(good, after_run):
    seen = after_run(good)
    records = (
        {"kind": "model", "which": "trained"},
        {"kind": "no_predictions", "which": "train", "error": "wrong size"},
    )
    seen = after_inspection(seen, Result(records=records), TRAINING, HOLDOUT)
    assert "wrong size" in seen.missing["train_accuracy"]
    assert "no predictions" in seen.missing["holdout_accuracy"]


@pytest.mark.parametrize("rows", [np.zeros((3, 1), np.float32), np.zeros((4, 1, 1), np.float32)])
def test_predictions_of_another_shape_are_not_counted(good, after_run, tmp_path, rows):
    seen = after_run(good)
    looked = Result(
        records=({"kind": "model", "which": "trained", "made_up": 1}, {"kind": "model", "which": "trained"})
    )
    looked.records = looked.records[1:]
    put(tmp_path, looked, "predictions-train.npy", rows)
    assert after_inspection(seen, looked, TRAINING, HOLDOUT).train_accuracy is None


def test_versions_name_what_observations_depend_on():
    assert {"tensorflow", "keras", "numpy"} <= set(observe.versions())
