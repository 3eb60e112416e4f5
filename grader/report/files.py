"""Files that appear whole or not at all."""

import os
from pathlib import Path

__all__ = ["write"]


def write(path: Path, text: str) -> None:
    """Write through a neighbour and a rename, so that no reader ever sees half a file.

    Raises:
        OSError: It cannot be written.
    """
    content = text.encode("utf-8", "replace")
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.tmp")
    try:
        try:
            temporary.write_bytes(content)
        except FileNotFoundError:
            path.parent.mkdir(exist_ok=True)
            temporary.write_bytes(content)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
