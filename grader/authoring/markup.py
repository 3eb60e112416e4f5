"""The mark-up of a solution notebook: which lines of a cell students see, write themselves, or never see.

    ### BEGIN SOLUTION          what follows is the answer; students get the stub template in its place
    ### BEGIN PROMPT            optional, inside the region or right beside it: comment lines for the stub
    # Return a compiled model.
    ### END PROMPT
    ### END SOLUTION

Any number of `#` will do, so nbgrader's and otter's regions are read too. Of nbgrader also `BEGIN HIDDEN TESTS` and
`BEGIN MARK SCHEME` (never shown); of otter also `BEGIN SOLUTION NO PROMPT` (never shown), lines that end in
`# SOLUTION` (`x = 5 # SOLUTION` is shown as `x = ...`), in `# SOLUTION NO PROMPT` or `# SEED` (never shown), and
prompts in a string, from a line `\"\"\" # BEGIN PROMPT` to a line `\"\"\"; # END PROMPT` (shown as they stand).

A line that looks like a marker and is none is an error: read as plain text, it would hand the answer to the students.
"""

import ast
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, replace

from grader.authoring.python import enclosing_name, parse_python, without_answer
from grader.errors import NotebookError

__all__ = ["Hidden", "Plain", "Prompt", "Region", "Solution", "parse_cell"]

_KINDS = r"SOLUTION|PROMPT|HIDDEN TESTS|MARK SCHEME"
_SPACED = _KINDS.replace(" ", r"\ ")
_MARKER = re.compile(
    rf"""^(?P<indent>\s*)(?P<quote>(?:\"\"\"|''')\s*;?\s*)?(?:\#+|=+)\s*(?P<edge>BEGIN|END)\ (?P<kind>{_SPACED})"""
    r"""(?P<silent>\ NO\ PROMPT)?\s*=*\s*$""",
    re.VERBOSE,
)
_SUFFIX = re.compile(r"^(?P<code>.*?)\s*#\s*(?:(?P<shown>SOLUTION)|SOLUTION NO PROMPT|SEED)\s*$")
_LOOKS_LIKE = re.compile(
    rf"(?:^\W*|#\W*)(?:BEGIN|END)\W+(?:{_KINDS})\b"
    rf"|(?i:(?:^\W*|[#/]\W*)(?:BEGIN|END)[\W_]*(?:{_KINDS.replace(' ', '[ _-]*')})(?:\W+NO\W+PROMPT)?\W*$)"
)


@dataclass(frozen=True)
class Plain:
    """Lines that students see as they are."""

    lines: tuple[str, ...]


@dataclass(frozen=True)
class Solution:
    """An answer; the stub template stands in its place."""

    lines: tuple[str, ...]
    """The answer; where a prompt stood within it, blank lines keep the numbering."""
    line: int
    """Line of the cell, from 1, on which the answer starts."""
    indent: str
    function: str
    """Dotted name of the function around it; empty at the top level of the cell."""
    prompt: tuple[str, ...] = ()
    """Comment lines for the stub, without their indentation; empty for the template's own words."""


@dataclass(frozen=True)
class Prompt:
    """Lines that only students see, as they stand."""

    lines: tuple[str, ...]


@dataclass(frozen=True)
class Hidden:
    """Lines that students never see, with nothing in their place."""

    lines: tuple[str, ...]
    line: int
    """Line of the cell, from 1, on which they start."""


Region = Plain | Solution | Prompt | Hidden


@dataclass(frozen=True)
class _Marker:
    line: int
    indent: str
    quoted: bool
    begin: bool
    kind: str
    silent: bool

    def __str__(self) -> str:
        return f"{'BEGIN' if self.begin else 'END'} {self.kind}"


def parse_cell(source: str, *, where: str, code: bool = True) -> tuple[Region, ...]:
    """The regions of a cell, in order; without any mark-up, one `Plain` region that holds every line.

    Args:
        source: The cell's text.
        where: The file and cell, for errors.
        code: It is a code cell; in other cells only hidden regions are allowed.

    Raises:
        NotebookError: The mark-up is broken; names the line and the remedy.
    """
    return _CellParser(source, where, code).parse()


