from xml.etree import ElementTree as ET

from junitparser import Error, Failure, JUnitXml, Skipped

from grader.observation import RunStatus
from grader.report.junit_xml import render
from grader.report.text import one_line
from grader.scorecard import Outcome


def test_each_outcome_has_its_result(make_scores, make_card, make_verdict):
    verdicts = [make_verdict(outcome.value, outcome) for outcome in Outcome]
    (suite,) = JUnitXml.fromstring(render(make_scores(make_card("alice", *verdicts))))
    kinds = {case.name: [type(result) for result in case.result] for case in suite}
    assert kinds == {
        "passed": [],
        "partial": [Failure],
        "failed": [Failure],
        "skipped": [Skipped],
        "errored": [Error],
    }
    assert (suite.tests, suite.failures, suite.errors, suite.skipped, suite.time) == (5, 2, 1, 1, 12.3)


def test_a_suite_is_a_student_and_says_the_score(make_scores, make_card):
    root = JUnitXml.fromstring(render(make_scores(make_card("alice"), make_card("bob"))))
    assert [suite.name for suite in root] == ["alice", "bob"]
    suite = next(iter(root))
    assert {p.name: p.value for p in suite.properties()}["score"] == "15"
    assert (root.tests, root.failures) == (4, 2)


def test_a_failure_says_what_was_expected_measured_and_next(make_scores, make_card):
    (suite,) = JUnitXml.fromstring(render(make_scores(make_card())))
    (failure,) = list(suite)[1].result
    assert failure.message == "Use binary cross-entropy."
    for words in ("expected: binary cross-entropy", "measured: mean squared error", "points: 0 of 15"):
        assert words in failure.text


def test_a_held_submission_without_verdicts_is_an_error(make_scores, make_card, make_verdict):
    card = make_card("alice", status=RunStatus.INTERNAL, message="the sandbox is gone")
    (suite,) = JUnitXml.fromstring(render(make_scores(card.model_copy(update={"verdicts": ()}))))
    assert suite.errors == 1
    assert [case.result[0].message for case in suite] == ["the sandbox is gone"]


def test_any_text_gives_xml_that_other_parsers_read(make_scores, make_hostile, hostile: str):
    root = ET.fromstring(render(make_scores(make_hostile(hostile), assignment=hostile)))
    assert {e.tag for e in root.iter()} <= {
        "testsuites", "testsuite", "testcase", "failure", "skipped", "properties", "property",
    }  # fmt: skip
    suite = root.find("testsuite")
    assert suite is not None
    assert suite.get("name") == one_line(hostile)
    assert suite.get("failures") == "2"
