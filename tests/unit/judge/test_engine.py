"""How criteria become verdicts: prerequisites, missing facts, our own faults, wording, and broken rubrics."""

import subprocess
import sys
from pathlib import Path

import pytest

from grader.errors import RubricError
from grader.judge import CHECK_NAMES, compile_rubric, judge
from grader.judge.engine import _all_words
from grader.observation import Run, RunStatus
from grader.rubric import Rubric
from grader.scorecard import Outcome, RunSummary, Scorecard


def rubric(*criteria, functions=({"name": "create_model", "role": "model"},)) -> Rubric:
    filled = [{"id": f"c{n}", "title": f"Title {n}", "points": 10, **one} for n, one in enumerate(criteria)]
    return Rubric.model_validate(
        {"title": "T", "functions": functions, "image_shape": (150, 150, 3), "criteria": filled}
    )


def verdicts(observations, *criteria):
    return judge(compile_rubric(rubric(*criteria), where="rubric.toml"), observations)


SHAPE = {"check": "input_shape", "parameters": {"shape": [9, 9, 3]}}


def test_a_failed_prerequisite_skips_what_needs_it_and_says_which(right):
    first, second = verdicts(right, SHAPE, {"check": "metrics", "needs": ["c0"]})
    assert (first.outcome, second.outcome) == (Outcome.FAILED, Outcome.SKIPPED)
    assert "Title 0" in second.feedback
    assert second.points == 0


def test_skipping_goes_down_the_whole_chain(right):
    found = verdicts(right, SHAPE, {"check": "metrics", "needs": ["c0"]}, {"check": "figure", "needs": ["c1"]})
    assert [v.outcome for v in found] == [Outcome.FAILED, Outcome.SKIPPED, Outcome.SKIPPED]


def test_a_fact_that_could_not_be_had_skips_with_the_reason(right):
    blind = right.model_copy(update={"holdout_accuracy": None, "missing": {"holdout_accuracy": "it never trained"}})
    (verdict,) = verdicts(blind, {"check": "holdout_accuracy", "parameters": {"minimum": 0.5}})
    assert verdict.outcome is Outcome.SKIPPED
    assert "it never trained" in verdict.feedback


def test_an_exception_in_a_check_holds_the_score_and_never_gives_a_zero(right, monkeypatch):
    def broken(*args):
        raise ZeroDivisionError("ours")

    monkeypatch.setattr("grader.judge.figure.check", broken)
    found = verdicts(right, {"check": "figure"}, {"check": "metrics"}, {"check": "metrics", "needs": ["c0"]})
    assert [v.outcome for v in found] == [Outcome.ERRORED, Outcome.PASSED, Outcome.ERRORED]
    run = RunSummary(status=RunStatus.OK, seconds=1)
    card = Scorecard.of(student="a", notebook="a.ipynb", sha256="0" * 64, run=run, verdicts=found)
    assert card.held
    assert card.score is None


def test_an_internal_run_is_held_whole(right):
    ours = right.model_copy(update={"run": Run(status=RunStatus.INTERNAL, seconds=0)})
    assert {v.outcome for v in verdicts(ours, SHAPE, {"check": "metrics"})} == {Outcome.ERRORED}


def test_a_rubric_can_use_its_own_words(right):
    (verdict,) = verdicts(right, SHAPE | {"words": {"wrong-shape": "Oh: {shape}."}})
    assert verdict.feedback == "Oh: (150, 150, 3)."


@pytest.mark.parametrize(
    ("trust", "outcome"),
    [("measured", Outcome.FAILED), ("observed", Outcome.FAILED), ("claimed", Outcome.PASSED), (None, Outcome.PASSED)],
)
def test_a_rubric_can_refuse_points_for_what_is_only_claimed(right, trust, outcome):
    training = {"check": "training_history"} | ({"trust": trust} if trust else {})
    claimed, measured = verdicts(right, training, SHAPE | {"parameters": {"shape": [150, 150, 3]}, "trust": trust})
    assert claimed.outcome is outcome
    assert ("claimed" in claimed.feedback) == (outcome is Outcome.FAILED)
    assert measured.outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("criterion", "place", "hint"),
    [
        ({"check": "loss_activtion"}, "criteria[c0].check", "Did you mean 'loss_activation'"),
        ({"check": "input_shape"}, "criteria[c0].parameters.shape", "shape (required)"),
        ({"check": "metrics", "parameters": {"x": 1}}, "criteria[c0].parameters.x", "none"),
        (SHAPE | {"words": {"no-such": "x"}}, "criteria[c0].words", "wrong-shape"),
        (SHAPE | {"words": {"wrong-shape": "{nothing}"}}, "words.wrong-shape", "default wording"),
        (SHAPE | {"words": {"wrong-shape": "{"}}, "words.wrong-shape", "brace"),
    ],
)
def test_a_broken_rubric_names_the_key_and_what_is_allowed(criterion, place, hint):
    with pytest.raises(RubricError) as caught:
        compile_rubric(rubric(criterion), where="week1/rubric.toml")
    assert "week1/rubric.toml" in str(caught.value)
    assert place in str(caught.value)
    assert hint in str(caught.value)


def test_every_check_of_the_list_has_words():
    assert set(CHECK_NAMES) <= set(_all_words())


def test_importing_tensorflow_is_an_error_where_judging_happens():
    forbid = (
        "import sys\n"
        "class Forbid:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] in {'tensorflow', 'keras', 'nbclient', 'nbconvert'}:\n"
        "            raise ImportError('forbidden: ' + name)\n"
        "sys.meta_path.insert(0, Forbid())\n"
        "import importlib\n"
        "from grader.judge import CHECK_NAMES\n"
        "for name in CHECK_NAMES: importlib.import_module('grader.judge.' + name)\n"
        "import grader.judge, grader.measure, grader.report, grader.rubric\n"
    )
    done = subprocess.run([sys.executable, "-c", forbid], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_module_is_the_check_of_its_name():
    folder = Path(sys.modules["grader.judge"].__file__).parent
    modules = {path.stem for path in folder.glob("*.py")}
    assert modules - {"__init__", "engine", "finding", "accuracy", "estimate", "left_out"} == set(CHECK_NAMES)
