"""What an audit says of a rubric, and that it finds holes which were made on purpose."""

import json
from dataclasses import replace

import pytest

from grader.audit.chance import Measured, risk_of
from grader.audit.mutation import Edit, Mutation
from grader.audit.table import document, lines, page
from grader.audit.verdict import Trial, judge_trials, needs_training
from grader.observation import RunStatus
from grader.rubric import Rubric
from grader.scorecard import Outcome, RunSummary, Scorecard, Verdict

CRITERIA = [
    {"id": "folders", "check": "function_defined", "title": "Folders", "points": 10, "function": "make_folders"},
    {"id": "data", "check": "generator", "title": "Data", "points": 10, "function": "data"},
    {"id": "model", "check": "function_defined", "title": "Model", "points": 10, "function": "create_model"},
    {"id": "pairing", "check": "loss_activation", "title": "Pairing", "points": 10, "function": "create_model"},
    {"id": "training", "check": "training_history", "title": "Training", "points": 10},
    {
        "id": "accuracy",
        "check": "holdout_accuracy",
        "title": "Accuracy",
        "points": 10,
        "needs": ["training"],
        "parameters": {"minimum": 0.75},
    },
]
FUNCTIONS = [
    {"name": "make_folders", "role": "directories"},
    {"name": "data", "role": "pipelines"},
    {"name": "create_model", "role": "model"},
]
CHECKS = {c["id"]: c["check"] for c in CRITERIA}


def rubric(without: str = "") -> Rubric:
    criteria = [c for c in CRITERIA if c["id"] != without]
    return Rubric.model_validate(
        {"title": "Ours", "image_shape": [8, 8, 3], "functions": FUNCTIONS, "criteria": criteria}
    )


def card(name: str, lost: dict[str, Outcome], without: str = "") -> Scorecard:
    verdicts = tuple(
        Verdict(
            criterion=name,
            check=check,
            title=name,
            outcome=(outcome := lost.get(name, Outcome.PASSED)),
            points=10 if outcome is Outcome.PASSED else 0,
            max_points=10,
        )
        for name, check in CHECKS.items()
        if name != without
    )
    run = RunSummary(status=RunStatus.OK, seconds=1.0)
    return Scorecard.of(student=name, notebook=f"{name}.ipynb", sha256="0" * 64, run=run, verdicts=verdicts)


def trial(name, function, caught_by=(), lost=(), *, also=(), whole=False, without="", outcome=Outcome.FAILED) -> Trial:
    """A mistake with `caught_by`, a right spelling without; `lost` are the criteria that did not pass."""
    mutation = Mutation(
        name=name,
        right=not caught_by,
        about=f"What {name} is",
        weeks=("ours",),
        place="model",
        edits=(Edit(body="pass"),),
        caught_by=caught_by,
        also=also,
    )
    return Trial(mutation, function, whole or not caught_by, card(name, dict.fromkeys(lost, outcome), without))


def sound() -> dict[str, Trial]:
    found = [
        trial("no-folders", "make_folders", ("function_defined",), ("folders",)),
        trial("no-rescale", "data", ("generator",), ("data",)),
        trial("no-model", "create_model", ("function_defined",), ("model",)),
        trial("wrong-loss", "create_model", ("loss_activation",), ("pairing",)),
        trial("not-trained", "create_model", ("training_history",), ("training",), whole=True),
        trial("slow", "create_model", ("holdout_accuracy",), ("accuracy",), whole=True),
        trial("functional", "create_model"),
    ]
    return {each.mutation.name: each for each in found}


def audit(*others: Trial, without: str = "", **more):
    trials = {**sound(), **{each.mutation.name: each for each in others}}
    return judge_trials("ours", rubric(without), list(trials.values()), **more)


def kinds(found) -> list[str]:
    return [hole.kind for hole in found.holes]


def test_a_rubric_that_catches_all_has_no_hole():
    found = audit()
    assert found.holes == ()
    assert [row.caught for row in found.rows] == [
        ("no-folders",),
        ("no-rescale",),
        ("no-model",),
        ("wrong-loss",),
        ("not-trained",),
        ("slow",),
    ]
    assert (found.mistakes, found.spellings) == (6, 1)


