"""Verdicts of a self-check as lines of text, and as HTML that a notebook shows: the same words in both."""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from grader.report.text import clean
from grader.scorecard import Outcome, Verdict

__all__ = ["Line", "Section", "Shown", "note", "section"]

WIDTH = 110
UNWRITTEN = frozenset({"function-empty", "function-unfinished"})
"""Findings on a function that nobody has begun."""

LATER = "–"  # noqa: RUF001 - a dash says that nothing was decided
State = Literal["right", "wrong", "later", "ours"]
MARKS: dict[State, str] = {"right": "✓", "wrong": "✗", "later": LATER, "ours": "?"}
STATES: dict[Outcome, State] = {
    Outcome.PASSED: "right",
    Outcome.PARTIAL: "wrong",
    Outcome.FAILED: "wrong",
    Outcome.SKIPPED: "later",
    Outcome.ERRORED: "ours",
}
WORDS: dict[State, str] = {"right": "right", "wrong": "not yet", "later": "not looked at", "ours": "our fault"}
COLOURS: dict[State, str] = {"right": "#3f9c52", "wrong": "#d9730d", "later": "#8a8f98", "ours": "#8a63d2"}
"""Of the bar beside a line; each stands out from white and from black, and none says what the mark does not."""


@dataclass(frozen=True)
class Line:
    """What is said of one criterion."""

    state: State
    title: str
    said: str = ""
    """What was measured, or why nothing was; empty where the three below say more."""
    expected: str = ""
    measured: str = ""
    next: str = ""

    @property
    def mark(self) -> str:
        """One character that tells how it went."""
        return MARKS[self.state]

    def text(self, width: int = WIDTH) -> Iterator[str]:
        """As lines of at most so many columns, unless a word is longer."""
        head = f"  {self.mark} {_plain(self.title)}"
        if self.said:
            yield _wrapped(f"{head}: " if self.title else head, self.said, width)
            return
        yield head
        for name, words in (("expected", self.expected), ("measured", self.measured), ("next", self.next)):
            yield _wrapped(f"      {name + ':':10}", words, width)

    def html(self) -> Markup:
        """As one element."""
        rows = [("expected", self.expected), ("measured", self.measured), ("next", self.next)]
        inner = Markup().join(
            Markup('<div style="margin-left:1.5em"><span style="opacity:.75">{}: </span>{}</div>').format(
                name, _plain(words)
            )
            for name, words in rows
            if words
        )
        title = Markup("<b>{}</b> ").format(_plain(self.title)) if self.title else Markup()
        return Markup(
            '<div style="border-left:4px solid {};padding:.1em .6em;margin:.25em 0">'
            '<span role="img" aria-label="{}">{}</span> {}{}{}</div>'
        ).format(COLOURS[self.state], WORDS[self.state], self.mark, title, _plain(self.said), inner)


@dataclass(frozen=True)
class Section:
    """What is said of one function."""

    name: str
    lines: tuple[Line, ...]

    def text(self, width: int = WIDTH) -> Iterator[str]:
        """The name, and a line or more for each criterion."""
        yield _plain(self.name)
        for line in self.lines:
            yield from line.text(width)

    def html(self) -> Markup:
        """As one element."""
        return Markup('<div style="margin:.5em 0"><code style="font-weight:bold">{}</code>{}</div>').format(
            _plain(self.name), Markup().join(line.html() for line in self.lines)
        )


@dataclass(frozen=True)
class Shown:
    """What a notebook displays: text in a terminal, HTML where that is shown."""

    sections: tuple[Section, ...]

    def __repr__(self) -> str:
        return "\n".join(line for each in self.sections for line in each.text())

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """Both forms, as Jupyter, VS Code and Colab ask for them; nothing in it is loaded from elsewhere, or runs."""
        del include, exclude
        html = Markup('<div style="font-size:.95em;max-width:60em">{}</div>').format(
            Markup().join(each.html() for each in self.sections)
        )
        return {"text/plain": repr(self), "text/html": str(html)}


def note(said: str, state: State = "later") -> Line:
    """A line that is about no criterion."""
    return Line(state, "", said)


def section(name: str, verdicts: Sequence[Verdict]) -> Section:
    """What is said of one function. What follows from the same mistake is told once."""
    unwritten = [verdict.evidence.get("code") in UNWRITTEN for verdict in verdicts]
    if any(unwritten) and all(
        code or v.outcome is Outcome.SKIPPED for code, v in zip(unwritten, verdicts, strict=True)
    ):
        return Section(name, (note(f"{name} is not written yet. Write it in its cell, and run that again."),))
    lines: list[Line] = []
    said: set[str] = set()
    for verdict in verdicts:
        state = STATES[verdict.outcome]
        if verdict.outcome is Outcome.PASSED:
            lines.append(Line(state, verdict.title, verdict.actual))
        elif verdict.feedback in said:
            lines.append(Line("later", verdict.title, "looked at once the line above is mended"))
        elif not verdict.actual:
            lines.append(Line(state, verdict.title, verdict.feedback))
        else:
            lines.append(Line(state, verdict.title, "", verdict.expected, verdict.actual, verdict.feedback))
        said.add(verdict.feedback)
    return Section(name, tuple(lines))


def _plain(words: str) -> str:
    return " ".join(clean(words).split())


def _wrapped(head: str, words: str, width: int) -> str:
    return textwrap.fill(
        head + _plain(words), width, subsequent_indent=" " * len(head), break_long_words=False, break_on_hyphens=False
    )
