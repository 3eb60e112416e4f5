"""The outer end of the one pipe: reads records and files from a program that hostile code may have taken over.

A frame is one line of JSON; a line with kind "file" is followed by as many raw bytes as its `size` says. See
`grader.probe.outbox` for the inner end.
"""

import json
import math
import os
import re
import threading
from pathlib import Path
from typing import IO, Any, NoReturn

from grader.course import Limits

__all__ = ["Inbox"]

MAX_LINE = 8 * 1024**2
MAX_RECORD_BYTES = 32 * 1024**2
MAX_RECORDS = 20_000
MAX_FILES = 200
MAX_DEPTH = 40
CHUNK = 1024**2

_PART = r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}"
_NAME = re.compile(rf"{_PART}(?:/{_PART}){{0,3}}")


class _BadStreamError(Exception):
    """The stream breaks the protocol."""


class Inbox(threading.Thread):
    """Reads one stream to its end, or to its first fault.

    Args:
        source: Reading end of the pipe; closed at the end.
        spool: Folder that files are written to; must exist.
        limits: `file_bytes` holds for each file, `disk_bytes` for all together.
    """

    def __init__(self, source: int, spool: Path, limits: Limits) -> None:
        super().__init__(name="grader-inbox", daemon=True)
        self._source = source
        self._spool = spool
        self._limits = limits
        self._record_bytes = 0
        self._file_bytes = 0
        self.records: list[dict[str, Any]] = []
        self.files: dict[str, Path] = {}
        self.fault = ""
        """What is wrong with the stream, in a clause; empty while nothing is."""
        self.host_fault = ""
        """Why this side could not go on, which is no fault of the program."""

    def run(self) -> None:
        """Read until the stream ends; called by `start`."""
        try:
            with os.fdopen(self._source, "rb", buffering=CHUNK) as stream:
                while line := stream.readline(MAX_LINE + 1):
                    if not line.endswith(b"\n"):
                        if len(line) > MAX_LINE:
                            _bad(f"a record has more than {MAX_LINE} bytes")
                        break  # cut off by the end of the program: not its fault, and not a record
                    self._frame(line, stream)
        except _BadStreamError as error:
            self.fault = str(error)
        except (OSError, MemoryError) as error:
            self.host_fault = f"{type(error).__name__}: {error}"

    def _frame(self, line: bytes, stream: IO[bytes]) -> None:
        self._record_bytes += len(line)
        if self._record_bytes > MAX_RECORD_BYTES:
            _bad(f"the records have more than {MAX_RECORD_BYTES} bytes together")
        record = _decode(line)
        if record["kind"] == "file":
            self._file(record, stream)
        elif len(self.records) >= MAX_RECORDS:
            _bad(f"there are more than {MAX_RECORDS} records")
        else:
            self.records.append(record)

    def _file(self, header: dict[str, Any], stream: IO[bytes]) -> None:
        name, size = header.get("name"), header.get("size")
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            _bad("a file has an unsafe name")
        if type(size) is not int or not 0 <= size <= self._limits.file_bytes:
            _bad(f"the file '{name}' is larger than {self._limits.file_bytes} bytes")
        if name in self.files:
            _bad(f"the file '{name}' came twice")
        self._file_bytes += size
        if len(self.files) >= MAX_FILES or self._file_bytes > self._limits.disk_bytes:
            _bad("there are too many files, or too many bytes in them")
        path = self._spool / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            file = path.open("xb")
        except (FileExistsError, NotADirectoryError) as error:
            raise _BadStreamError(f"the file '{name}' collides with another one") from error
        left = size
        try:
            with file:
                while left and (chunk := stream.read(min(left, CHUNK))):
                    file.write(chunk)
                    left -= len(chunk)
        finally:
            if left:  # the program ended in the middle of it
                path.unlink(missing_ok=True)
        if not left:
            self.files[name] = path


def _decode(line: bytes) -> dict[str, Any]:
    try:
        record = json.loads(
            line,
            object_pairs_hook=_unique,
            parse_constant=lambda name: _bad(f"{name} in a record"),
            parse_float=_finite,
        )
    except (ValueError, RecursionError) as error:
        raise _BadStreamError("a record is not JSON") from error
    if not isinstance(record, dict) or not isinstance(record.get("kind"), str):
        _bad("a record has no kind")
    _walk(record, MAX_DEPTH)
    return record


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        _bad("a record has the same key twice")
    return result


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        _bad("a number in a record is not finite")
    return number


def _walk(value: Any, depth: int) -> None:
    """Refuse what would trip up those who read the record later: deep nesting and text that cannot be written."""
    if depth == 0:
        _bad("a record is nested too deeply")
    if isinstance(value, str):
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            _bad("a text in a record is not Unicode")
    elif isinstance(value, list):
        for item in value:
            _walk(item, depth - 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            _walk(key, depth - 1)
            _walk(item, depth - 1)


def _bad(message: str) -> NoReturn:
    raise _BadStreamError(message)
