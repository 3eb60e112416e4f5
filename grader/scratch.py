"""Temporary folders that are removed even when the grader was killed: by the next one that comes along."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

__all__ = ["scratch_folder", "sweep"]

PREFIX = "grader-scratch-"


@contextmanager
def scratch_folder(kind: str) -> Iterator[Path]:
    """A new temporary folder that goes with the context, or, should this process be killed, with the next `sweep`.

    As long as the folder is used it is locked, which the kernel ends with the process, however that ends.

    Args:
        kind: What it is for; its name begins with `grader-scratch-KIND-`.
    """
    while True:
        folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{kind}-"))
        with suppress(FileNotFoundError):
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            fcntl.flock(lock, fcntl.LOCK_EX)
            if folder.exists():
                break
            os.close(lock)  # somebody swept it away before it was locked
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def sweep() -> int:
    """Remove the temporary folders that killed graders of this user left, and say how many there were."""
    swept = 0
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError:  # no folder, or somebody else's
            continue
        try:
            if os.fstat(lock).st_uid == os.geteuid():
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
                swept += 1
        except BlockingIOError:  # in use
            pass
        finally:
            os.close(lock)
    return swept
