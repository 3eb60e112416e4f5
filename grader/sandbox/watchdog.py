"""Watches the processes of one run from outside and stops those that take too much memory or multiply too far."""

import contextlib
import threading
import time
from pathlib import Path

import psutil

from grader.course import Limits
from grader.observation import RunStatus

__all__ = ["Watchdog", "kill_tree"]

PATIENCE = 1.5
"""Seconds between killing the largest process and killing all, should that not have been enough."""


class Watchdog(threading.Thread):
    """Polls a process tree until stopped.

    Memory is the sum of proportional set sizes (PSS), so a page that ten processes share counts once. It is costly to
    read, so it is read only when the resident sizes, which count that page ten times, add up to more than the limit.

    Args:
        root: Process id of the tree's root on the host.
        depth: How many generations below the root our own program stands: 0 when it is the root itself.
        limits: `memory_bytes` and `processes` hold.
    """

    def __init__(self, root: int, depth: int, limits: Limits) -> None:
        super().__init__(name="grader-watchdog", daemon=True)
        self._root = psutil.Process(root)
        self._depth = depth
        self._limits = limits
        self._trunk: list[int] = []
        self._over_since: float | None = None
        self._end = threading.Event()
        self.status: RunStatus | None = None
        """What was breached first; None while nothing was."""
        self.message = ""
        self.peak_bytes = 0
        """Largest sum of resident sizes that was seen."""
        self.seen: set[psutil.Process] = set()
        """Every process that was ever seen in the tree."""

    def run(self) -> None:
        """Poll until `stop`; called by `start`."""
        pause = 0.0
        while not self._end.wait(pause):
            try:
                busy = self._look()
            except psutil.NoSuchProcess:
                return
            pause = 0.02 if busy else 0.1

    def stop(self) -> None:
        """End the polling, and wait until it has ended."""
        self._end.set()
        self.join()

    def _look(self) -> bool:
        """One look; True when the next one should come soon."""
        tree = self._root.children(recursive=True)
        self.seen.update(tree)
        trunk = self._find_trunk(tree)
        others = [p for p in tree if p.pid not in trunk]
        sizes = {p: _resident(p) for p in (self._root, *tree)}
        total = sum(sizes.values())
        self.peak_bytes = max(self.peak_bytes, total)
        if _threads(tree) > self._limits.processes:
            self._breach(
                RunStatus.KILLED, f"The notebook ran more than {self._limits.processes} processes and threads at once."
            )
            self._kill(others)
            return True
        if total > self._limits.memory_bytes and self._proportional(sizes) > self._limits.memory_bytes:
            mebibytes = self._limits.memory_bytes // 1024**2
            self._breach(
                RunStatus.MEMORY, f"The notebook used more than the {mebibytes} MiB of memory that it may use."
            )
            # only the largest, so that our own program can still ship what is there
            self._kill(sorted(others, key=lambda p: sizes[p])[-1:])
            return True
        self._over_since = None
        return total > self._limits.memory_bytes // 2 or len(tree) > 32

    def _breach(self, status: RunStatus, message: str) -> None:
        if self.status is None:
            self.status, self.message = status, message

    def _kill(self, victims: list[psutil.Process]) -> None:
        now = time.monotonic()
        self._over_since = self._over_since or now
        if not victims or now - self._over_since > PATIENCE:
            kill_tree(self._root)
            return
        for process in victims:
            with contextlib.suppress(psutil.Error):
                process.kill()

    def _find_trunk(self, tree: list[psutil.Process]) -> set[int]:
        """The processes that are ours: from the root down to our program, always the eldest child."""
        if len(self._trunk) <= self._depth:  # once found it stays: hostile code comes to life below it
            self._trunk = [self._root.pid]
            for _ in range(self._depth):
                children = [p for p in tree if _parent(p) == self._trunk[-1]]
                if not children:
                    break
                self._trunk.append(min(children, key=lambda p: (p.create_time(), p.pid)).pid)
        return set(self._trunk)

    def _proportional(self, sizes: dict[psutil.Process, int]) -> int:
        return sum(_pss(process, rss) for process, rss in sizes.items())


def kill_tree(root: psutil.Process) -> None:
    """Kill a process and all below it; those below first, or they would be orphans that nobody finds."""
    with contextlib.suppress(psutil.Error):
        for process in (*root.children(recursive=True), root):
            with contextlib.suppress(psutil.Error):
                process.kill()


def _parent(process: psutil.Process) -> int:
    try:
        return process.ppid()
    except psutil.Error:
        return 0


def _threads(tree: list[psutil.Process]) -> int:
    total = 0
    for process in tree:
        with contextlib.suppress(psutil.Error):
            total += process.num_threads()
    return total


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def _pss(process: psutil.Process, otherwise: int) -> int:
    """Proportional set size in bytes; `otherwise` where it may not be read, 0 where the process is gone."""
    try:
        for line in Path(f"/proc/{process.pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except PermissionError:
        return otherwise
    except (OSError, ValueError):
        return 0
    return 0
