"""Notebooks of either edition of the public course are graded as they are, without an edit.

Beside each notebook in `tests/submissions/public` stands the week that it is for, and what it should get.
"""

import html
import json
import shutil
import tomllib
from pathlib import Path

import pytest

from grader.cli import main

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tests" / "submissions" / "public"
EXPECTED = {path.stem: tomllib.loads(path.read_text()) for path in sorted(FOLDER.glob("*.toml"))}
QUICK = ("week1-datasets",)
NAMES = [pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in EXPECTED]


def grade(*arguments: object) -> int:
    try:
        main([str(argument) for argument in arguments])
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    """Week and whether quick -> the folder of reports on its notebooks, graded when first asked for."""
    made: dict[tuple[str, bool], Path] = {}

    def report(name: str) -> Path:
        week, quick = EXPECTED[name]["week"], name in QUICK
        if (week, quick) not in made:
            folder, out = tmp_path_factory.mktemp("class"), tmp_path_factory.mktemp("report")
            for other, expected in EXPECTED.items():
                if expected["week"] == week and (other in QUICK) == quick:
                    shutil.copyfile(FOLDER / f"{other}.ipynb", folder / f"{other}.ipynb")
            assert grade("--course", ROOT, "grade", week, folder, "--out", out) == 0
            made[week, quick] = out
        return made[week, quick]

    return report


@pytest.mark.parametrize("name", NAMES)
def test_it_gets_what_stands_beside_it(reports, name):
    cards = json.loads((reports(name) / "scores.json").read_text())["submissions"]
    card = next(card for card in cards if card["student"] == name)
    lost = {v["criterion"]: (v["actual"], v["feedback"]) for v in card["verdicts"] if v["points"] < v["max_points"]}
    assert set(lost) == set(EXPECTED[name]["lost"]), lost
    assert card["run"]["status"] == "ok"


@pytest.mark.parametrize("name", NAMES)
def test_old_spellings_are_named_beside_the_modern_ones(reports, name):
    page = html.unescape((reports(name) / f"{name}.html").read_text())
    _, found, hints = page.partition("Spellings of an older Keras")
    assert bool(found) == bool(EXPECTED[name]["hints"])
    for spelling in EXPECTED[name]["hints"]:
        assert spelling in hints


@pytest.mark.parametrize("name", NAMES)
def test_a_download_that_fails_here_costs_nothing(reports, name):
    cards = json.loads((reports(name) / "scores.json").read_text())["submissions"]
    card = next(card for card in cards if card["student"] == name)
    (runs,) = (verdict for verdict in card["verdicts"] if verdict["check"] == "notebook_runs")
    assert len(runs["evidence"]["excused"]) == EXPECTED[name]["excused"]
