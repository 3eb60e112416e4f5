"""The check that runs an instructor's own tests, in a real subprocess."""

import pytest

from grader.errors import CourseError, RubricError
from grader.instructor_tests import run_tests
from grader.judge import compile_rubric, judge
from grader.rubric import Rubric
from grader.scorecard import Outcome

TESTS = """
import pytest

@pytest.mark.points(3)
def test_the_output_is_one_unit(built_model):
    assert built_model.output.units == 1

def test_the_model_is_small(built_model):
    assert built_model.parameters < 30, "Use fewer units in the first Dense layer."

def test_the_split_is_intact(observations):
    assert all(split.source_intact for split in observations.splits)
"""


def rubric(tests):
    criterion = {"id": "a", "check": "pytest", "title": "t", "points": 10, "parameters": {"tests": tests}}
    functions = [{"name": "create_model", "role": "model"}]
    return Rubric.model_validate(
        {"title": "t", "image_shape": (150, 150, 3), "functions": functions, "criteria": [criterion]}
    )


def judged(tmp_path, observations, source=TESTS):
    (tmp_path / "tests").mkdir(exist_ok=True)
    (tmp_path / "tests" / "test_extra.py").write_text(source)
    bound = compile_rubric(rubric("tests/test_extra.py"), where=str(tmp_path / "rubric.toml"))
    return judge(bound, observations)[0]


def test_each_test_earns_the_points_of_its_marker_and_its_message_is_told(tmp_path, right):
    found = judged(tmp_path, right)
    assert (found.outcome, found.points) == (Outcome.PARTIAL, 8)  # 3 + 1 of 5
    assert "2 of 3" in found.feedback
    assert "Use fewer units in the first Dense layer." in found.feedback
    assert found.evidence["tests"]["test_the_model_is_small"] == {"outcome": "failed", "points": 1.0}


def test_all_tests_passed_is_a_pass(tmp_path, right):
    assert judged(tmp_path, right, "def test_it(history):\n    assert history.epochs == 5\n").outcome is Outcome.PASSED


def test_a_fact_that_is_not_there_skips_its_test_with_the_reason(tmp_path, right):
    missing = {"built_model": "`create_model` has no statements yet."}
    seen = right.model_copy(update={"built_model": None, "missing": missing})
    (tmp_path / "test_extra.py").write_text(TESTS)
    results = {result.name: result for result in run_tests(tmp_path / "test_extra.py", seen)}
    assert results["test_the_output_is_one_unit"].outcome == "skipped"
    assert "no statements yet" in results["test_the_output_is_one_unit"].message
    assert results["test_the_split_is_intact"].outcome == "passed"


@pytest.mark.parametrize("source", ["def test_(:", "import nothing_of_that_name", "x = 1"])
def test_tests_that_cannot_be_run_are_the_courses_fault_and_hold_the_score(tmp_path, right, source):
    assert judged(tmp_path, right, source).outcome is Outcome.ERRORED
    with pytest.raises(CourseError, match="cannot be run"):
        run_tests(tmp_path / "tests" / "test_extra.py", right)


def test_a_rubric_that_names_no_tests_is_refused(tmp_path):
    wrong = rubric("no.py")
    with pytest.raises(RubricError, match="there are no tests"):
        compile_rubric(wrong, where=str(tmp_path / "rubric.toml"))
