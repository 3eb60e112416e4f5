"""The leak check: no line of a solution may stand anywhere in the student notebook.

What counts as a trace. Each line of an answer, and each statement that runs over several lines, is stripped of its
comments, of all white space and of the kind of its quotes: other spacing, quoting or line breaks hide nothing. Then

- a *telling* one (three or more names, numbers and strings, or two in 20 characters) must not be a line of any string
  of the student notebook: source, output, attachment or metadata; `#`, `>` and bullets in front of it do not count;
- a *long* telling one (24 characters or more) must not even be a part of such a string: a sentence, a comment;
- a comment of 32 characters or more must not stand there as a line, unless the prompt says the same.

Lines that tell nothing (`return model`, `else:`, `)`, imports) are let be, and so are lines that a cell tagged `given`
holds: that tag is the instructor's word that students may see them. Code that is merely not marked is no such word: an
older version of the answer left lying in another cell is the very leak to catch.
"""

import json
import keyword
import re
import textwrap
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any

from grader.authoring.markup import Prompt, Solution
from grader.authoring.solution import GIVEN, SolutionCell
from grader.errors import NotebookError

__all__ = ["check_leaks"]

_TOKEN = re.compile(
    r"""(?P<string>[a-zA-Z]{0,2}(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'))"""
    r"""|(?P<comment>\#.*)|(?P<number>\d[\w.]*)|(?P<name>[^\W\d]\w*)|(?P<op>\S)""",
    re.VERBOSE,
)
_LEAD = re.compile(r"^(?:[\s#>*`-]|\.\.\.)+")
_BOILERPLATE = re.compile(r"^\s*(?:import\s|from\s+[\w.]+\s+import\b|return\s+[\w\s,]+$|(?:def|class)\s)")
_LONG = 24
_LONG_COMMENT = 32


@dataclass(frozen=True)
class _Trace:
    cell: int
    line: int
    text: str
    """As it stands in the solution, for the message."""
    key: str
    """What is searched for."""
    anywhere: bool
    """Also as a part of a line."""


@dataclass(frozen=True)
class _Shown:
    """One string of the student notebook."""

    place: str
    lines: tuple[str, ...]

    @property
    def keys(self) -> set[str]:
        """Each of its lines, as code and as text."""
        bare = [_LEAD.sub("", line) for line in self.lines]
        return {form(x) for x in (*self.lines, *bare) for form in (_code_key, _text_key)}

    @property
    def flat(self) -> tuple[str, str]:
        """All of it on one line, with comments opened up, and with comments left out."""
        bare = [_LEAD.sub("", line) for line in self.lines]
        return _squeeze("".join(bare).replace("#", "")), _squeeze("".join(_without_comment(x) for x in bare))

    def line_of(self, key: str) -> str:
        """', line N' of the first line that holds a key; empty when it runs over several."""
        for number, line in enumerate(self.lines, 1):
            bare = _LEAD.sub("", line)
            if key in (_code_key(bare), _text_key(bare)) or key in _squeeze(bare.replace("#", "")):
                return f", line {number}"
        return ""


def check_leaks(cells: Sequence[SolutionCell], student: str, *, where: str) -> None:
    """Compare every line of every answer with a student notebook.

    Args:
        cells: The solution notebook.
        student: The text of the student notebook, JSON.
        where: The solution notebook's file, for the error.

    Raises:
        NotebookError: A trace of an answer is in it; names the cell and line of both notebooks.
    """
    given = [_Shown("", tuple(cell.source.split("\n"))) for cell in cells if cell.tag == GIVEN]
    known = {key for shown in given for key in shown.keys}
    known_flat = [flat for shown in given for flat in shown.flat]
    traces = [
        trace
        for cell in cells
        for trace in _traces(cell)
        if trace.key not in known and not any(trace.anywhere and trace.key in flat for flat in known_flat)
    ]
    for shown in _strings(json.loads(student)):
        keys, flat = shown.keys, shown.flat
        for trace in traces:
            if trace.key in keys or (trace.anywhere and any(trace.key in text for text in flat)):
                raise NotebookError(
                    f"students would see this part of the solution in {shown.place}{shown.line_of(trace.key)} of their "
                    f"notebook: {textwrap.shorten(trace.text, 80)!r}",
                    where=f"{where}: cell {trace.cell}, line {trace.line}",
                    remedy="Take it out there or reword it; if students may see it, tag a cell that holds it 'given'.",
                )


