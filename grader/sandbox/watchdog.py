"""Watches the processes of one run from outside and stops those that take too much memory or multiply too far."""

import threading
import time

from grader.course import Limits
from grader.observation import RunStatus
from grader.sandbox.processes import Process, kill, proportional_bytes, tree

__all__ = ["Watchdog"]

PATIENCE = 1.5
"""Seconds between killing what hostile code started and killing all, should that not have been enough."""


class Watchdog(threading.Thread):
    """Polls a process tree until stopped.

    Memory is the sum of proportional set sizes (PSS), so a page that ten processes share counts once. It is costly to
    read, so it is read only when the resident sizes, which count that page ten times, add up to more than the limit.

    At a breach all but our own program is killed, so that it can still ship what is there. Against a fork bomb that
    would be a lost race; so from twice the limit on, and where it has not helped, all is killed, which in a process
    table of its own is one blow.

    Args:
        root: Process id of the tree's root on the host.
        depth: How many generations below the root our own program stands: 0 when it is the root itself.
        limits: `memory_bytes` and `processes` hold.
    """

    def __init__(self, root: int, depth: int, limits: Limits) -> None:
        super().__init__(name="grader-watchdog", daemon=True)
        self._root = root
        self._depth = depth
        self._limits = limits
        self._over_since: float | None = None
        self._end = threading.Event()
        self.status: RunStatus | None = None
        """What was breached first; None while nothing was."""
        self.message = ""
        self.seen: dict[tuple[int, int], Process] = {}
        """Every process that was ever seen in the tree."""

    def run(self) -> None:
        """Poll until `stop`; called by `start`."""
        pause = 0.0
        while not self._end.wait(pause):
            pause = 0.02 if self._look() else 0.1

    def stop(self) -> None:
        """End the polling, and wait until it has ended."""
        self._end.set()
        if self.is_alive():
            self.join()

    def _look(self) -> bool:
        """One look; True when the next one should come soon."""
        processes = tree(self._root)
        self.seen.update(((p.pid, p.started), p) for p in processes)
        tasks = sum(p.threads for p in processes)
        if tasks > self._limits.processes:
            text = f"The notebook ran more than {self._limits.processes} processes and threads at once."
            self._breach(RunStatus.KILLED, text, processes, at_once=tasks > 2 * self._limits.processes)
            return True
        memory = sum(p.resident_bytes for p in processes)
        if memory > self._limits.memory_bytes:
            memory = sum(proportional_bytes(p) for p in processes)
        if memory > self._limits.memory_bytes:
            mebibytes = self._limits.memory_bytes // 1024**2
            self._breach(
                RunStatus.MEMORY, f"The notebook used more than the {mebibytes} MiB of memory it may use.", processes
            )
            return True
        self._over_since = None
        return memory > self._limits.memory_bytes // 2 or tasks > self._limits.processes // 2

    def _breach(self, status: RunStatus, message: str, processes: list[Process], *, at_once: bool = False) -> None:
        if self.status is None:
            self.status, self.message = status, message
        now = time.monotonic()
        self._over_since = self._over_since or now
        trunk = self._find_trunk(processes)
        others = [p for p in processes if p.pid not in trunk]
        if at_once or not others or now - self._over_since > PATIENCE:
            kill(processes)
        else:
            kill(others)

    def _find_trunk(self, processes: list[Process]) -> set[int]:
        """The processes that are ours: from the root down to our program, always the eldest child."""
        trunk = [self._root]
        for _ in range(self._depth):
            child = next((p for p in processes if p.parent == trunk[-1]), None)
            if child is None:
                break
            trunk.append(child.pid)
        return set(trunk)