class _CellParser:
    """Reads one cell from top to bottom; `open` is the region that the current line lies in."""

    def __init__(self, source: str, where: str, code: bool) -> None:
        self.source = source
        self.where = where
        self.code = code
        self.lines = source.split("\n")
        self.regions: list[Region] = []
        self.open: _Marker | None = None
        self.open_prompt: _Marker | None = None
        self.body: list[str] = []
        self.prompt_body: list[str] = []
        self.prompts: list[tuple[str, ...]] = []
        self.waiting: tuple[_Marker, tuple[str, ...]] | None = None
        """A prompt that stands before its solution region."""

    def parse(self) -> tuple[Region, ...]:
        for number, text in enumerate(self.lines, 1):
            marker = self._marker(number, text)
            if marker is None:
                self._text(number, text)
            elif marker.kind == "PROMPT":
                self._prompt_edge(marker)
            else:
                self._region_edge(marker)
        left = self.open_prompt or self.open
        if left is not None:
            raise self._error(left.line, f"'{left}' is never closed", f"Add a line '### END {left.kind}' below it.")
        self._nothing_waits()
        return tuple(self._with_names(_merged(self.regions)))

    def _marker(self, number: int, text: str) -> _Marker | None:
        match = _MARKER.match(text)
        if match is None:
            if _LOOKS_LIKE.search(text):
                raise self._error(
                    number,
                    f"this line looks like a marker, but is none: {text.strip()!r}",
                    "Write the marker alone on its line and in capitals, such as '### BEGIN SOLUTION'.",
                )
            return None
        marker = _Marker(
            line=number,
            indent=match["indent"],
            quoted=bool(match["quote"]),
            begin=match["edge"] == "BEGIN",
            kind=match["kind"],
            silent=bool(match["silent"]),
        )
        if not self.code and marker.kind in ("SOLUTION", "PROMPT"):
            raise self._error(
                number,
                f"'{marker}' stands in a cell that is not code",
                "Only code cells hold solution regions; tag a cell of text 'instructor-only' to keep it from students.",
            )
        return marker

    def _text(self, number: int, text: str) -> None:
        if self.open_prompt is not None:
            if not (self.open_prompt.quoted or not text.strip() or text.lstrip().startswith("#")):
                raise self._error(
                    number,
                    f"this line of the prompt is not a comment: {text.strip()!r}",
                    "Start every line between '### BEGIN PROMPT' and '### END PROMPT' with '#'.",
                )
            self.prompt_body.append(text)
        elif self.open is not None:
            self.body.append(text)
        elif self.code and (match := _SUFFIX.match(text)):
            self.regions.append(Hidden((text,), number))
            if match["shown"]:
                self.regions.append(Plain((self._blanked(number, match["code"]),)))
        else:
            if text.strip():
                self._nothing_waits()
            self.regions.append(Plain((text,)))

    def _region_edge(self, marker: _Marker) -> None:
        if self.open_prompt is not None:
            raise self._error(marker.line, f"'{marker}' stands inside a prompt", "Close it first: '### END PROMPT'.")
        if marker.begin:
            if self.open is not None:
                raise self._error(
                    marker.line,
                    f"'{marker}' stands inside the region that line {self.open.line} opens",
                    f"Regions cannot be nested: add '### END {self.open.kind}' above it, or take this marker out.",
                )
            self.open = marker
            return
        if self.open is None or self.open.kind != marker.kind:
            raise self._error(
                marker.line,
                f"'{marker}' closes nothing: no '### BEGIN {marker.kind}' is open here",
                f"Add the missing '### BEGIN {marker.kind}' above it, or take this line out.",
            )
        opened, body, self.open, self.body = self.open, tuple(self.body), None, []
        prompts, self.prompts = self.prompts, []
        if opened.kind != "SOLUTION" or opened.silent:
            if prompts:
                raise self._error(opened.line, "a region that students never see has a prompt", "Take 'NO PROMPT' out.")
            self.regions.append(Hidden(body, opened.line + 1))
            return
        if self.waiting is not None:
            prompts.insert(0, self.waiting[1])
            self.waiting = None
        if len(prompts) > 1:
            raise self._two_prompts(opened.line)
        self.regions.append(Solution(body, opened.line + 1, opened.indent, "", prompts[0] if prompts else ()))

    def _prompt_edge(self, marker: _Marker) -> None:
        if marker.begin:
            if self.open_prompt is not None:
                raise self._error(marker.line, "'BEGIN PROMPT' stands inside a prompt", "Add '### END PROMPT' above.")
            if self.open is not None and self.open.kind != "SOLUTION":
                raise self._error(marker.line, f"a prompt stands inside '{self.open}'", "Move it beside a solution.")
            self.open_prompt = marker
            return
        if self.open_prompt is None:
            raise self._error(
                marker.line, "'END PROMPT' closes nothing", "Add '### BEGIN PROMPT' above, or take this line out."
            )
        opened, lines = self.open_prompt, tuple(self.prompt_body)
        self.open_prompt, self.prompt_body = None, []
        if opened.quoted and self.open is None:
            self.regions.append(Prompt(lines))
            return
        prompt = tuple(textwrap.dedent("\n".join(lines)).split("\n"))
        if self.open is not None:
            self.prompts.append(prompt)
            self.body += [""] * (marker.line - opened.line + 1)
        elif (index := self._solution_just_above()) is not None:
            above = self.regions[index]
            assert isinstance(above, Solution)  # noqa: S101 (what the search looked for)
            if above.prompt:
                raise self._two_prompts(opened.line)
            self.regions[index] = replace(above, prompt=prompt)
        else:
            self._nothing_waits()
            self.waiting = (opened, prompt)

    def _solution_just_above(self) -> int | None:
        """Index of a solution region that only blank lines part from here."""
        for index in range(len(self.regions) - 1, -1, -1):
            region = self.regions[index]
            if isinstance(region, Solution):
                return index
            if not isinstance(region, Plain) or any(line.strip() for line in region.lines):
                return None
        return None

    def _nothing_waits(self) -> None:
        if self.waiting is not None:
            raise self._error(
                self.waiting[0].line,
                "this prompt belongs to no solution region",
                "Put it between '### BEGIN SOLUTION' and '### END SOLUTION'.",
            )

    def _blanked(self, number: int, code: str) -> str:
        try:
            return without_answer(code)
        except SyntaxError as error:
            raise self._error(
                number,
                "'# SOLUTION' must end one whole statement on one line",
                "For more than that, put '### BEGIN SOLUTION' above the lines and '### END SOLUTION' below them.",
            ) from error

    def _with_names(self, regions: Sequence[Region]) -> list[Region]:
        """The same regions; solutions know the function around them, as far as the cell can be parsed."""
        if not self.code or not any(isinstance(region, Solution) for region in regions):
            return list(regions)
        try:
            tree = parse_python(self.source)
        except SyntaxError:
            tree = None
        if tree is None:
            return list(regions)
        return [self._named(r, tree) if isinstance(r, Solution) else r for r in regions]

    def _named(self, region: Solution, tree: ast.Module) -> Solution:
        for offset, text in enumerate(region.lines):
            if text.strip() and not text.lstrip().startswith("#"):  # comments belong to no statement
                indented = text[0].isspace()
                return replace(region, function=enclosing_name(tree, region.line + offset)) if indented else region
        return region

    def _two_prompts(self, line: int) -> NotebookError:
        return self._error(line, "this solution region has two prompts", "Join them into one.")

    def _error(self, line: int, message: str, remedy: str) -> NotebookError:
        return NotebookError(message, where=f"{self.where}, line {line}", remedy=remedy)


def _merged(regions: Sequence[Region]) -> list[Region]:
    """The same regions with neighbouring plain ones joined."""
    merged: list[Region] = []
    for region in regions:
        if isinstance(region, Plain) and merged and isinstance(merged[-1], Plain):
            merged[-1] = Plain(merged[-1].lines + region.lines)
        else:
            merged.append(region)
    return merged
