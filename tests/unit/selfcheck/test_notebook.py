"""A notebook's file is checked by what it carries, or by what its own cells ask; functions are really called."""

import json
from pathlib import Path

import pytest

from grader.cli import main
from grader.errors import NotebookError
from grader.handout import Handout
from grader.scorecard import Outcome
from grader.selfcheck.notebook import check_notebook

IMPORTS = "import os, random, shutil\nPARTS = ('training', 'validation')"


@pytest.fixture
def right(save, pieces):
    """A notebook in which everything is right."""
    return save("# Words", IMPORTS, pieces.copy, pieces.folders, pieces.split, "1 / 0", handout=pieces.handout)


def outcomes(found):
    return {tried.function: [v.outcome for v in tried.verdicts] for tried in found.tried}


def test_each_function_gets_its_verdicts_under_the_titles_of_the_rubric(right):
    found = check_notebook(right)
    assert outcomes(found) == {"create_train_val_dirs": [Outcome.PASSED], "split_data": [Outcome.PASSED]}
    assert [tried.verdicts[0].title for tried in found.tried] == ["Folders", "A fair split"]
    assert (found.week, found.troubles) == ("week1", ())
    assert [later.title for later in found.later] == ["It recognises new images"]


def test_a_mistake_is_told_as_the_grader_would(save, pieces):
    wrong = pieces.split.replace("names[cut:]", "names[:cut]")
    found = check_notebook(save(IMPORTS, pieces.copy, pieces.folders, wrong, handout=pieces.handout))
    verdict = found.tried[1].verdicts[0]
    assert verdict.outcome is Outcome.FAILED
    assert "18 files are in both training and validation" in verdict.feedback


def test_a_function_that_is_not_there_is_named(save, pieces):
    found = check_notebook(save(IMPORTS, pieces.folders, handout=pieces.handout))
    verdict = found.tried[1].verdicts[0]
    assert verdict.outcome is Outcome.FAILED
    assert "no function called `split_data`" in verdict.feedback


def test_a_line_that_stops_a_function_is_shown(save, pieces):
    wrong = pieces.folders.replace("PARTS", "MISSING")
    verdict = check_notebook(save(IMPORTS, pieces.copy, wrong, handout=pieces.handout)).tried[0].verdicts[0]
    assert "NameError: name 'MISSING' is not defined (at `for part in MISSING:`)" in verdict.actual


def test_without_metadata_the_self_check_cells_say_what_to_check(save, pieces):
    path = save(
        IMPORTS, pieces.copy, pieces.split, "from grader.student import check\ncheck(split_data, data_split={})"
    )
    found = check_notebook(path)
    assert outcomes(found) == {"split_data": [Outcome.PASSED]}
    assert (found.week, found.later) == ("", ())


def test_a_notebook_that_says_nothing_is_sent_on_its_way(save):
    with pytest.raises(NotebookError, match="does not say what to check") as raised:
        check_notebook(save("check(f, x=unknown)", "check(", "x = 1"))
    assert "--assignment" in raised.value.remedy


def test_a_function_that_reads_a_fixed_place_is_left_for_the_grader(save, pieces):
    parts = pieces.handout.model_dump()
    parts["functions"] = [
        *parts["functions"],
        {"name": "train_val_datasets", "role": "datasets", "replaces": ["create_train_val_dirs", "split_data"]},
    ]
    found = check_notebook(save("def train_val_datasets():\n    return 1 / 0", handout=Handout.model_validate(parts)))
    assert found.tried == ()
    assert [later.title for later in found.later] == ["Folders", "A fair split", "It recognises new images"]


def test_the_command_says_all_of_it_in_words(right, capsys):
    main_ends(["check", str(right)])
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["create_train_val_dirs", "  ✓ Folders: 4 folders made"]
    assert lines[2:4] == [
        "split_data",
        "  ✓ A fair split: of 24 files 18 in training and 6 in validation; of 15 files 9",
    ]
    assert lines[-3:] == [
        "2 of 2 right.",
        "Left for the grader, which runs and trains everything (points in brackets):",
        "  It recognises new images (5).",
    ]


def test_the_command_says_all_of_it_in_json_and_nothing_else(right, capfd):
    main_ends(["check", str(right), "--json"])
    document = json.loads(capfd.readouterr().out)
    assert [(v["function"], v["outcome"]) for v in document["verdicts"]] == [
        ("create_train_val_dirs", "passed"),
        ("split_data", "passed"),
    ]
    assert document["assignment"] == "week1"
    assert document["later"] == [{"title": "It recognises new images", "points": 5.0}]


def test_a_cell_that_cannot_be_read_is_said_first(save, pieces, capsys):
    main_ends(["check", str(save("def f(:", IMPORTS, pieces.folders, handout=pieces.handout))])
    assert capsys.readouterr().out.startswith("Cell 1, line 1: Python cannot read it: ")


def test_the_week_of_the_notebook_may_be_said_where_there_is_no_course(right, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    main_ends(["check", str(right), "--assignment", "week1"])
    assert "2 of 2 right." in capsys.readouterr().out
    main_ends(["check", str(right), "--assignment", "week2"], status=2)
    assert "no course here" in capsys.readouterr().err


def test_a_week_of_the_course_is_taken_from_its_rubric(save, capsys, monkeypatch):
    monkeypatch.chdir(Path(__file__).parents[3])
    main_ends(["check", str(save("x = 1")), "--assignment", "week1"])
    out = " ".join(capsys.readouterr().out.split())
    assert "There is no function called `create_model`" in out
    assert "It recognises new images (10)" in out


def test_nothing_of_it_stays_behind(right, tmp_path):
    before = set(tmp_path.iterdir())
    check_notebook(right)
    assert set(tmp_path.iterdir()) == before


def main_ends(arguments, status=0):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert (ended.value.code or 0) == status
