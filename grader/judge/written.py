"""`written`: an answer in words, which somebody reads and gives its points to.

Until then the verdict is skipped: it earns nothing yet, says so, and holds nothing else up. An answer that is missing,
or too short, has failed and needs no reader.
"""

from pydantic import Field

from grader.judge.finding import CheckParameters, Finding, failed
from grader.observation import Function, Observations, Provenance

__all__ = ["Parameters", "check"]


class Parameters(CheckParameters):
    """Where the answer stands, and when it counts as one."""

    heading: str = Field(min_length=1)
    """The heading that stands right above the answer; what follows it, up to the next heading or code cell, is it."""
    prompt: str = "*Write your answer here.*"
    """What the student notebook says in its place."""
    words: int = Field(default=1, ge=1)
    """The fewest that are an answer."""


def check(observations: Observations, parameters: Parameters, function: Function | None) -> Finding:
    """Fails where nothing was written; otherwise it waits for its reader."""
    del function
    heading, least = parameters.heading, parameters.words
    wanted = "a word" if least == 1 else f"{least} words"
    expected = f"an answer of at least {wanted} below “{heading}”"
    if observations.answers is None:
        why = observations.run.message or "your notebook was run before this question was asked"
        reason = why[:1].lower() + why[1:].rstrip(".")
        return _waiting("not-seen", expected, "not looked at yet", reason=reason)
    answer = next((a for a in observations.answers if _same(a.heading, heading)), None)
    if answer is None:
        return failed("no-heading", expected, "no such heading", Provenance.MEASURED, heading=heading)
    words = [] if _same(answer.text, parameters.prompt) else answer.text.split()
    counted = "nothing" if not words else "1 word" if len(words) == 1 else f"{len(words)} words"
    if len(words) < least:
        code = "too-short" if words else "empty"
        return failed(code, expected, counted, Provenance.MEASURED, heading=heading, words=len(words), least=least)
    return _waiting("waiting", expected, counted, words=len(words), cell=answer.cell + 1, answer=answer.text)


def _waiting(code: str, expected: str, actual: str, **values: object) -> Finding:
    facts = {name: value for name, value in values.items() if isinstance(value, str | int)}
    return Finding(
        code, 0.0, expected, actual, Provenance.MEASURED, values=dict(values), evidence={**facts}, waits=True
    )


def _same(first: str, second: str) -> bool:
    """But for white space and the case of letters."""
    return first.casefold().split() == second.casefold().split()
