"""The parcels that a worker holds, each once, under the hash of its content."""

import shutil
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn

from grader.cluster.parcels import BadParcel, unpack

__all__ = ["Store"]

KEEP_BYTES = 8 * 2**30
"""Of parcels that no job uses; above it those go that were not used for the longest time."""


class Store:
    """Folder of parcels, safe to use from several threads.

    Args:
        folder: An empty folder; whoever made it removes it.
        keep_bytes: Of parcels that no job uses.
    """

    def __init__(self, folder: Path, keep_bytes: int = KEEP_BYTES) -> None:
        self._coming, self._here = folder / "coming", folder / "here"
        self._coming.mkdir()
        self._here.mkdir()
        self._keep_bytes = keep_bytes
        self._lock = threading.Lock()
        self._sizes: dict[str, int] = {}
        self._used: dict[str, float] = {}
        self._users: dict[str, int] = {}
        self.received: dict[str, int] = {}
        """Digest -> how often it was received whole."""

    def add(self, sender: str, digest: str, offset: int, content: bytes, size: int) -> None:
        """Take the next piece of a parcel; the last one makes it usable.

        Args:
            sender: Tells several that send the same parcel apart.
            digest: Of the parcel.
            offset: Bytes of it that came before.
            content: The piece.
            size: Bytes of the whole parcel.

        Raises:
            BadParcel: It is not the parcel of that digest, or pieces came out of order.
            OSError: There is no room.
        """
        part = self._coming / f"{sender}-{digest}"
        try:
            with part.open("ab" if offset else "wb") as file:
                at = file.tell()
                if at == offset:
                    file.write(content)
            if at != offset or at + len(content) > size:
                _refuse(f"a piece of a parcel came out of order, at {offset}")
            if at + len(content) < size:
                return
            unpack(part, digest, self._here / digest)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        part.unlink()
        with self._lock:
            self._sizes[digest] = size
            self._used[digest] = time.monotonic()
            self.received[digest] = self.received.get(digest, 0) + 1

    @contextmanager
    def using(self, digests: Iterable[str]) -> Iterator[tuple[dict[str, Path], list[str]]]:
        """Keep parcels for as long as the context lasts.

        Yields:
            Digest -> file or folder, and the digests of those that are not here.
        """
        wanted = set(digests)
        with self._lock:
            found = {digest: self._here / digest for digest in wanted & self._sizes.keys()}
            for digest in found:
                self._users[digest] = self._users.get(digest, 0) + 1
        try:
            yield found, sorted(wanted - found.keys())
        finally:
            with self._lock:
                for digest in found:
                    self._users[digest] -= 1
                    self._used[digest] = time.monotonic()
                self._drop_oldest()

    def _drop_oldest(self) -> None:
        idle = sorted((d for d in self._sizes if not self._users.get(d)), key=self._used.__getitem__)
        excess = sum(self._sizes[digest] for digest in idle) - self._keep_bytes
        for digest in idle:
            if excess <= 0:
                return
            excess -= self._sizes.pop(digest)
            path = self._here / digest
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                with suppress(OSError):
                    path.unlink()


def _refuse(message: str) -> NoReturn:
    raise BadParcel(message)
