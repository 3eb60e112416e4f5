"""Annotations on GitHub's page of a pull request, within its limits, and output that it obeys nothing of."""

import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from grader.ci.result import Result
from grader.report.text import number, one_line
from grader.scorecard import Outcome, Scorecard

__all__ = ["annotations", "no_commands", "on_github"]

MOST = 10
"""Of each level that GitHub keeps of one step; of a job it keeps 50."""
LONGEST = 2000
"""Characters of a message; GitHub cuts those of more than 64 KiB."""


@dataclass(frozen=True)
class _Annotation:
    level: str
    path: str
    title: str
    message: str

    def render(self) -> str:
        properties = f"title={_property(self.title)}"
        # GitHub looks for the file by this name; one that had to be changed to be shown would not be found.
        if self.path and one_line(self.path, 10 * len(self.path)) == self.path:
            properties = f"file={_property(self.path)},{properties}"
        return f"::{self.level} {properties}::{_data(one_line(self.message, LONGEST))}"


def on_github(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a runner of GitHub reads what is printed."""
    return environment.get("GITHUB_ACTIONS") == "true"


@contextmanager
def no_commands(say: Callable[[str], None], *, active: bool) -> Iterator[None]:
    """Within the context the runner obeys nothing that is printed: only we know the word that ends it."""
    token = secrets.token_hex(16)
    if active:
        say(f"::stop-commands::{token}")
    try:
        yield
    finally:
        if active:
            say(f"::{token}::")


def annotations(result: Result) -> list[str]:
    """The result as lines for GitHub's runner, at most ten of a level."""
    every = list(_annotations(result))
    lines = []
    for level in ("error", "warning", "notice"):
        those = [each for each in every if each.level == level]
        if len(those) > MOST:
            more = f"{len(those) - MOST + 1} more are in the summary of this job."
            those = [*those[: MOST - 1], _Annotation(level, "", "And more", more)]
        lines += [each.render() for each in those]
    return lines


def _annotations(result: Result) -> Iterator[_Annotation]:
    for note in result.notes:
        yield _Annotation("error" if note.wrong else "notice", note.path, "Not graded", note.message)
    for scores in result.scores:
        for card in scores.submissions:
            yield _score(card, scores.assignment, scores.max_score)
    for scores in result.scores:
        for card in scores.submissions:
            for verdict in card.verdicts:
                if verdict.outcome in {Outcome.FAILED, Outcome.PARTIAL}:
                    parts = (
                        f"expected: {verdict.expected}",
                        f"measured: {verdict.actual}",
                        f"next: {verdict.feedback}",
                    )
                    said = " | ".join(one_line(part, LONGEST // 3) for part in parts)
                    yield _Annotation("warning", card.notebook, one_line(verdict.title), said)


def _score(card: Scorecard, assignment: str, max_score: float) -> _Annotation:
    title = one_line(f"{assignment}: {card.student}", 200)
    if card.score is None:
        said = "The score is held through a fault of the grader, not of the student. Staff can see this."
        return _Annotation("error", card.notebook, title, said)
    said = f"{number(card.score)} of {number(max_score)} points. {card.run.message}"
    return _Annotation("notice", card.notebook, title, said.strip())


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
