"""Folders that exist whole or not at all, however many processes ask for them at once."""

import errno
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import platformdirs
from filelock import FileLock

from grader.errors import DataError

__all__ = ["cache_root", "disk_error", "make_once"]

ENVIRONMENT = "CNN_GRADER_CACHE"
"""Names the folder for data sets, instead of the user's cache folder."""


def cache_root() -> Path:
    """Where public data sets are kept: `$CNN_GRADER_CACHE`, else the user's cache folder."""
    said = os.environ.get(ENVIRONMENT, "").strip()
    return Path(said).expanduser() if said else platformdirs.user_cache_path("cnn-grader")


def make_once(target: Path, build: Callable[[Path], None], whole: Callable[[Path], bool], *, mode: int = 0o755) -> Path:
    """Makes a folder unless it is there: built beside it, renamed when complete.

    Of several processes that ask at once one builds and the others wait for it. What a killed one left behind is
    removed by the next.

    Args:
        target: The folder.
        build: Fills a new empty folder.
        whole: Whether a folder that is there is complete; an incomplete one is made again.
        mode: Permission bits of the folder.

    Returns:
        `target`.

    Raises:
        DataError: The disk is full, read-only or otherwise unwilling.
    """
    if whole(target):
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(target.parent / f".{target.name}.lock"):
            if not whole(target):
                _replace(target, build, mode)
    except OSError as error:
        raise disk_error(error, target) from error
    return target


def disk_error(error: OSError, target: Path) -> DataError:
    """The error to show when the disk refuses `target`."""
    elsewhere = f"set {ENVIRONMENT} to a folder on another disk"
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return DataError("the disk is full", where=str(target), remedy=f"Free about 20 MB there, or {elsewhere}.")
    if error.errno in {errno.EROFS, errno.EACCES, errno.EPERM}:
        return DataError("nothing can be written here", where=str(target), remedy=f"Make it writable, or {elsewhere}.")
    reason = error.strerror or str(error)
    return DataError(
        f"the data cannot be stored: {reason}", where=str(target), remedy=f"Check the path, or {elsewhere}."
    )


def _replace(target: Path, build: Callable[[Path], None], mode: int) -> None:
    """Builds the folder; the caller holds the lock, so every leftover is a dead process's."""
    prefix = f".{target.name}."
    for leftover in target.parent.glob(f"{prefix}*.part"):
        shutil.rmtree(leftover, ignore_errors=True)
    work = Path(tempfile.mkdtemp(prefix=prefix, suffix=".part", dir=target.parent))
    try:
        made = work / "new"
        made.mkdir(mode=0o700)
        build(made)
        made.chmod(mode)
        if target.exists():
            target.rename(work / "old")
        made.rename(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)
