"""The nearest known name to one that nobody knows: "did you mean"."""

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = ["did_you_mean", "nearest"]


def nearest(word: str, known: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """The known name that is most like a word; None where none is.

    Args:
        word: What was written.
        known: Names that exist.
        cutoff: From 0 (anything will do) to 1 (the same).
    """
    names = list(known)
    near = get_close_matches(word, names, n=1, cutoff=cutoff)
    if near:
        return near[0]
    plain = {name.lower().replace("_", "-"): name for name in names}
    again = get_close_matches(word.strip().lower().replace("_", "-").replace(" ", "-"), plain, n=1, cutoff=cutoff)
    return plain[again[0]] if again else None


def did_you_mean(word: str, known: Iterable[str], *, cutoff: float = 0.6) -> str:
    """`Did you mean 'week4-rps'? `, to stand before the list of all names; empty where no name is near."""
    near = nearest(word, known, cutoff=cutoff)
    return f"Did you mean '{near}'? " if near else ""
