"""Values that readers stumble over, and ways to spoil what is valid."""

import copy
import json
import random
from typing import Any

from hypothesis import strategies as st

ODD_TEXT = st.sampled_from(
    ["", "\0", "\ud800", "\ufeff", "a" * 3000, "{x}", "{0.__class__}", "{", "%s", "../../etc", "NaN", "1e999", "-0",
     "\u202e", "]]>", "<script>", "=1+1", "loss", "Cat/1.jpg", "training/cats", "{}", "[]", "null"]
)  # fmt: skip
TEXT = st.one_of(ODD_TEXT, st.text(max_size=20))
NUMBERS = st.one_of(
    st.sampled_from([0, -1, 1, 2**31, 2**63, -(2**63) - 1, 10**30, 10**400, 0.0, -0.0, 5e-324, 1.7e308, 0.5]),
    st.integers(-5, 5), st.floats(allow_nan=False, allow_infinity=False),
)  # fmt: skip
ATOMS = st.one_of(st.none(), st.booleans(), NUMBERS, TEXT)
JSON = st.recursive(
    ATOMS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4), max_leaves=12
)
RAW_JSON = st.sampled_from(
    [b"", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 5000, b"1" * 5000, b'{"a": 1, "a": 2}', b"NaN", b"-Infinity",
     b'{"nbformat": ' + b"9" * 5000 + b"}", b'"\\ud800"', b"\xef\xbb\xbf{}", b'{"error": 1e400}', b"{}\0", b"[1,]"]
)  # fmt: skip
"""Bytes that no encoder of ours would write."""


def spoiled(value: Any) -> st.SearchStrategy[Any]:
    """The value with a few of its parts replaced, left out, doubled or moved elsewhere."""
    return st.builds(_spoil, st.just(value), st.lists(st.tuples(st.integers(0, 2**32), JSON), min_size=1, max_size=4))


def spoiled_bytes(content: bytes) -> st.SearchStrategy[bytes]:
    """The bytes with a few of them changed, cut out or put in."""
    edit = st.tuples(st.integers(0, max(0, len(content) - 1)), st.integers(0, 40), st.binary(max_size=12))
    return st.builds(_edit, st.just(content), st.lists(edit, min_size=1, max_size=4))


def dumps(value: Any) -> bytes:
    """JSON as hostile code would write it, halves of characters included."""
    return json.dumps(value).encode()


def _edit(content: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    for at, length, new in edits:
        content = content[:at] + new + content[at + length :]
    return content


def _spoil(value: Any, edits: list[tuple[int, Any]]) -> Any:
    value = copy.deepcopy(value)
    for seed, new in edits:
        rng = random.Random(seed)
        places = list(_places(value))
        if not places:
            return new
        holder, key = rng.choice(places)
        match rng.randrange(4):
            case 0 if isinstance(holder, dict):
                del holder[key]
            case 0:
                holder.pop(key)
            case 1 if isinstance(holder, list):
                holder.append(copy.deepcopy(holder[key]))
            case 2:
                other, other_key = rng.choice(places)
                try:
                    holder[key] = copy.deepcopy(other[other_key])
                except (KeyError, IndexError):
                    holder[key] = new
            case _:
                holder[key] = new
    return value


def _places(value: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        for key, inner in value.items():
            found += [(value, key), *_places(inner)]
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            found += [(value, index), *_places(inner)]
    return found
