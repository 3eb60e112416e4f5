"""Audits that are really graded: two mutants without training in the ordinary tests, week 1 whole in the slow ones."""

import shutil
from pathlib import Path

import pytest

from grader.cli import main

ROOT = Path(__file__).parents[2]


def grader(*arguments: object) -> int:
    try:
        main([str(argument) for argument in arguments])
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


@pytest.fixture
def course(tmp_path) -> Path:
    """A course of its own, with the secret and the holdouts of the checkout, but without its gradebooks."""
    for name in ("solutions", "templates", "assignments"):
        shutil.copytree(ROOT / name, tmp_path / name)
    private = ROOT / ".grader"
    (tmp_path / ".grader").mkdir()
    for kept in private.iterdir() if private.is_dir() else ():
        if kept.is_dir():
            (tmp_path / ".grader" / kept.name).symlink_to(kept)
        elif "sqlite" not in kept.name:
            shutil.copy2(kept, tmp_path / ".grader")
    return tmp_path


def test_a_mistake_is_caught_and_another_one_that_nothing_catches_is_named(course, capsys):
    (course / "solutions" / "week1" / "mutations.toml").write_text(
        """
[mistakes.seven-filters]
about = "Takes seven filters, which this rubric says nothing of"
in = "model"
find = "Conv2D(64, ...)"
replace = "Conv2D(7, ...)"
take = "first"
caught_by = ["layer_stack"]
"""
    )
    words = ("--course", course, "audit", "week1", "--quick", "--jobs", 1)
    chosen = ("--only", "softmax-one-unit", "--only", "seven-filters", "--write", course / "tables")
    assert grader(*words, *chosen) == 1
    told = capsys.readouterr().out
    assert "'layers' (layer_stack) cannot fail: it passed with the one mistake that it is for: seven-filters" in told
    page = (course / "tables" / "week1.md").read_text()
    assert "| softmax-one-unit | Softmax over one unit, which is always 1 | pairing |" in page
    assert "**1 hole**" in page
    assert not list(course.rglob("gradebook.sqlite"))
    assert grader(*words, "--only", "softmax-one-unit") == 0
    assert "(ok, kept)" in capsys.readouterr().out


def test_mutants_can_be_named_and_looked_at(course, capsys):
    folder = course / "mutants"
    assert grader("--course", course, "audit", "week1", "--only", "rescale-225", "--keep", folder) == 0
    assert "rescale=1 / 225" in (folder / "rescale-225.ipynb").read_text()
    assert grader("--course", course, "audit", "week3", "--list") == 0
    assert "callback-greater" in capsys.readouterr().out


def test_a_name_that_no_mutation_has_is_an_error(course, capsys):
    assert grader("--course", course, "audit", "week1", "--only", "rescale-226") == 2
    assert "there is no mutation 'rescale-226'" in capsys.readouterr().err


@pytest.mark.slow
def test_week_1_has_no_hole(course, capsys):
    assert grader("--course", course, "audit", "week1") == 0, capsys.readouterr().out
