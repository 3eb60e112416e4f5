"""Downloads that survive an interruption: a downloader for pooch that goes on where the last one ended."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from typing import IO, Any

from grader.errors import DataError

__all__ = ["ResumingDownloader"]

BLOCK = 1 << 18
PAUSES = (0.5, 2.0, 5.0)
"""Seconds before each further try."""


class ResumingDownloader:
    """What `pooch.retrieve` calls to fetch a URL; keeps what came in `partial` until all of it is there.

    A later call, in this process or another, asks only for the rest. The server is asked for the rest of *the same*
    file (`If-Range`), so one that changed meanwhile is fetched from its start.

    Args:
        partial: File for what has come so far; beside it lies a note of what it is a part of.
        most: Bytes that are accepted.
        told: Called with bytes so far and bytes in all (0 when the server does not say).
        pauses: Seconds to wait before each further try; None for those of `PAUSES`.
        seconds: How long to wait for an answer.
    """

    def __init__(
        self,
        partial: Path,
        *,
        most: int,
        told: Callable[[int, int], None] = lambda _done, _all: None,
        pauses: tuple[float, ...] | None = None,
        seconds: float = 30.0,
    ) -> None:
        self._partial = partial
        self._note = partial.with_name(f"{partial.name}.json")
        self._most = most
        self._told = told
        self._pauses = PAUSES if pauses is None else pauses
        self._seconds = seconds

    def __call__(self, url: str, output_file: Any, _pooch: Any, check_only: bool = False) -> bool | None:
        """Fetches the URL into `output_file`, as pooch asks.

        Raises:
            DataError: It cannot be had; what came so far is kept for the next time.
        """
        if check_only:
            return True
        if not url.startswith(("https://", "http://")):
            raise DataError("this address is not fetched", where=url, remedy="Only http and https are.")
        for pause in (*self._pauses, None):
            try:
                self._go_on(url)
                break
            except urllib.error.HTTPError as error:
                if error.code in {404, 410, 401, 403} or pause is None:
                    raise _unavailable(url, f"{error.code} {error.reason}") from error
            except (OSError, HTTPException) as error:
                if pause is None:
                    raise _unavailable(url, str(error) or type(error).__name__) from error
            time.sleep(pause)
        self._partial.replace(output_file)
        self._note.unlink(missing_ok=True)
        return None

    def _go_on(self, url: str) -> None:
        """Fetches the rest, from the first byte where nothing fits."""
        mark = self._mark(url)
        have = self._partial.stat().st_size if mark and self._partial.is_file() else 0
        request = urllib.request.Request(url, headers={"User-Agent": "cnn-grader", "Accept-Encoding": "identity"})  # noqa: S310
        if have:
            request.add_header("Range", f"bytes={have}-")
            request.add_header("If-Range", mark)
        try:
            answer = urllib.request.urlopen(request, timeout=self._seconds)  # noqa: S310 - the scheme was looked at
        except urllib.error.HTTPError as error:
            if error.code == 416:  # nothing is left, or the file has shrunk: the checksum tells
                self._note.unlink(missing_ok=True)
                if error.headers.get("Content-Range", "").endswith(f"/{have}"):
                    return
            raise
        with answer:
            resumed = answer.status == 206 and answer.headers.get("Content-Range", "").startswith(f"bytes {have}-")
            if answer.status == 206 and not resumed:
                raise OSError("the server sent another part than it was asked for")
            start = have if resumed else 0
            length = int(answer.headers.get("Content-Length") or 0)
            self._remember(url, answer.headers.get("ETag") or answer.headers.get("Last-Modified") or "")
            with self._partial.open("ab" if resumed else "wb") as file:
                got = self._copy(answer, file, start, start + length if length else 0)
        if length and got != length:
            raise OSError(f"the connection ended after {start + got} of {start + length} bytes")

    def _copy(self, source: Any, file: IO[bytes], start: int, whole: int) -> int:
        got = 0
        if max(start, whole) > self._most:
            raise DataError(f"the file is larger than {self._most / 1e6:.0f} MB", remedy="It is not what it should be.")
        while block := source.read1(BLOCK):
            got += len(block)
            if start + got > self._most:
                raise DataError(
                    f"the file is larger than {self._most / 1e6:.0f} MB", remedy="It is not what it should be."
                )
            file.write(block)
            self._told(start + got, whole)
        return got

    def _mark(self, url: str) -> str:
        """The server's name for the version of which we have a part; empty when unknown."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            note = json.loads(self._note.read_text(encoding="utf-8"))
            mark = str(note["mark"]) if note["url"] == url else ""
            return "" if mark.startswith("W/") else mark  # a weak mark cannot promise the same bytes
        return ""

    def _remember(self, url: str, mark: str) -> None:
        self._note.write_text(json.dumps({"url": url, "mark": mark}), encoding="utf-8")


def _unavailable(url: str, why: str) -> DataError:
    return DataError(
        f"the download failed: {why}",
        where=url,
        remedy="Try again: it goes on where it stopped. Or give a copy that you have: --archive FILE.",
    )
