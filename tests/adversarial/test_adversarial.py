"""Every attack of this folder in one class with honest notebooks: none pays, none tells, none costs a neighbour.

See README.md for what an attack is made of, and `docs/security.md` for the threat model.
"""

import json
from pathlib import Path

import pytest

from . import harness
from .conftest import CANARIES

ATTACKS = harness.attacks()
each_attack = pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)


def points(card: dict) -> dict[str, float]:
    return {verdict["criterion"]: verdict["points"] for verdict in card["verdicts"]}


def told(card: dict) -> str:
    rows = [f"{v['criterion']}: {v['points']}: {v['actual']} | {v['feedback']}" for v in card["verdicts"]]
    return "\n".join([json.dumps(card["run"]), *rows])


@each_attack
def test_it_earns_no_more_than_its_honest_twin_in_any_criterion(attack, batch, alone):
    card, twin = batch.card(attack.name), alone[attack.card.twin]
    honest = points(twin)
    gained = {name: (got, honest[name]) for name, got in points(card).items() if got > honest[name]}
    assert not gained, told(card)


@each_attack
def test_it_ends_as_its_card_says(attack, batch, alone):
    card, expect = batch.card(attack.name), attack.card.expect
    assert not card["held"], told(card)
    assert card["run"]["status"] in expect.status, told(card)
    assert expect.message in card["run"]["message"]
    verdicts = {verdict["criterion"]: verdict for verdict in card["verdicts"]}
    for criterion in expect.fails:
        assert verdicts[criterion]["points"] == 0, told(card)
    for criterion in expect.keeps:
        assert verdicts[criterion]["points"] == points(alone[attack.card.twin])[criterion], told(card)
    for criterion, words in expect.says.items():
        assert words in verdicts[criterion]["feedback"] + verdicts[criterion]["actual"], told(card)


@each_attack
def test_no_code_of_its_ran_where_models_are_inspected(attack, batch):
    result = batch.recorder.inspected.get(attack.name)
    if result is not None:
        assert "CODE-" + "RAN" not in json.dumps(result.records) + result.log


@each_attack
def test_no_report_holds_what_must_not_be_there(attack, batch):
    for path in batch.out.iterdir():
        if not path.is_file() or path.suffix == ".json":  # JSON is data, which nobody opens as a page
            continue
        content = path.read_bytes()
        for text in attack.card.expect.never:
            assert text.encode() not in content, path.name


def test_honest_notebooks_in_the_same_class_earn_what_they_earn_alone(batch, alone):
    honest = {name: card for name, card in batch.cards.items() if "-honest-" in name and "neighbour" not in name}
    assert honest
    for name, card in honest.items():
        assert points(card) == points(alone["whole"]), (name, told(card))
    neighbour = next(card for name, card in batch.cards.items() if name.endswith("honest-neighbour"))
    assert points(neighbour) == points(alone["stub"])


def test_the_honest_notebook_earns_everything(alone):
    card = alone["whole"]
    assert card["score"] == 100, told(card)


def test_the_class_is_graded_to_its_end(batch):
    assert batch.status == 0, batch.recorder.faults
    for name in ("index.html", "grades.csv", "junit.xml", "summary.md", "scores.json"):
        assert (batch.out / name).stat().st_size > 0


def test_no_planted_secret_left_a_sandbox_or_stands_in_a_report(batch):
    assert not batch.recorder.found
    for path in reports(batch.out):
        content = path.read_bytes()
        own = "honest-neighbour" in str(path)
        for name, canary in CANARIES.items():
            assert canary.encode() not in content or (name == "neighbour" and own), (name, path)


def test_nothing_is_left_behind(batch):
    assert not batch.left


def reports(out: Path) -> list[Path]:
    return [path for path in sorted(out.rglob("*")) if path.is_file()]
