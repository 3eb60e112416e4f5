"""What coordinator and workers say to each other: JSON, checked by whoever receives it."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from grader.course import Limits
from grader.model import Model
from grader.observation import RunStatus

__all__ = ["Facts", "Order", "Reply", "write_stream"]

MAX_LOG = 2**20
CHUNK = 2**20


class Facts(Model):
    """What a worker is; the coordinator sends jobs only to those that would run them as it would itself."""

    versions: dict[str, str]
    """Of Python and of the packages that observations depend on."""
    code: str
    """Digest of the grader's own files that run on a worker."""
    sandbox: str = ""
    """Name of its sandbox; empty where it has none."""
    problem: str = ""
    """Why it has none."""


class Order(Model):
    """A job. It holds nothing that the sandbox would not show to student code."""

    worker: str
    """Id of the worker process that it is meant for."""
    program: str
    inputs: dict[str, str]
    """Name of an input -> digest of its parcel."""
    data: dict[str, str]
    """Absolute path inside -> digest of its parcel."""
    limits: Limits
    environment: dict[str, str]


class Reply(Model):
    """What became of an order."""

    kind: Literal["done", "missing", "stranger", "fault", "stopped"]
    """`missing`: parcels must be sent first. `stranger`: it was meant for a process that is gone. `fault`: the worker
    could not run it. `stopped`: somebody stopped it."""
    missing: tuple[str, ...] = ()
    """Digests."""
    status: Literal[
        RunStatus.OK, RunStatus.TIMEOUT, RunStatus.MEMORY, RunStatus.OUTPUT, RunStatus.DISK, RunStatus.KILLED,
        RunStatus.INTERNAL,
    ] = RunStatus.INTERNAL  # fmt: skip
    message: str = Field(default="", max_length=2000)
    seconds: float = Field(default=0.0, ge=0)
    log: str = Field(default="", max_length=MAX_LOG)
    name: str = Field(default="", max_length=100)
    """Under which the records and files lie on the worker, to be fetched."""
    size: int = Field(default=0, ge=0)
    """Bytes of them."""


def write_stream(target: Path, records: Iterable[Mapping[str, Any]], files: Mapping[str, Path]) -> int:
    """Write records and files in the form in which a sandbox sends them, and say how many bytes that took.

    The coordinator reads them with the very code that reads a sandbox: `grader.sandbox.inbox`.
    """
    with target.open("xb") as out:
        for record in records:
            out.write(_line(record))
        for name, path in files.items():
            out.write(_line({"kind": "file", "name": name, "size": path.stat().st_size}))
            with path.open("rb") as file:
                while chunk := file.read(CHUNK):
                    out.write(chunk)
        return out.tell()


def _line(record: Mapping[str, Any]) -> bytes:
    return json.dumps(record, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode() + b"\n"
