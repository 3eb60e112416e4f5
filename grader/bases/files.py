"""The weights of the bases on this machine: never used before their checksum was compared."""

import hashlib
from pathlib import Path

from grader.base import BASES, Base
from grader.datasets.holdings import Holding
from grader.datasets.storage import cache_root
from grader.errors import DataError

__all__ = ["base_holdings", "weights_file"]


def weights_file(base: Base, cache: Path | None = None) -> Path:
    """The weights on this machine, with the checksum that is expected of them.

    Args:
        base: Which.
        cache: Where downloads are kept; None is `$CNN_GRADER_CACHE` or the user's cache folder.

    Raises:
        DataError: They have not been fetched yet, or the file is not the one it should be.
    """
    path = _place(base, cache)
    if base.url:
        remedy = f'Run `grader data fetch {base.name}`, or say base = "shipped" in solutions/course.toml.'
    else:
        remedy = "Install the grader again: this file is a part of it."
    if not path.is_file():
        raise DataError(f"the weights of the base '{base.name}' are not here yet", where=str(path), remedy=remedy)
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, base.algorithm).hexdigest()
    if digest != base.digest:
        raise DataError(
            f"these are not the weights of the base '{base.name}': the checksum differs",
            where=str(path),
            remedy=f"Delete the file. {remedy}",
        )
    return path


def base_holdings(cache: Path | None = None) -> list[Holding]:
    """Every base: whether its weights are here, and where they are or would be."""
    found = []
    for base in BASES.values():
        path = _place(base, cache)
        size = path.stat().st_size if path.is_file() else base.size
        source = "real" if base.url else "shipped"
        found.append(Holding(base.name if base.url else base.title, source, path, path.is_file(), size))
    return found


def _place(base: Base, cache: Path | None) -> Path:
    if base.url:
        return (cache_root() if cache is None else cache) / "bases" / base.file
    return Path(__file__).with_name("weights") / base.file
