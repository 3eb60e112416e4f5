"""Notebooks out of a zip from strangers.

Unlike a data set, a class's zip is not refused whole for one bad entry, which one student could bring about: what is
not an ordinary notebook is left out. No entry's name is ever a path here: files are written under numbers.
"""

import os
import stat
import struct
import time
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from grader.datasets.unpack import BLOCK, LITTER, Bounds
from grader.errors import SubmissionsError

__all__ = ["Entry", "notebooks_in"]

BOUNDS = Bounds(files=200_000, total_bytes=8 * 1024**3)
"""Entries of all kinds, and bytes of all notebooks, that a class may have."""
TIMES = 0x5455
"""Extra field that holds times in UTC; what stands in the entry itself is in nobody knows which zone."""


@dataclass(frozen=True)
class Entry:
    """A notebook that was in a zip."""

    relative: PurePosixPath
    """As the zip names it."""
    path: Path
    """Where it is now; its time of last change is what the zip says."""


def notebooks_in(archive: Path, room: Path, largest: int, bounds: Bounds = BOUNDS) -> tuple[list[Entry], list[str]]:
    """Unpack the notebooks of a zip.

    Args:
        archive: The file.
        room: A folder to write to.
        largest: Bytes that a notebook may have. Of a larger one a little more than that is written, so that it is
            refused when it is graded, at its own student's cost.
        bounds: Where to stop.

    Returns:
        The notebooks, and names of entries that were left out because they are links, encrypted or damaged.

    Raises:
        SubmissionsError: It is no zip, or far too large.
    """
    found: list[Entry] = []
    left_out: list[str] = []
    left = min(bounds.total_bytes, max(archive.stat().st_size * bounds.ratio, 10 * BLOCK))
    try:
        with zipfile.ZipFile(archive) as packed:
            if len(packed.infolist()) > bounds.files:
                raise _refused(archive, f"it holds more than {bounds.files:,} entries")
            for number, entry in enumerate(_notebooks(packed)):
                relative = PurePosixPath(entry.filename.replace("\\", "/").lstrip("/"))
                path = room / f"{number}.ipynb"
                if not _is_ordinary(entry):
                    left_out.append(entry.filename)
                    continue
                try:
                    left -= _write(packed, entry, path, min(largest + 1, left + 1))
                except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
                    path.unlink(missing_ok=True)
                    left_out.append(entry.filename)
                    continue
                if left < 0:
                    raise _refused(archive, "it grows to far more than its own size")
                _set_time(path, entry)
                found.append(Entry(relative, path))
    except (zipfile.BadZipFile, OSError, struct.error, ValueError) as error:
        raise SubmissionsError(
            f"this is no zip that can be read: {error}", where=str(archive), remedy="Download it again."
        ) from error
    return found, left_out


def _notebooks(packed: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    for entry in packed.infolist():
        parts = PurePosixPath(entry.filename.replace("\\", "/")).parts
        hidden = any(part.startswith(".") or part in LITTER for part in parts)
        if entry.filename.lower().endswith(".ipynb") and not hidden:
            yield entry


def _is_ordinary(entry: zipfile.ZipInfo) -> bool:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    return kind in {0, stat.S_IFREG} and not entry.flag_bits & 1


def _write(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path, most: int) -> int:
    """Write an entry's content, at most so many bytes, and say how many: what the zip claims is not believed."""
    written = 0
    with packed.open(entry) as content, path.open("xb") as file:
        while written < most and (block := content.read(min(BLOCK, most - written))):
            file.write(block)
            written += len(block)
    return written


def _set_time(path: Path, entry: zipfile.ZipInfo) -> None:
    try:
        moment = _utc(entry.extra) or time.mktime((*entry.date_time, 0, 0, -1))
        os.utime(path, (moment, moment))
    except (ValueError, OverflowError, OSError):  # no such day
        os.utime(path, (0, 0))


def _utc(extra: bytes) -> float | None:
    while len(extra) >= 4:
        kind, size = struct.unpack("<HH", extra[:4])
        if kind == TIMES and size >= 5 and len(extra) >= 9 and extra[4] & 1:
            return float(struct.unpack("<i", extra[5:9])[0])
        extra = extra[4 + size :]
    return None


def _refused(archive: Path, why: str) -> SubmissionsError:
    return SubmissionsError(
        f"the zip is not unpacked: {why}", where=str(archive), remedy="Do not use it; download the class's work again."
    )