def _traces(cell: SolutionCell) -> Iterator[_Trace]:
    """What must not be seen of a cell's answers."""
    said = {
        _text_key(_LEAD.sub("", line))
        for region in cell.regions
        for line in (
            region.prompt if isinstance(region, Solution) else region.lines if isinstance(region, Prompt) else ()
        )
    }
    code = cell.kind == "code"
    for start, lines in cell.secrets:
        for offset, text in enumerate(lines):
            if not code or text.lstrip().startswith("#"):
                key = _text_key(_LEAD.sub("", text))
                if len(key) >= _LONG_COMMENT and key not in said:
                    yield _Trace(cell.number, start + offset, text.strip(), key, anywhere=False)
            elif _telling(text):
                yield _trace(cell, start + offset, text)
        if code:
            for offset, text in _statements(lines):
                if _telling(text):
                    yield _trace(cell, start + offset, text)


def _trace(cell: SolutionCell, line: int, text: str) -> _Trace:
    key = _code_key(text)
    return _Trace(cell.number, line, text.strip(), key, anywhere=len(key) >= _LONG)


def _telling(text: str) -> bool:
    """Whether a line of code says something of its own."""
    if _BOILERPLATE.match(text):
        return False
    weight = sum(
        1
        for match in _TOKEN.finditer(text)
        if match.lastgroup in ("string", "number") or (match.lastgroup == "name" and not keyword.iskeyword(match[0]))
    )
    return weight >= 3 or (weight == 2 and len(_code_key(text)) >= 20)


def _statements(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Statements that run over several lines, each with the index of its first line."""
    start: int | None = None
    parts: list[str] = []
    first = 0
    try:
        for token in tokenize.generate_tokens(StringIO(textwrap.dedent("\n".join(lines))).readline):
            if token.type == tokenize.NEWLINE:
                if start is not None and token.start[0] > first:
                    yield start, " ".join(parts)
                start, parts = None, []
            elif token.type not in (tokenize.COMMENT, tokenize.NL, tokenize.INDENT, tokenize.DEDENT) and token.string:
                if start is None:
                    start, first = token.start[0] - 1, token.start[0]
                parts.append(token.string)
    except (tokenize.TokenError, SyntaxError):  # magics, or a region that is no whole statement: its lines are checked
        return


def _strings(notebook: dict[str, Any]) -> Iterator[_Shown]:
    """Every string of a notebook with its place in words; keys of metadata count."""
    for number, cell in enumerate(notebook["cells"], 1):
        for field, value in cell.items():
            place = f"cell {number}" if field == "source" else f"cell {number} ({field})"
            joined = "".join(value) if field == "source" and isinstance(value, list) else value
            for text in _walk(joined):
                yield _Shown(place, tuple(text.split("\n")))
    for text in _walk({key: value for key, value in notebook.items() if key != "cells"}):
        yield _Shown("the metadata", tuple(text.split("\n")))


def _walk(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _walk(item)
    elif isinstance(value, list):
        if value and all(isinstance(item, str) for item in value):
            yield "".join(value)  # the format keeps long texts as lists of lines
        for item in value:
            yield from _walk(item)


def _without_comment(text: str) -> str:
    for match in _TOKEN.finditer(text):
        if match.lastgroup == "comment":
            return text[: match.start()]
    return text


def _squeeze(text: str) -> str:
    squeezed = "".join(text.split()).replace("'", '"')
    return re.sub(r",([)\]}])", r"\1", squeezed)


def _code_key(text: str) -> str:
    return _squeeze(_without_comment(text)).rstrip(",;:\\`")


def _text_key(text: str) -> str:
    return " ".join(text.split()).casefold().rstrip(".")
