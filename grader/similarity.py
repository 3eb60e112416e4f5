"""Which submissions of a class have code in common that few others have: a pointer for staff, never a verdict.

Winnowing over normalised tokens (Schleimer, Wilkerson and Aiken, "Winnowing: local algorithms for document
fingerprinting", SIGMOD 2003): names of the student's own, numbers, strings, comments and layout make no difference;
what the student notebook brought along is left out; and what many of the class have is nobody's in particular.
"""

import builtins
import keyword
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["Hashes", "Pair", "Place", "find_similar", "fingerprints", "given_fingerprints"]

TOKENS = 14
"""Length of a fingerprint: shorter passages in common are chance."""
WINDOW = 6
"""One fingerprint of so many in a row is kept: every passage in common of 19 tokens is found."""
FEW = 4
"""Fingerprints in common, that few others have, from which on a pair is named."""
LEAST_SHARE = 0.1
COMMON = (3, 30)
"""A fingerprint that more than a tenth of the class has is common, but never with fewer, and always with more than
these."""

Place = tuple[int, int]
"""A line: which of the given cells, from 0, and which line of it, from 1."""

Hashes = NDArray[np.uint64]
"""Fingerprints of a notebook: sorted, each once."""
_KEPT = frozenset(keyword.kwlist) | frozenset(dir(builtins)) | {"self"}
# Python's own tokenizer stops at the first mistake, and takes ten times as long.
_TOKEN = re.compile(
    r"""
    (?P<skip> [#][^\n]* | \s+ | \\\n )
    # One that is never closed goes on to the end of its line, or of the cell: so each character is looked at once.
    | (?P<string> [rbfu]{0,3}
        (?: \"{3}(?:\\.|[^\\])*?(?:\"{3}|\Z) | '{3}(?:\\.|[^\\])*?(?:'{3}|\Z)
          | "(?:\\.|[^"\\\n])*+"?+ | '(?:\\.|[^'\\\n])*+'?+ ) )
    | (?P<number> [.]?\d[\w.]* )
    | (?P<name> [^\W\d]\w* )
    | (?P<sign> [-+*/%&|^=<>!:@]+ | . )
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)


@dataclass(frozen=True)
class Pair:
    """Two submissions, and what they have in common."""

    first: str
    second: str
    share: float
    """Of the fingerprints of the shorter one that the other has too, the student notebook's left out; in [0, 1]."""
    rare: int
    """Fingerprints in common that few others have."""
    first_lines: frozenset[Place]
    """Lines that those cover."""
    second_lines: frozenset[Place]


@dataclass(frozen=True)
class _Prints:
    """The fingerprints of one notebook, and where they are."""

    positions: Mapping[int, list[int]]
    """Fingerprint -> indices of the tokens that it begins at."""
    places: Sequence[Place]
    """Of each token."""


def find_similar(
    sources: Mapping[str, Sequence[str]],
    stub: Sequence[str],
    *,
    most: int = 50,
    prints: Mapping[str, Hashes] | None = None,
) -> tuple[Pair, ...]:
    """The pairs with the most in common that few others have, strongest first.

    Args:
        sources: Student -> source of the code cells, in order.
        stub: Code cells of the student notebook, whose text is everybody's.
        most: Pairs at most.
        prints: Student -> `fingerprints` of the sources, where they are there already; then only the sources of the
            pairs are looked at.
    """
    given = given_fingerprints(stub)
    if prints is None:
        prints = {name: fingerprints(cells, given) for name, cells in sources.items()}
    names = sorted(prints)
    if len(names) < 2:
        return ()
    shared = _rare_in_common([prints[name] for name in names])
    found = []
    for (a, b), rare in shared.items():
        if len(rare) < FEW:
            continue
        first, second = prints[names[a]], prints[names[b]]
        both = np.intersect1d(first, second, assume_unique=True)
        share = len(both) / max(1, min(len(first), len(second)))
        if share >= LEAST_SHARE:
            found.append((len(rare) * share, a, b, share, rare))
    found.sort(key=lambda row: (-row[0], row[1], row[2]))
    return tuple(
        Pair(
            names[a],
            names[b],
            share,
            len(rare),
            _lines(_fingerprints(sources[names[a]], given), rare),
            _lines(_fingerprints(sources[names[b]], given), rare),
        )
        for _, a, b, share, rare in found[:most]
    )


def given_fingerprints(stub: Sequence[str]) -> frozenset[int]:
    """What of a student's code is the student notebook's."""
    return frozenset(value for source in stub for value in _hashes(source).tolist())


def fingerprints(cells: Sequence[str], given: frozenset[int]) -> Hashes:
    """The fingerprints of a notebook's code cells.

    Args:
        cells: Their sources, in order.
        given: Those of the student notebook, which are left out.
    """
    found = {value for source in cells for value in _kept_hashes(source)}
    return np.array(sorted(found - given), dtype=np.uint64)


def _rare_in_common(notebooks: Sequence[Hashes]) -> dict[tuple[int, int], list[int]]:
    """Pairs of notebooks -> fingerprints that both have, and few others."""
    hashes = np.concatenate(notebooks)
    owners = np.repeat(np.arange(len(notebooks)), [len(h) for h in notebooks])
    order = np.lexsort((owners, hashes))
    hashes, owners = hashes[order], owners[order]
    starts = np.flatnonzero(np.r_[True, hashes[1:] != hashes[:-1]]) if len(hashes) else np.array([], int)
    counts = np.diff(np.r_[starts, len(hashes)])
    limit = min(COMMON[1], max(COMMON[0], len(notebooks) // 10))
    shared: dict[tuple[int, int], list[int]] = {}
    for start, count in zip(starts.tolist(), counts.tolist(), strict=True):
        if 2 <= count <= limit:
            group, value = owners[start : start + count].tolist(), int(hashes[start])
            for position, a in enumerate(group):
                for b in group[position + 1 :]:
                    shared.setdefault((a, b), []).append(value)
    return shared


def _fingerprints(cells: Sequence[str], given: frozenset[int]) -> _Prints:
    positions: dict[int, list[int]] = {}
    places: list[Place] = []
    for cell, source in enumerate(cells):
        tokens = _cell_tokens(source)
        hashes = _hashes(source)
        for position in _winnow(hashes).tolist():
            value = int(hashes[position])
            if value not in given:
                positions.setdefault(value, []).append(len(places) + position)
        places += [(cell, line) for line, _ in tokens]
    return _Prints(positions, places)


def _lines(prints: _Prints, rare: Sequence[int]) -> frozenset[Place]:
    return frozenset(
        place for value in rare for start in prints.positions[value] for place in prints.places[start : start + TOKENS]
    )


@lru_cache(maxsize=4096)
def _hashes(source: str) -> Hashes:
    """The hash of every run of `TOKENS` tokens of a cell."""
    tokens = np.array([token for _, token in _cell_tokens(source)], dtype=np.uint64)
    count = len(tokens) - TOKENS + 1
    if count < 1:
        return np.empty(0, np.uint64)
    total = np.zeros(count, np.uint64)
    for offset in range(TOKENS):
        total = total * np.uint64(0x100000001B3) + tokens[offset : offset + count]
    total ^= total >> np.uint64(29)  # mixed, so that the smallest of a window is any of them
    total *= np.uint64(0xBF58476D1CE4E5B9)
    return total ^ (total >> np.uint64(32))


@lru_cache(maxsize=4096)
def _kept_hashes(source: str) -> tuple[int, ...]:
    """The fingerprints of a cell."""
    hashes = _hashes(source)
    return tuple(hashes[_winnow(hashes)].tolist())


def _winnow(hashes: Hashes) -> NDArray[np.int64]:
    """Positions of the smallest hash of every window, the last of equal ones."""
    if len(hashes) == 0:
        return np.empty(0, np.int64)
    if len(hashes) <= WINDOW:
        return np.array([int(np.argmin(hashes))], dtype=np.int64)
    windows = np.lib.stride_tricks.sliding_window_view(hashes, WINDOW)
    last = WINDOW - 1 - np.argmin(windows[:, ::-1], axis=1)
    return np.unique(np.arange(len(windows)) + last)


@lru_cache(maxsize=4096)
def _cell_tokens(source: str) -> tuple[tuple[int, int], ...]:
    """Line and number of each token of a cell; magics are left out."""
    text = "\n".join("" if line.lstrip().startswith(("%", "!")) else line for line in source.split("\n"))
    read: list[tuple[int, str, str]] = []
    line, at = 1, 0
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup or ""
        if kind != "skip":
            line, at = line + text.count("\n", at, token.start()), token.start()
            read.append((line, kind, token[0]))
    before = ["", *(word for _, _, word in read)]
    return tuple(
        (line, _number(_normal(kind, word, last))) for (line, kind, word), last in zip(read, before, strict=False)
    )


@lru_cache(maxsize=65536)
def _number(word: str) -> int:
    return zlib.crc32(word.encode("utf-8", "replace"))


def _normal(kind: str, word: str, before: str) -> str:
    if kind in {"number", "string"}:
        return kind
    if kind == "name" and word not in _KEPT and before != ".":
        return "name"  # whatever a student calls it
    return word
