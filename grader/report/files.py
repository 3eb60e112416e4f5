"""Files that appear whole or not at all."""

import os
from collections.abc import Iterable
from pathlib import Path

__all__ = ["write"]


def write(path: Path, text: str | Iterable[str]) -> None:
    """Write through a neighbour and a rename, so that no reader ever sees half a file.

    Args:
        path: The file.
        text: Its content, or the pieces of it one after the other: a large one need not be put together before.

    Raises:
        OSError: It cannot be written.
    """
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(exist_ok=True)
        with temporary.open("wb") as file:
            for piece in (text,) if isinstance(text, str) else text:
                file.write(piece.encode("utf-8", "replace"))
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
