"""Measures from outside what one run uses: memory, disk, processor time, open files."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.sandbox.cgroup import Group
from grader.sandbox.processes import Process, proportional_bytes

__all__ = ["Disk", "cpu_seconds", "disk_use", "memory_bytes", "open_files"]

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Disk:
    """What the writable disks of a run hold, all of them together."""

    bytes: int = 0
    entries: int = 0
    """Files, folders, links, and whatever else has an inode."""


def disk_use(inside: Sequence[Process], paths: Sequence[str]) -> Disk:
    """What lies on a sandbox's own disks.

    Args:
        inside: Processes that live in the sandbox, of which one may be looked into; none while it is being built.
        paths: The mount points of its disks, as seen from inside. Hostile code cannot move or replace a mount point.
    """
    for process in inside:
        try:
            disks = [os.statvfs(f"/proc/{process.pid}/root{path}") for path in paths]
        except OSError:  # it is gone, or not ours to look at
            continue
        return Disk(
            sum((disk.f_blocks - disk.f_bfree) * disk.f_frsize for disk in disks),
            sum(disk.f_files - disk.f_ffree for disk in disks),
        )
    return Disk()


def memory_bytes(
    processes: Sequence[Process], disk: Disk, group: Group, limit: int, *, ours: Process | None = None, image: int = 0
) -> int:
    """What a run holds of the machine's memory, its disks included.

    The control group knows it exactly. Without one it is the sum of proportional set sizes (PSS), in which a page that
    ten processes share counts once, and of the disks; a file that is mapped counts twice then. PSS is costly to read,
    so it is read only when the resident sizes, which count a shared page ten times, could mean more than the limit.

    An ordinary user may not read the PSS of a fork of the warm worker. Of our own program, `ours`, only what it holds
    beyond the worker's `image` counts then: as if the program had changed none of the pages that it began with.
    """
    counted = group.memory_bytes
    if counted is not None:
        return counted
    upper = sum(p.resident_bytes for p in processes) + disk.bytes
    return (
        upper
        if upper <= limit
        else sum(proportional_bytes(p, image if p is ours else 0) for p in processes) + disk.bytes
    )


def cpu_seconds(living: Iterable[Process], seen: Mapping[tuple[int, int], Process]) -> float:
    """Processor time of all processes: of the living with those that they waited for, or of all that were ever seen.

    Each of the two misses something (children that nobody waits for; children too short-lived to be seen), so the
    larger one is taken.
    """
    return max(sum(p.own_ticks + p.waited_ticks for p in living), sum(p.own_ticks for p in seen.values())) / TICKS


def open_files(processes: Iterable[Process]) -> int:
    """Open descriptors of these processes together; one that may not be looked at counts none."""
    return sum(_descriptors(p.pid) for p in processes)


def _descriptors(pid: int) -> int:
    folder = Path(f"/proc/{pid}/fd")
    try:
        # since Linux 6.2 the size of the folder is the answer
        return folder.stat().st_size or len(os.listdir(folder))  # noqa: PTH208 - names suffice
    except OSError:
        return 0
