"""Cleaning what students named and wrote, so that no report shows, hides or runs anything that it should not.

Every renderer escapes for its own format; before that, all of them pass foreign text through here.
"""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

__all__ = ["clean", "number", "one_line", "page_names"]

_ANSI = re.compile(
    "(?:\x1b[\\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\\\|\x9c)"  # OSC (links), DCS and their like
    "|(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor moves
    "|\x1b[ -/]+[0-~]|\x1b[0-~]"  # two-character escapes, and heads of sequences that never end
)

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls but tab and newline
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidirectional controls: text that reads other than it is
    "\u00ad\u115f\u1160\u180e\u200b\u2028\u2029\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
    "\U000e0000-\U000e0fff"  # invisible tags
    "\ud800-\udfff\ufffe\uffff]"  # no characters at all: neither UTF-8 nor XML can hold them
)

_COMMAND = re.compile(r"^::|##(?=\[|vso\[)")
"""What the runners of GitHub and Azure obey when a step prints it: `::` at the start of a line, `##[` anywhere."""

_RESERVED = frozenset(
    ["con", "prn", "aux", "nul", *(f"com{n}" for n in range(10)), *(f"lpt{n}" for n in range(10))],
)
"""Names that Windows refuses, whatever their ending."""

_PLAIN = frozenset("-_. +@()")
"""Kept in file names, besides letters and digits."""

_SHORT = 1000
"""Characters up to which a text is worth remembering."""

_LONGEST = 80
"""Characters of a page's stem, and half its bytes at most: with hash and ending it fits the 255 of file systems."""


def clean(text: str) -> str:
    """The text without terminal sequences, its invisible and direction-changing characters made visible.

    Newlines and tabs stay; other control characters become their pictures (NUL is U+2400), others their code, such as
    `[U+202E]`. The result can be written as UTF-8 and as XML.
    """
    text = text.replace("\r\n", "\n")
    if _UNSEEN.search(text) is None:
        return text
    return _UNSEEN.sub(_show, _ANSI.sub("", text))


def one_line(text: str, limit: int = 200) -> str:
    """The cleaned text with every run of white space as one blank, cut to `limit` characters with an ellipsis.

    What a CI system would take for a command when the line is printed is broken up by a blank.
    """
    return _short_line(text, limit) if len(text) <= _SHORT else _line(text, limit)


@lru_cache(maxsize=8192)
def _short_line(text: str, limit: int) -> str:
    """As `_line`, remembered: what a report says of one student it says of most."""
    return _line(text, limit)


def _line(text: str, limit: int) -> str:
    line = _COMMAND.sub(lambda found: " ".join(found[0]), " ".join(clean(text[: 8 * limit]).split()))
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def number(value: float) -> int | float:
    """The value as an int when it is whole: 15.0 gives 15, 7.5 stays."""
    return int(value) if value == int(value) else value


def page_names(students: Sequence[str]) -> tuple[str, ...]:
    """One file name for each student's page: `alice` gives `alice.html`.

    A name that is no safe file name, or equals another but for case, gets a safe form of it and eight hex digits of
    its hash; of two that collide the one in lower case, else the first, keeps the plain name. No two pages share a name
    on any file system, and none is `index.html`.

    Args:
        students: Names of any kind, in the order of the report.
    """
    taken = {"index"}
    stems: dict[int, str] = {}
    # Lower-case names first: `alice` has `alice.html` whoever else calls themselves `Alice`.
    for position, student in sorted(enumerate(students), key=lambda pair: pair[1] != _fold(pair[1])):
        if _slug(student) == student and _fold(student) not in taken:
            stems[position] = student
            taken.add(_fold(student))
    for position, student in enumerate(students):
        attempt = 0
        while position not in stems:
            digest = hashlib.sha256(f"{attempt}:{student}".encode("utf-8", "surrogatepass")).hexdigest()[:8]
            stem = f"{_slug(student)}-{digest}"
            attempt += 1
            if _fold(stem) not in taken:
                stems[position] = stem
                taken.add(_fold(stem))
    return tuple(f"{stems[position]}.html" for position in range(len(students)))


def _show(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if 0xD800 <= code <= 0xDFFF or code in {0xFFFE, 0xFFFF}:
        return "\ufffd"
    return f"[U+{code:04X}]"


def _slug(name: str) -> str:
    """A file name's stem that is like `name`, and equal to it where `name` is safe as it stands."""
    composed = unicodedata.normalize("NFC", name[:_LONGEST])
    kept = "".join(c if _is_plain(c) else "-" for c in composed).lstrip(" .-").rstrip(" .")
    while len(kept.encode()) > 2 * _LONGEST:
        kept = kept[:-1]
    first = unicodedata.normalize("NFKC", kept).split(".")[0].strip().lower()
    return f"student-{kept}" if first in _RESERVED else kept or "student"


def _is_plain(character: str) -> bool:
    if character in _PLAIN:
        return True
    return unicodedata.category(character)[0] in "LMN" and _UNSEEN.match(character) is None


def _fold(stem: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", stem).casefold())
