"""Files and folders that travel by the hash of their content, so that none is sent twice."""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import IO

__all__ = ["BadParcel", "Parcel", "unpack"]

CHUNK = 4 * 2**20
"""Bytes that are read, and sent, at once."""
MAX_LISTING = 256 * 2**20


class BadParcel(ValueError):
    """What came is not what was sent."""


@dataclass(frozen=True)
class Parcel:
    """A file, or a folder with all below it, as one stream of bytes: a line that lists it, then the contents."""

    path: Path

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the stream, in hexadecimal; names and contents count, times and modes do not."""
        found = hashlib.sha256()
        for chunk in self.chunks():
            found.update(chunk)
        return found.hexdigest()

    @cached_property
    def size(self) -> int:
        """Bytes of the stream."""
        return len(self._listing) + sum(size or 0 for _, size in self._entries)

    def chunks(self) -> Iterator[bytes]:
        """The stream, in pieces of 4 MiB and less.

        Raises:
            OSError: A file cannot be read, or has changed.
        """
        yield self._listing
        for name, size in self._entries:
            if size is not None:
                left = size
                with (self.path / name if name else self.path).open("rb") as file:
                    while left:
                        chunk = file.read(min(CHUNK, left))
                        if not chunk:
                            raise OSError(f"{file.name} became shorter while it was sent")
                        left -= len(chunk)
                        yield chunk

    @cached_property
    def _entries(self) -> list[tuple[str, int | None]]:
        """Name below the path, empty for the path itself -> size of the file, None for a folder; folders first."""
        if not self.path.is_dir():
            return [("", self.path.stat().st_size)]
        found: list[tuple[str, int | None]] = []
        for folder, folders, files in os.walk(self.path, followlinks=True):
            folders.sort()
            below = Path(folder).relative_to(self.path)
            found += [((below / name).as_posix(), None) for name in folders]
            found += [((below / name).as_posix(), (Path(folder) / name).stat().st_size) for name in sorted(files)]
        return found

    @cached_property
    def _listing(self) -> bytes:
        return json.dumps(self._entries, separators=(",", ":")).encode() + b"\n"


def unpack(stream: Path, digest: str, target: Path) -> None:
    """Make the file or folder of a stream that was received, if it is the one that the digest names.

    Args:
        stream: The file that holds the stream.
        digest: Of the stream.
        target: Where the file or folder is to be; appears whole or not at all.

    Raises:
        BadParcel: The stream is another one, or lists what no parcel lists.
        OSError: There is no room for it.
    """
    with stream.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != digest:
            raise BadParcel("what was received is not what was sent")
        file.seek(0)
        entries = json.loads(file.readline(MAX_LISTING))
        half = target.with_name(f"{target.name}.half-{os.urandom(4).hex()}")
        try:
            if entries[:1] and entries[0][0] == "":
                _copy(file, half, entries[0][1])
            else:
                half.mkdir()
                for name, size in entries:
                    _make(file, half, name, size)
            if not target.exists():
                half.rename(target)
        finally:
            if half.is_dir():
                shutil.rmtree(half, ignore_errors=True)
            else:
                half.unlink(missing_ok=True)


def _make(file: IO[bytes], folder: Path, name: str, size: int | None) -> None:
    parts = PurePosixPath(name)
    if parts.is_absolute() or ".." in parts.parts or not parts.parts:
        raise BadParcel(f"'{name[:80]}' is no name below a folder")
    if size is None:
        (folder / name).mkdir()
    else:
        _copy(file, folder / name, size)


def _copy(file: IO[bytes], target: Path, size: int) -> None:
    with target.open("xb") as out:
        while size:
            chunk = file.read(min(CHUNK, size))
            if not chunk:
                raise BadParcel("the stream ends too early")
            out.write(chunk)
            size -= len(chunk)
