"""An executed notebook as staff may see it: its code and text outputs as text, PNG pictures, and cleaned Markdown.

What a student's notebook holds is hostile until shown otherwise. No HTML, SVG or JavaScript of an output is shown; its
text form, which nearly all outputs have, is. Markdown becomes HTML without links, pictures or raw HTML, and that is
cleaned by a parser of its own (`nh3`) before it gets onto a page.
"""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

from grader.errors import NotebookError
from grader.notebook import NotebookNode, parse_notebook
from grader.report.text import clean

__all__ = ["Cell", "Output", "markdown", "notebook_cells"]

LONGEST = 20_000
"""Characters of one text."""
LARGEST = 4 * 2**20
"""Bytes of one picture."""
ALL = 16 * 2**20
"""Bytes of all pictures of one page; those after that are only mentioned."""
ALL_TEXT = 100_000
"""Characters of Markdown that one page sets; what comes after that is shown as it was typed, for it could be slow."""
PNG = b"\x89PNG\r\n\x1a\n"

TAGS = frozenset(
    "p br hr em strong code pre blockquote ul ol li h4 table thead tbody tr th td".split()  # noqa: SIM905 - to be read
)
_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")
_CLEANER = nh3.Cleaner(tags=set(TAGS), attributes={}, clean_content_tags={"script", "style"}, url_schemes=set())


@dataclass(frozen=True)
class Output:
    """One output of a cell."""

    kind: Literal["text", "error", "picture", "left out"]
    text: str
    """What it says; of a picture, the address of its data."""


@dataclass(frozen=True)
class Cell:
    """One cell."""

    number: int
    """As people count them, from 1."""
    code: str
    """Source of a code cell; empty for text."""
    html: Markup
    """A cell of text, cleaned."""
    outputs: tuple[Output, ...] = ()


@dataclass
class _Room:
    """What is left of one page's."""

    pictures: int = ALL
    text: int = ALL_TEXT


def notebook_cells(text: str) -> list[Cell]:
    """The cells of an executed notebook; none where it cannot be read."""
    try:
        notebook = parse_notebook(text, where="the executed notebook")
    except NotebookError:
        return []
    room = _Room()
    return [_cell(number, cell, room) for number, cell in enumerate(notebook.cells, 1)]


def markdown(text: str) -> Markup:
    """A student's Markdown as HTML that says something and does nothing."""
    tokens = _PARSER.parse(clean(text[:LONGEST]))
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = "h4"  # our own headings stand above it
    html = _PARSER.renderer.render(tokens, _PARSER.options, {})
    return Markup(_CLEANER.clean(html))  # noqa: S704 - cleaned


def _cell(number: int, cell: NotebookNode, room: _Room) -> Cell:
    if cell.cell_type == "code":
        outputs = tuple(output for given in cell.outputs for output in _outputs(given, room))
        return Cell(number, cell.source or " ", Markup(), outputs)
    room.text -= len(cell.source)
    return Cell(number, "", markdown(cell.source)) if room.text >= 0 else Cell(number, cell.source, Markup())


def _outputs(output: NotebookNode, room: _Room) -> Iterator[Output]:
    if output.output_type == "stream":
        yield Output("text", _text(output.text))
    elif output.output_type == "error":
        traceback = "\n".join(line for line in output.traceback if isinstance(line, str))
        yield Output("error", _text(traceback or f"{output.ename}: {output.evalue}"))
    else:
        yield from _bundle(output.get("data", {}), room)


def _bundle(data: dict[str, Any], room: _Room) -> Iterator[Output]:
    if (picture := data.get("image/png")) is not None:
        address = _picture(picture, room)
        yield Output("picture", address) if address else Output("left out", "a picture that is damaged or too large")
    elif isinstance(text := data.get("text/plain"), str):
        yield Output("text", _text(text))
    elif data:
        yield Output("left out", f"an output without a text: {', '.join(sorted(map(str, data)))}")


def _picture(encoded: object, room: _Room) -> Markup:
    """The address of a PNG picture's data; empty where it is none, or there is no room for it."""
    if not isinstance(encoded, str) or len(encoded) > 2 * LARGEST:
        return Markup()
    try:
        content = base64.b64decode("".join(encoded.split()), validate=True)
    except (binascii.Error, ValueError):
        return Markup()
    if not content.startswith(PNG) or len(content) > min(LARGEST, room.pictures):
        return Markup()
    room.pictures -= len(content)
    address = f"data:image/png;base64,{base64.b64encode(content).decode()}"
    return Markup(address)  # noqa: S704 - letters and digits, written by ourselves


def _text(value: object) -> str:
    return clean(value[:LONGEST]) if isinstance(value, str) else ""
