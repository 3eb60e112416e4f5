"""Writing a file so that nobody ever meets half of it."""

import contextlib
import os
import secrets
from pathlib import Path

from grader.errors import CourseError

__all__ = ["write_atomically"]


def write_atomically(path: Path, text: str) -> None:
    """Put a text into a file, UTF-8, with its folder where that is missing; the old file stays until the new is whole.

    Raises:
        CourseError: The folder cannot be made or written to.
    """
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(path)
    except OSError as error:
        raise CourseError(
            f"the file cannot be written: {error.strerror}", where=str(path), remedy="Check the folder's permissions."
        ) from error
    finally:
        with contextlib.suppress(OSError):
            beside.unlink()
