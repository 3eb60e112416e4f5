"""Unpacks archives from strangers: nothing outside the folder, no links, no devices, no bombs."""

import gzip
import io
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, NoReturn

from grader.errors import DataError

__all__ = ["Bounds", "unpack"]

BLOCK = 1 << 20
LITTER = ("__MACOSX", ".DS_Store")
"""What file managers add; left out."""


@dataclass(frozen=True)
class Bounds:
    """What one archive may hold."""

    files: int = 60_000
    total_bytes: int = 4 * 1024**3
    ratio: int = 100
    """Times its own size that an archive may grow to, above the first 10 MB."""


def unpack(archive: Path, target: Path, bounds: Bounds = Bounds()) -> None:
    """Unpacks a `.zip` or `.tar.gz` into an existing folder.

    Bytes are counted as they come out: the sizes that an archive claims are not believed. When this raises, what was
    written so far is worthless, so the folder should be one to throw away.

    Args:
        archive: The file; its content decides what it is, not its name.
        target: An empty folder.
        bounds: Where to stop.

    Raises:
        DataError: It is no archive, is damaged, leads out of the folder, holds a link or a device, or is too large.
    """
    most = min(bounds.total_bytes, max(archive.stat().st_size * bounds.ratio, 10 * BLOCK))
    left = most
    try:
        for number, (name, ordinary, source) in enumerate(_entries(archive, most), 1):
            if number > bounds.files:
                _refuse(archive, f"it holds more than {bounds.files:,} entries")
            _inspect(archive, name, ordinary)
            if source is None or any(part in LITTER for part in PurePosixPath(name).parts):
                continue
            path = target.joinpath(*PurePosixPath(name).parts)
            path.parent.mkdir(parents=True, exist_ok=True)
            with source() as content, path.open("xb") as file:
                while block := content.read(min(BLOCK, left + 1)):
                    left -= len(block)
                    if left < 0:
                        _refuse(archive, f"it grows to more than {most / 1e6:.0f} MB")
                    file.write(block)
    except (FileExistsError, NotADirectoryError, IsADirectoryError) as error:
        _refuse(archive, f"two of its entries have the same place: {Path(error.filename).name}")
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, NotImplementedError, gzip.BadGzipFile) as error:
        raise DataError(
            f"the archive is damaged or of a kind that we do not read: {error}",
            where=str(archive),
            remedy="Fetch it again, or pack its content as an ordinary .zip.",
        ) from error


Opener = Callable[[], IO[bytes]]


def _entries(archive: Path, most: int) -> Iterator[tuple[str, bool, Opener | None]]:
    """Name of each entry, whether it is an ordinary file or folder, and what opens its content if it is a file."""
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as packed:
            for entry in packed.infolist():
                opener = None if entry.is_dir() else partial(packed.open, entry)
                yield entry.orig_filename, _is_ordinary(entry), opener
        return
    with archive.open("rb") as file:
        squeezed = file.read(2) == b"\x1f\x8b"
    # headers are unpacked by tarfile itself, so all that it reads is counted
    with (
        gzip.open(archive) if squeezed else archive.open("rb") as plain,
        tarfile.open(fileobj=_Metered(plain, archive, most + most // 2 + BLOCK), mode="r|") as tape,
    ):
        for member in tape:
            content = tape.extractfile(member) if member.isreg() else None
            yield member.name, member.isreg() or member.isdir(), None if content is None else partial(_same, content)


class _Metered(io.BufferedIOBase):
    """A stream that ends in an error once more has been read than an archive of its size should hold."""

    def __init__(self, stream: io.BufferedIOBase, archive: Path, left: int) -> None:
        self._stream = stream
        self._archive = archive
        self._left = left

    def read(self, size: int | None = -1, /) -> bytes:
        """As of any stream."""
        block = self._stream.read(size)
        self._left -= len(block)
        if self._left < 0:
            _refuse(self._archive, "it grows to far more than its own size")
        return block


def _same(content: IO[bytes]) -> IO[bytes]:
    return content


def _inspect(archive: Path, name: str, ordinary: bool) -> None:
    shown = ascii(name)[:80]
    parts = PurePosixPath(name).parts
    if not ordinary:
        _refuse(archive, f"the entry {shown} is a link, a device or encrypted")
    if name.startswith("/") or ".." in parts or "\\" in name or ":" in name or not name.isprintable() or not parts:
        _refuse(archive, f"the entry {shown} leads out of the folder")
    if len(name) > 240 or len(parts) > 12:
        _refuse(archive, f"the entry {shown} lies too deep")


def _is_ordinary(entry: zipfile.ZipInfo) -> bool:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    return kind in {0, stat.S_IFREG, stat.S_IFDIR} and not entry.flag_bits & 1


def _refuse(archive: Path, why: str) -> NoReturn:
    raise DataError(
        f"the archive is not unpacked: {why}",
        where=str(archive),
        remedy="Do not use it. Fetch the data set from its own place: grader data fetch NAME",
    )
