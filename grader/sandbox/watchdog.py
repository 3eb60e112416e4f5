"""Watches the processes of one run from outside and stops those that take more than their limits."""

import threading
import time
from collections.abc import Sequence

from grader.course import Limits
from grader.observation import RunStatus
from grader.sandbox.cgroup import NO_GROUP, Group
from grader.sandbox.processes import Process, kill, tree
from grader.sandbox.usage import cpu_seconds, disk_use, memory_bytes, open_files

__all__ = ["Watchdog"]

PATIENCE = 1.5
"""Seconds between killing what hostile code started and killing all, should that not have been enough."""

STAYS = (RunStatus.TIMEOUT, RunStatus.DISK)
"""What killing does not give back: processor time, and files on a disk. The limit stays passed, and that is no harm."""

LAZY, BUSY = 0.1, 0.02
"""Seconds between two looks; busy when something has passed half of its limit."""


class Watchdog(threading.Thread):
    """Polls a process tree until stopped.

    At a breach all but our own program is killed, so that it can still ship what is there. Against a fork bomb that
    would be a lost race; so from twice the limit on, and where it has not helped, all is killed, which in a process
    table of its own is one blow.

    Args:
        root: Process id of the tree's root on the host.
        depth: How many generations below the root our own program stands: 0 when it is the root itself.
        limits: `processes`, `memory_bytes`, `cpu_seconds`, `open_files` and `entries` hold.
        group: The control groups of the run.
        disks: Mount points of disks that are the run's own, as seen by our own program.
        image: Bytes that our own program shares with the process that it was forked from.
    """

    def __init__(
        self,
        root: int,
        depth: int,
        limits: Limits,
        group: Group = NO_GROUP,
        disks: Sequence[str] = (),
        *,
        image: int = 0,
    ) -> None:
        super().__init__(name="grader-watchdog", daemon=True)
        self._root = root
        self._depth = depth
        self._limits = limits
        self._group = group
        self._disks = disks
        self._image = image
        self._over_since: float | None = None
        self._struck = False
        self._end = threading.Event()
        self.status: RunStatus | None = None
        """What was breached first; None while nothing was."""
        self.message = ""
        self.seen: dict[tuple[int, int], Process] = {}
        """Every process that was ever seen in the tree."""
        self.was_out_of_memory = False
        """The kernel was quicker than we, and killed a process for its memory."""
        self._memory_words = (
            f"The notebook used more than the {limits.memory_bytes // 1024**2} MiB of memory it may use."
        )

    def run(self) -> None:
        """Poll until `stop`; called by `start`."""
        pause = 0.0
        while not self._end.wait(pause):
            pause = BUSY if self._look() else LAZY

    def stop(self) -> None:
        """End the polling, and wait until it has ended."""
        self._end.set()
        if self.is_alive():
            self.join()
        if self.status is None and self._group.was_out_of_memory:  # the kernel was quicker than we
            self.status, self.message = RunStatus.MEMORY, self._memory_words

    def _look(self) -> bool:
        """One look; True when the next one should come soon."""
        processes = tree(self._root)
        trunk = self._find_trunk(processes)
        others = [p for p in processes if p not in trunk]
        complete = len(trunk) == self._depth
        if complete:  # before, what is seen may still become our program
            self._group.offer(p.pid for p in others if (p.pid, p.started) not in self.seen)
        self._group.adopt(p.pid for p in processes if (p.pid, p.started) not in self.seen)
        self.seen.update(((p.pid, p.started), p) for p in processes)
        # Only when our program runs is the sandbox complete; before, its disks would be the host's.
        disk = disk_use(trunk[::-1] if complete else (), self._disks)
        ours = trunk[-1] if complete and trunk else None
        limits, tasks = self._limits, sum(p.threads for p in processes)
        memory = memory_bytes(processes, disk, self._group, limits.memory_bytes, ours=ours, image=self._image)
        uses = (
            (RunStatus.KILLED, tasks, limits.processes,
             f"The notebook ran more than {limits.processes} processes and threads at once."),
            (RunStatus.DISK, disk.entries, limits.entries,
             f"The notebook made more than {limits.entries} files and folders."),
            (RunStatus.MEMORY, memory, limits.memory_bytes, self._memory_words),
            (RunStatus.TIMEOUT, cpu_seconds(processes, self.seen), limits.cpu_seconds,
             f"The notebook used more than {limits.cpu_seconds:g} seconds of processor time, all its processes and "
             "threads together."),
            (RunStatus.KILLED, open_files(others), limits.open_files,
             f"The notebook kept more than {limits.open_files} files, sockets and pipes open at once."),
        )  # fmt: skip
        for status, used, most, message in uses:
            if used > most:
                if self.status is None:
                    self.status, self.message = status, message
                self._stop_what(others, processes, at_once=tasks > 2 * limits.processes, stays=status in STAYS)
                return True
        self._over_since = None
        return any(used > most / 2 for _, used, most, _ in uses[:3])

    def _stop_what(self, others: list[Process], everything: list[Process], *, at_once: bool, stays: bool) -> None:
        now = time.monotonic()
        if self._over_since is None:
            self._over_since, self._struck = now, False
        # What was killed may be gone from the table before its memory is free.
        self._struck = self._struck or bool(others)
        helped = stays or (self._struck and now - self._over_since <= PATIENCE)
        kill(others if helped and not at_once else everything)

    def _find_trunk(self, processes: list[Process]) -> list[Process]:
        """The processes that are ours: from below the root down to our program, always the eldest child."""
        trunk: list[Process] = []
        for _ in range(self._depth):
            above = trunk[-1].pid if trunk else self._root
            child = next((p for p in processes if p.parent == above), None)
            if child is None:
                break
            trunk.append(child)
        return trunk
