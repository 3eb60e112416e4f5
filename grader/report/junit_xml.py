"""`junit.xml`: a test suite for each student, a test case for each criterion, for CI systems."""

from typing import Any

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from grader.report.text import number, one_line
from grader.scorecard import Outcome, Scorecard, Scores, Verdict

__all__ = ["render"]

_LONGEST = 5000
"""Characters of one text of a verdict."""

_RESULTS: dict[Outcome, type[Any]] = {
    Outcome.PARTIAL: Failure,  # JUnit knows no half; lost points must not look green
    Outcome.FAILED: Failure,
    Outcome.ERRORED: Error,
    Outcome.SKIPPED: Skipped,
}


def render(scores: Scores) -> str:
    """The scores as JUnit XML: failed and partial are failures, errored is an error, skipped is skipped."""
    root = JUnitXml(one_line(scores.assignment))
    for card in scores.submissions:
        root.append(_suite(card, scores))  # add_testsuite would merge two students whose names look alike
    root.update_statistics()
    for suite, card in zip(root, scores.submissions, strict=True):
        suite.time = round(card.run.seconds, 3)  # after the statistics, which would sum the cases
    root.time = round(sum(card.run.seconds for card in scores.submissions), 3)
    xml: bytes | str = root.tostring()
    return (xml.decode("utf-8") if isinstance(xml, bytes) else xml).rstrip("\n") + "\n"


def _suite(card: Scorecard, scores: Scores) -> TestSuite:
    suite = TestSuite(one_line(card.student))
    suite.add_property("notebook", one_line(card.notebook))
    suite.add_property("status", card.run.status.value)
    suite.add_property("score", "" if card.score is None else str(number(card.score)))
    suite.add_property("max_score", str(number(scores.max_score)))
    suite.add_property("held", "true" if card.held else "false")
    cases = [_case(verdict, card.student) for verdict in card.verdicts]
    if card.held and not any(v.outcome is Outcome.ERRORED for v in card.verdicts):
        # A held submission without verdicts must not pass for a suite in which nothing went wrong.
        cases.append(_run_case(card))
    suite.add_testcases(cases)
    return suite


def _case(verdict: Verdict, student: str) -> TestCase:
    case = TestCase(one_line(verdict.criterion), classname=one_line(student), time=0.0)
    result = _RESULTS.get(verdict.outcome)
    if result is not None:
        entry = result(message=one_line(verdict.feedback or verdict.title), type_=verdict.outcome.value)
        # Each on one line: a step may print this file, and a runner reads commands at the start of a line.
        entry.text = (
            f"{one_line(verdict.title)}\n"
            f"points: {number(verdict.points)} of {number(verdict.max_points)}\n"
            f"expected: {one_line(verdict.expected, _LONGEST)}\n"
            f"measured: {one_line(verdict.actual, _LONGEST)}\n"
            f"next: {one_line(verdict.feedback, _LONGEST)}\n"
        )
        case.result = [entry]
    return case


def _run_case(card: Scorecard) -> TestCase:
    case = TestCase("run", classname=one_line(card.student), time=0.0)
    case.result = [Error(message=one_line(card.run.message or "the score is held"), type_=card.run.status.value)]
    return case
