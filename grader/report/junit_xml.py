"""`junit.xml`: a test suite for each student, a test case for each criterion, for CI systems."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from xml.sax.saxutils import escape, quoteattr

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
    return assemble(scores, [suite(card, scores.max_score) for card in scores.submissions])


def assemble(scores: Scores, suites: Sequence[Suite]) -> str:
    """As `render`, of suites that are there already."""
    counts = {count: str(sum(suite.counts[count] for suite in suites)) for count in ("tests", *_COUNTS)}
    time = _seconds(sum(card.run.seconds for card in scores.submissions))
    about = {"name": one_line(scores.assignment)} | counts | {"time": time}
    text = _element("testsuites", about, "".join(suite.text for suite in suites))
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def suite(card: Scorecard, max_score: float) -> Suite:
    """The suite of one student."""
    properties = (
        ("notebook", one_line(card.notebook)),
        ("status", card.run.status.value),
        ("score", "" if card.score is None else str(number(card.score))),
        ("max_score", str(number(max_score))),
        ("held", "true" if card.held else "false"),
    )
    student = one_line(card.student)
    cases = [_case(verdict, student) for verdict in card.verdicts]
    if card.held and not any(v.outcome is Outcome.ERRORED for v in card.verdicts):
        # A held submission without verdicts must not pass for a suite in which nothing went wrong.
        cases.append(_run_case(card, student))
    results = [result for result, _ in cases]
    counts = {"tests": len(cases)} | {count: results.count(result) for count, result in _COUNTS.items()}
    said = {count: str(cases_of_it) for count, cases_of_it in counts.items()}
    inside = "".join(_element("property", {"name": name, "value": value}) for name, value in properties)
    text = _element(
        "testsuite",
        {"name": student} | said | {"time": _seconds(card.run.seconds)},
        _element("properties", {}, inside) + "".join(case for _, case in cases),
    )
    return Suite(text, counts)


def _case(verdict: Verdict, student: str) -> tuple[str, str]:
    """The kind of result, empty for a pass, and the whole case."""
    about = {"name": one_line(verdict.criterion), "classname": student, "time": "0"}
    tag = _RESULTS.get(verdict.outcome)
    if tag is None:
        return "", _element("testcase", about)
    message = one_line(verdict.feedback or verdict.title)
    # Each on one line: a step may print this file, and a runner reads commands at the start of a line.
    text = (
        f"{one_line(verdict.title)}\n"
        f"points: {number(verdict.points)} of {number(verdict.max_points)}\n"
        f"expected: {one_line(verdict.expected, _LONGEST)}\n"
        f"measured: {one_line(verdict.actual, _LONGEST)}\n"
        f"next: {one_line(verdict.feedback, _LONGEST)}\n"
    )
    result = _element(tag, {"message": message, "type": verdict.outcome.value}, escape(text))
    return tag, _element("testcase", about, result)


def _run_case(card: Scorecard, student: str) -> tuple[str, str]:
    message = one_line(card.run.message or "the score is held")
    result = _element("error", {"message": message, "type": card.run.status.value})
    return "error", _element("testcase", {"name": "run", "classname": student, "time": "0"}, result)


def _element(tag: str, attributes: Mapping[str, str], inside: str = "") -> str:
    """An element as text, which for ten thousand students is four times as quick as a tree of objects."""
    head = tag + "".join(f" {name}={_quoted(value)}" for name, value in attributes.items())
    return f"<{head}>{inside}</{tag}>" if inside else f"<{head} />"


@lru_cache(maxsize=4096)
def _quoted(value: str) -> str:
    """An attribute's value, remembered: most of what is said of one student is said of all."""
    return quoteattr(value)


def _seconds(value: float) -> str:
    return str(round(value, 3))
