"""One verdict in words and numbers, as every page shows it."""

from dataclasses import dataclass

from grader.report.text import number, one_line
from grader.report.wording import OUTCOMES, PROVENANCE, WAITING, OutcomeWords
from grader.scorecard import Verdict, awaits_reader

__all__ = ["Told", "outcome_words", "told"]


@dataclass(frozen=True)
class Told:
    """What a verdict says, without what only one page adds."""

    outcome: str
    sign: str
    title: str
    points: int | float | None
    """None while they are held."""
    max_points: int | float
    expected: str
    actual: str
    feedback: str
    provenance: str


def outcome_words(verdict: Verdict) -> OutcomeWords:
    """How its outcome is called; one that waits for a reader has words of its own."""
    return WAITING if awaits_reader(verdict) else OUTCOMES[verdict.outcome]


def told(verdict: Verdict) -> Told:
    """The verdict, ready for a template."""
    return Told(
        outcome=verdict.outcome.value,
        sign=outcome_words(verdict).sign,
        title=one_line(verdict.title, 300),
        points=number(verdict.points),
        max_points=number(verdict.max_points),
        expected=verdict.expected.strip(),
        actual=verdict.actual.strip(),
        feedback=verdict.feedback.strip(),
        provenance=PROVENANCE[verdict.provenance] if verdict.provenance else "",
    )
