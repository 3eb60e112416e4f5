"""What the solution reaches with other seeds: how it gets them, and how that is kept."""

from pathlib import Path

import pytest

from grader.audit.mutants import Cell, Template
from grader.audit.seeds import measured, read_seeds, seeded, write_seeds
from grader.errors import CourseError
from grader.observation import Accuracy, Observations, Run, RunStatus
from grader.rubric import load_rubric

RUBRIC = load_rubric(Path(__file__).parents[3] / "solutions" / "week1" / "rubric.toml")


def run(correct: int | None) -> Observations:
    accuracy = (
        None
        if correct is None
        else Accuracy(correct=correct, images=200, confusion=((90, 10), (10, 90)), classes=("a", "b"))
    )
    return Observations(run=Run(status=RunStatus.OK, seconds=1.0), train_accuracy=accuracy, holdout_accuracy=accuracy)


def test_every_seed_of_the_notebook_is_another_one():
    cells = (
        Cell("markdown", "keras.utils.set_random_seed(1)"),
        Cell("code", "import keras\nkeras.utils.set_random_seed(1)  # the same shuffles"),
        Cell("code", "model = create_model()", ("create_model",)),
        Cell("code", "keras.utils.set_random_seed(1)\nmodel.fit(x)"),
    )
    sources = [cell.source for cell in seeded(Template("ours", cells, RUBRIC), 7)]
    assert sources == [
        cells[0].source,
        "import keras\nkeras.utils.set_random_seed(7)  # the same shuffles",
        cells[2].source,
        "keras.utils.set_random_seed(7)\nmodel.fit(x)",
    ]


def test_a_solution_without_a_seed_is_an_error():
    with pytest.raises(CourseError, match="sets no seed"):
        seeded(Template("ours", (Cell("code", "x = 1"),), RUBRIC), 7)


def test_what_was_measured_is_kept_beside_the_rubric(tmp_path):
    found = measured(RUBRIC, [run(180), run(190)])
    assert [(one.criterion, one.shares, one.largest) for one in found] == [
        ("train-accuracy", (0.9, 0.95), 0.5),
        ("holdout-accuracy", (0.9, 0.95), 0.5),
    ]
    write_seeds(tmp_path, found, {"tensorflow": "2.20"})
    assert read_seeds(tmp_path) == found
    assert read_seeds(tmp_path / "elsewhere") == []


def test_a_seed_that_gave_no_accuracy_is_an_error():
    with pytest.raises(CourseError, match="1 of 2 seeds gave no accuracy for 'train-accuracy'"):
        measured(RUBRIC, [run(180), run(None)])


def test_a_file_that_holds_something_else_is_an_error(tmp_path):
    (tmp_path / "seeds.json").write_text("[1]")
    with pytest.raises(CourseError, match="seeds N"):
        read_seeds(tmp_path)