def test_a_mistake_that_earns_a_part_of_the_points_is_caught():
    assert (
        audit(trial("wrong-loss", "create_model", ("loss_activation",), ("pairing",), outcome=Outcome.PARTIAL)).holes
        == ()
    )


def test_a_missed_mistake_is_a_hole_that_names_both():
    found = audit(trial("mse", "create_model", ("loss_activation",)))
    assert kinds(found) == ["missed"]
    assert found.holes[0].message == "'pairing' (loss_activation) did not catch: mse"


def test_a_skipped_criterion_caught_nothing():
    skipped = trial("mse", "create_model", ("loss_activation",), ("pairing",), outcome=Outcome.SKIPPED)
    assert kinds(audit(skipped)) == ["missed"]


def test_a_mistake_that_shows_in_the_training_is_not_missed_by_what_waits_for_it():
    shuffled = trial("shuffled", "create_model", ("holdout_accuracy",), whole=True)
    skipped = [
        v.model_copy(update={"outcome": Outcome.SKIPPED}) if v.criterion == "accuracy" else v
        for v in shuffled.card.verdicts
    ]
    assert kinds(audit(replace(shuffled, card=shuffled.card.model_copy(update={"verdicts": tuple(skipped)})))) == [
        "missed"
    ]
    failed = [v.model_copy(update={"outcome": Outcome.FAILED}) if v.criterion == "training" else v for v in skipped]
    found = audit(replace(shuffled, card=shuffled.card.model_copy(update={"verdicts": tuple(failed)})))
    assert found.holes == ()
    assert found.rows[-1].caught == ("slow",)


def test_a_check_that_cannot_fail_is_a_hole():
    found = audit(trial("wrong-loss", "create_model", ("loss_activation",)))
    assert kinds(found) == ["cannot-fail"]
    assert "'pairing' (loss_activation) cannot fail: it passed with the one mistake" in found.holes[0].message


def test_a_criterion_that_pays_for_an_empty_notebook_is_a_hole():
    lost = dict.fromkeys(("folders", "data", "model", "training", "accuracy"), Outcome.FAILED)
    found = audit(stub=card("as-given-out", lost))
    assert kinds(found) == ["cannot-fail"]
    assert "'pairing' (loss_activation) pays 10 points" in found.holes[0].message


def test_a_criterion_left_out_is_a_hole():
    trials = [trial(t.mutation.name, t.function, t.mutation.caught_by, (), without="pairing") for t in sound().values()]
    found = judge_trials(
        "ours", rubric("pairing"), [t for t in trials if t.mutation.name == "wrong-loss"], untold=CHECKS
    )
    assert kinds(found) == ["left-out"]
    assert "no criterion uses 'loss_activation', so nothing catches: wrong-loss" in found.holes[0].message


def test_a_criterion_that_no_mistake_touches_is_a_hole():
    trials = [t for t in sound().values() if t.mutation.name != "no-rescale"]
    found = judge_trials("ours", rubric(), trials)
    assert kinds(found) == ["untouched"]
    assert "'data' (generator)" in found.holes[0].message
    partly = judge_trials("ours", rubric(), trials, untold=["data"])
    assert partly.holes == ()
    assert "| data | `generator` | not tried |" in page(partly, "Ours")


def test_a_right_spelling_that_loses_points_is_a_hole():
    found = audit(trial("functional", "create_model", (), ("pairing",)))
    assert kinds(found) == ["punished"]
    assert "'pairing' (loss_activation) took points for right spellings: functional" in found.holes[0].message


def test_an_answer_that_waits_for_its_reader_is_no_loss():
    spelling = trial("functional", "create_model", lost=("pairing",), outcome=Outcome.SKIPPED)
    assert kinds(audit(spelling)) == ["punished"]
    waiting = tuple(v.model_copy(update={"evidence": {"code": "waiting"}}) for v in spelling.card.verdicts)
    card = spelling.card.model_copy(update={"verdicts": waiting})
    assert audit(replace(spelling, card=card)).holes == ()


