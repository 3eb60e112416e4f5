"""`junit.xml`: a test suite for each student, a test case for each criterion, for CI systems."""

from xml.etree.ElementTree import Element, SubElement, tostring

from grader.report.text import number, one_line
from grader.scorecard import Outcome, Scorecard, Scores, Verdict

__all__ = ["render"]

_LONGEST = 5000
"""Characters of one text of a verdict."""

_RESULTS = {
    Outcome.PARTIAL: "failure",  # JUnit knows no half; lost points must not look green
    Outcome.FAILED: "failure",
    Outcome.ERRORED: "error",
    Outcome.SKIPPED: "skipped",
}
_COUNTS = {"failures": "failure", "errors": "error", "skipped": "skipped"}
"""Attribute of a suite -> the results that it counts."""


def render(scores: Scores) -> str:
    """The scores as JUnit XML: failed and partial are failures, errored is an error, skipped is skipped."""
    root = Element("testsuites", name=one_line(scores.assignment))
    for card in scores.submissions:
        root.append(_suite(card, scores))
    for count in ("tests", *_COUNTS):
        root.set(count, str(sum(int(suite.get(count, 0)) for suite in root)))
    root.set("time", _seconds(sum(card.run.seconds for card in scores.submissions)))
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode").rstrip("\n") + "\n"


def _suite(card: Scorecard, scores: Scores) -> Element:
    suite = Element("testsuite", name=one_line(card.student))
    properties = SubElement(suite, "properties")
    for name, value in (
        ("notebook", one_line(card.notebook)),
        ("status", card.run.status.value),
        ("score", "" if card.score is None else str(number(card.score))),
        ("max_score", str(number(scores.max_score))),
        ("held", "true" if card.held else "false"),
    ):
        SubElement(properties, "property", name=name, value=value)
    cases = [_case(verdict, card.student) for verdict in card.verdicts]
    if card.held and not any(v.outcome is Outcome.ERRORED for v in card.verdicts):
        # A held submission without verdicts must not pass for a suite in which nothing went wrong.
        cases.append(_run_case(card))
    suite.extend(cases)
    results = [result.tag for case in cases for result in case]
    suite.set("tests", str(len(cases)))
    for count, result in _COUNTS.items():
        suite.set(count, str(results.count(result)))
    suite.set("time", _seconds(card.run.seconds))
    return suite


def _case(verdict: Verdict, student: str) -> Element:
    case = Element("testcase", name=one_line(verdict.criterion), classname=one_line(student), time="0")
    tag = _RESULTS.get(verdict.outcome)
    if tag is not None:
        message = one_line(verdict.feedback or verdict.title)
        result = SubElement(case, tag, message=message, type=verdict.outcome.value)
        # Each on one line: a step may print this file, and a runner reads commands at the start of a line.
        result.text = (
            f"{one_line(verdict.title)}\n"
            f"points: {number(verdict.points)} of {number(verdict.max_points)}\n"
            f"expected: {one_line(verdict.expected, _LONGEST)}\n"
            f"measured: {one_line(verdict.actual, _LONGEST)}\n"
            f"next: {one_line(verdict.feedback, _LONGEST)}\n"
        )
    return case


def _run_case(card: Scorecard) -> Element:
    case = Element("testcase", name="run", classname=one_line(card.student), time="0")
    message = one_line(card.run.message or "the score is held")
    SubElement(case, "error", message=message, type=card.run.status.value)
    return case


def _seconds(value: float) -> str:
    return str(round(value, 3))
