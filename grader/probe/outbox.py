"""The one way out of a sandbox: JSON records and regular files on a pipe that only our program holds.

A frame is one line of JSON; a line with kind "file" is followed by as many raw bytes as its `size` says. Standard
library only. The outer end, which trusts none of it, is `grader.sandbox.inbox`.
"""

import ctypes
import json
import os
import stat
from pathlib import Path
from typing import IO, Any

__all__ = ["claim", "data", "file", "record"]

MAX_LINE = 8 * 1024**2
CHUNK = 1024**2
PR_SET_DUMPABLE = 4

_stream: IO[bytes] | None = None
_file_bytes = 0
_total_bytes = 0


def claim() -> None:
    """Take the pipe for this process alone, before anything else is started; the first record does so by itself.

    The pipe is closed in every program that this process starts, and the process is made undumpable: another process of
    the same user can then neither trace it nor open the pipe through `/proc`.

    Raises:
        RuntimeError: This process was not started by a sandbox.
    """
    global _stream, _file_bytes, _total_bytes  # noqa: PLW0603 - a process has one pipe
    if _stream is not None:
        return
    number = os.environ.pop("GRADER_OUTBOX", "")
    if not number.isdigit():
        raise RuntimeError("no pipe: this program runs in a sandbox of the grader only")
    os.set_inheritable(int(number), False)
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    _file_bytes = int(os.environ["GRADER_FILE_BYTES"])
    _total_bytes = int(os.environ["GRADER_TOTAL_BYTES"])
    _stream = os.fdopen(int(number), "wb", buffering=0)


def record(kind: str, **fields: Any) -> None:
    """Send one JSON record, `{"kind": kind, ...}`.

    Raises:
        ValueError: It holds NaN or infinity, or has more than 8 MiB.
    """
    _send({"kind": kind, **fields})


def file(name: str, path: Path) -> bool:
    """Ship one regular file.

    Args:
        name: Relative POSIX name that it gets outside.
        path: The file; not followed when it is a link.

    Returns:
        Whether it went out: a link, a folder, a pipe or a file over the limit does not.
    """
    global _total_bytes  # noqa: PLW0603 - what is left of this process's allowance
    claim()
    try:
        # NONBLOCK, for opening a FIFO would wait for a writer that never comes
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        status = os.fstat(number)
        size = status.st_size
        if not stat.S_ISREG(status.st_mode) or size > min(_file_bytes, _total_bytes):
            return False
        _total_bytes -= size
        _send({"kind": "file", "name": name, "size": size})
        while size:
            chunk = os.read(number, min(size, CHUNK)) or bytes(min(size, CHUNK))  # zeros, should it have shrunk
            _write(chunk)
            size -= len(chunk)
    finally:
        os.close(number)
    return True


def data(name: str, content: bytes) -> bool:
    """Ship a file that exists in memory only; False when it is over the limit."""
    global _total_bytes  # noqa: PLW0603 - as above
    claim()
    if len(content) > min(_file_bytes, _total_bytes):
        return False
    _total_bytes -= len(content)
    _send({"kind": "file", "name": name, "size": len(content)})
    _write(content)
    return True


def _send(header: dict[str, Any]) -> None:
    claim()
    # "replace", for text from a student may hold halves of surrogate pairs, which no file can hold
    line = json.dumps(header, allow_nan=False, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
    if len(line) > MAX_LINE:
        raise ValueError(f"a record of {len(line)} bytes is too long")
    _write(line)


def _write(content: bytes) -> None:
    assert _stream is not None  # noqa: S101 - every caller has claimed it
    view = memoryview(content)
    while view:
        view = view[_stream.write(view) or 0 :]