def test_points_taken_for_a_mistake_that_is_another_criterions_are_a_hole():
    caught = ("loss_activation",)
    found = audit(trial("wrong-loss", "create_model", caught, ("pairing", "data")))
    assert kinds(found) == ["wrongly"]
    assert "'data' (generator)" in found.holes[0].message
    assert audit(trial("wrong-loss", "create_model", caught, ("pairing", "data"), also=("generator",))).holes == ()


def test_a_model_that_does_not_fit_may_learn_less_as_well():
    lost = ("pairing", "accuracy")
    assert audit(trial("wrong-loss", "create_model", ("loss_activation",), lost, whole=True)).holes == ()


def test_what_needs_training_is_not_asked_of_a_run_without():
    lost = ("pairing", "accuracy")
    found = audit(trial("wrong-loss", "create_model", ("loss_activation",), lost))
    assert found.holes == ()
    assert "wrong-loss" not in found.rows[-1].caught


def test_of_two_criteria_with_one_check_that_about_the_function_is_meant():
    found = audit(trial("no-folders", "make_folders", ("function_defined",), ("model",)))
    assert sorted(kinds(found)) == ["cannot-fail", "wrongly"]


def test_a_threshold_at_chance_is_a_hole():
    seeds = Measured(criterion="accuracy", images=200, correct=(190, 192, 191, 189), largest=0.5)
    assert kinds(audit(risks=[risk_of(seeds, 0.75)])) == []
    found = audit(risks=[risk_of(seeds, 0.5)])
    assert kinds(found) == ["chance"]
    assert "'accuracy' asks for 50% of 200 images, which a model that guesses reaches" in found.holes[0].message


def test_a_threshold_that_fails_right_solutions_is_a_hole():
    seeds = Measured(criterion="accuracy", images=200, correct=(160, 150, 155, 152), largest=0.5)
    assert kinds(audit(risks=[risk_of(seeds, 0.75)])) == ["unlucky"]


def test_a_fault_of_ours_is_a_hole():
    assert kinds(audit(trial("mse", "create_model", ("loss_activation",), ("pairing",), outcome=Outcome.ERRORED))) == [
        "held"
    ]


@pytest.mark.parametrize(("by", "whole"), [("generator", False), ("holdout_accuracy", True), ("accuracy", True)])
def test_what_a_mutation_is_caught_by_says_whether_it_needs_training(by, whole):
    assert needs_training(trial("x", "data", (by,)).mutation, rubric()) is whole
    assert needs_training(trial("x", "data").mutation, rubric())


def test_the_page_and_the_lines_say_it_all():
    seeds = Measured(criterion="accuracy", images=200, correct=(190, 192, 191, 189), largest=0.5)
    found = audit(trial("a|b".replace("|", "-"), "create_model", ("loss_activation",)), risks=[risk_of(seeds, 0.75)])
    text = page(found, "Ours")
    assert "| pairing | `loss_activation` | 1 of 2 | a-b | - | - |" in text
    assert "| a-b | What a-b is | nobody |" in text
    assert "| functional | What functional is | 60 of 60 |" in text
    assert "**1 hole**" in text
    assert "- 'pairing' (loss_activation) did not catch: a-b" in text
    assert "1 in " in text
    assert "P(fail) = E[ P( Binomial(N, p) < t N ) ]" in text
    assert "All of them together" not in text
    assert "All of them together" in page(audit(risks=[risk_of(seeds, 0.75)] * 2), "Ours")
    told = "\n".join(lines(found))
    assert "missed: a-b" in told
    assert "Hole: 'pairing' (loss_activation) did not catch: a-b" in told
    assert "no hole" in page(audit(), "Ours")
    assert document(found)["holes"] == [{"kind": "missed", "message": found.holes[0].message}]
    assert json.loads(json.dumps(document(found)))["criteria"][3]["missed"] == ["a-b"]
