import json
from datetime import UTC, datetime

import pytest

from grader.errors import GraderError
from grader.observation import RunStatus
from grader.report.scores_json import parse, render
from grader.scorecard import Outcome, Remark


def test_the_keys_are_those_of_the_contract_in_its_order(make_scores, make_card):
    data = json.loads(render(make_scores(make_card())))
    assert list(data) == ["schema_version", "assignment", "max_score", "submissions"]
    card = data["submissions"][0]
    assert list(card) == ["student", "notebook", "sha256", "run", "score", "held", "verdicts"]
    assert list(card["run"]) == ["status", "seconds", "reused", "message"]
    assert " ".join(card["verdicts"][0]) == (
        "criterion check title outcome points max_points expected actual feedback provenance evidence"
    )


def test_whole_points_are_integers_and_a_score_is_not(make_scores, make_card, make_verdict):
    text = render(make_scores(make_card("a", make_verdict(points=15.0), make_verdict("b", Outcome.PARTIAL))))
    assert '"points": 15,' in text
    assert '"points": 7.5,' in text
    assert '"max_score": 30,' in text
    assert '"score": 22.5,' in text
    assert '"score": 15.0,' in render(make_scores(make_card("a", make_verdict(points=15.0))))


def test_what_staff_said_has_a_key_of_its_own_where_there_is_anything(make_scores, make_card):
    at = datetime(2026, 11, 21, 15, 30, tzinfo=UTC)
    said = Remark(criterion="runs", text="Read by hand.", who="ada", at=at, points=3.0, judged=2.0)
    scores = make_scores(make_card(remarks=(said,)))
    text = render(scores)
    assert json.loads(text)["submissions"][0]["remarks"] == [
        {
            "criterion": "runs",
            "text": "Read by hand.",
            "who": "ada",
            "at": "2026-11-21T15:30:00+00:00",
            "points": 3,
            "judged": 2,
        }
    ]
    assert '"judged": 2\n' in text
    assert parse(text) == scores
    assert "remarks" not in render(make_scores(make_card()))


def test_a_number_in_the_evidence_stays_as_it_was_measured(make_scores, make_card, make_verdict):
    measured = {"points": 3.0, "max_points": 4.0, "expected": [5.0, {"judged": 6.0, "points": 7.0}], "code": 8.0}
    text = render(make_scores(make_card("a", make_verdict(evidence=measured))))
    assert json.loads(text)["submissions"][0]["verdicts"][0]["evidence"] == measured
    assert [number for number in "345678" if f"{number}.0" not in text] == []


def test_a_held_score_is_null(make_scores, make_card, make_verdict):
    text = render(make_scores(make_card("a", make_verdict(outcome=Outcome.ERRORED))))
    card = json.loads(text)["submissions"][0]
    assert (card["score"], card["held"]) == (None, True)


def test_what_was_rendered_parses_back(make_scores, make_hostile, make_card, hostile: str):
    scores = make_scores(make_hostile(hostile), make_card("b", status=RunStatus.INTERNAL))
    text = render(scores)
    assert text.isascii()
    assert parse(text) == scores


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("30", "NaN"), "NaN is no JSON number"),
        (("30", "1e999"), "finite"),
        (('"week1"', "week1"), "not JSON"),
        (('"sha256"', '"sha255"'), "sha25"),
        (('"score": 15.0', '"score": null'), "held"),
        (('"passed"', '"great"'), "outcome"),
    ],
)
def test_a_damaged_record_is_refused_with_a_reason(make_scores, make_card, change: tuple[str, str], said: str):
    text = render(make_scores(make_card()))
    assert change[0] in text
    with pytest.raises(GraderError) as raised:
        parse(text.replace(*change))
    assert said in str(raised.value)
    assert raised.value.remedy


def test_a_tower_of_brackets_is_refused():
    with pytest.raises(GraderError):
        parse("[" * 200_000)
