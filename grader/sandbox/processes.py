"""The process table, read in one go: quick enough to keep up with a fork bomb."""

import contextlib
import os
import signal
from collections.abc import Iterable
from typing import NamedTuple

import psutil

__all__ = ["Process", "is_alive", "kill", "proportional_bytes", "resident_bytes", "tree"]

PAGE = os.sysconf("SC_PAGE_SIZE")
LONGEST = 4096
"""Bytes of a line of the process table; 52 numbers and a name are a quarter of it."""


class Process(NamedTuple):
    """One process at one moment; a process id alone may come to mean another one."""

    pid: int
    started: int
    """Clock ticks since boot."""
    parent: int
    threads: int
    resident_bytes: int
    own_ticks: int
    """Processor time of all its threads, in ticks of the system's clock."""
    waited_ticks: int
    """The same of its dead children, as far as it has waited for them."""


def tree(root: int) -> list[Process]:
    """All living processes below a process, parents before children and the elder before the younger.

    `psutil` can tell as much, but reads the table once for each question; this reads it once in all.
    """
    children: dict[int, list[Process]] = {}
    for name in os.listdir("/proc"):  # noqa: PTH208 - names are wanted, and fast
        if name.isdigit() and (process := _read(int(name))):
            children.setdefault(process.parent, []).append(process)
    found: list[Process] = []
    row = [root]
    while row:
        below = [p for parent in row for p in children.get(parent, ())]
        found += sorted(below, key=lambda p: (p.started, p.pid))
        row = [p.pid for p in below]
    return found


def is_alive(process: Process) -> bool:
    """Still the same process, and running; a dead one may wait long for the system's init to take note of it."""
    now = _read(process.pid)
    return now is not None and now.started == process.started


def kill(processes: Iterable[Process]) -> None:
    """Kill at once."""
    for process in processes:
        with contextlib.suppress(OSError):
            if is_alive(process):
                os.kill(process.pid, signal.SIGKILL)


def resident_bytes(pid: int) -> int:
    """Resident size of a process, which any user may read; 0 where it is gone."""
    process = _read(pid)
    return 0 if process is None else process.resident_bytes


def proportional_bytes(process: Process, image: int = 0) -> int:
    """Proportional set size (PSS); the resident size where that may not be read, 0 where the process is gone.

    Args:
        process: Of any user.
        image: Bytes of a resident size that are shared with the process that it was forked from.
    """
    try:
        return int(psutil.Process(process.pid).memory_full_info().pss)
    except psutil.AccessDenied:
        return max(process.resident_bytes - image, 0)
    except psutil.Error:
        return 0


def _read(pid: int) -> Process | None:
    """A living process from the table; None for one that is dead, zombies among them."""
    try:
        number = os.open(f"/proc/{pid}/stat", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        text = os.read(number, LONGEST)  # a third of the time that a file object takes, a thousand times a second
    except OSError:
        return None
    finally:
        os.close(number)
    fields = text.rpartition(b")")[2].split()  # the name before it may hold blanks and brackets
    if fields[0] in (b"Z", b"X"):
        return None
    return Process(
        pid=pid, started=int(fields[19]), parent=int(fields[1]), threads=int(fields[17]),
        resident_bytes=int(fields[21]) * PAGE, own_ticks=int(fields[11]) + int(fields[12]),
        waited_ticks=int(fields[13]) + int(fields[14]),
    )  # fmt: skip
