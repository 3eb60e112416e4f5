"""`junit.xml`: a test suite for each student, a test case for each criterion, for CI systems."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

from grader.report.text import number, one_line
from grader.scorecard import Outcome, Scorecard, Scores, Verdict

__all__ = ["Suite", "assemble", "render", "suite"]

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


@dataclass(frozen=True)
class Suite:
    """The suite of one student."""

    text: str
    counts: Mapping[str, int]
    """Attribute -> number of cases."""


def render(scores: Scores) -> str:
    """The scores as JUnit XML: failed and partial are failures, errored is an error, skipped is skipped."""
    return "".join(assemble(scores, [suite(card, scores.max_score) for card in scores.submissions]))


def assemble(scores: Scores, suites: Sequence[Suite]) -> Iterator[str]:
    """As `render`, of suites that are there already, in pieces."""
    root = Element("testsuites", name=one_line(scores.assignment))
    for count in ("tests", *_COUNTS):
        root.set(count, str(sum(suite.counts[count] for suite in suites)))
    root.set("time", _seconds(sum(card.run.seconds for card in scores.submissions)))
    text = tostring(root, encoding="unicode")
    yield '<?xml version="1.0" encoding="utf-8"?>\n'
    yield text.removesuffix(" />") + ">" if suites else text
    for suite in suites:
        yield suite.text
    yield "</testsuites>\n" if suites else "\n"


def suite(card: Scorecard, max_score: float) -> Suite:
    """The suite of one student."""
    element = Element("testsuite", name=one_line(card.student))
    properties = SubElement(element, "properties")
    for name, value in (
        ("notebook", one_line(card.notebook)),
        ("status", card.run.status.value),
        ("score", "" if card.score is None else str(number(card.score))),
        ("max_score", str(number(max_score))),
        ("held", "true" if card.held else "false"),
    ):
        SubElement(properties, "property", name=name, value=value)
    cases = [_case(verdict, card.student) for verdict in card.verdicts]
    if card.held and not any(v.outcome is Outcome.ERRORED for v in card.verdicts):
        # A held submission without verdicts must not pass for a suite in which nothing went wrong.
        cases.append(_run_case(card))
    element.extend(cases)
    results = [result.tag for case in cases for result in case]
    counts = {"tests": len(cases)} | {count: results.count(result) for count, result in _COUNTS.items()}
    for count, cases_of_it in counts.items():
        element.set(count, str(cases_of_it))
    element.set("time", _seconds(card.run.seconds))
    return Suite(tostring(element, encoding="unicode"), counts)


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
