"""Control groups: where the kernel itself holds the memory and the number of processes of one run.

Used where this user may: root nearly everywhere, others where their system delegates groups. Where not, the watchdog
and the ordinary limits stand alone. A run is never taken out of a group that limits us: leaving it would be a way
around somebody's limit.
"""

import contextlib
import os
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

__all__ = ["NO_GROUP", "Group", "control_group"]

MEMORY_MARGIN = 256 * 1024**2
"""Bytes over the limit that the kernel allows, so that the watchdog, which spares our own program, comes first."""

LIMIT_FILES = ("memory.max", "memory.high", "pids.max", "memory.limit_in_bytes", "memory.memsw.limit_in_bytes")
UNLIMITED = 2**60
"""Version 1 says "no limit" with a number near 2**63."""


@dataclass(frozen=True)
class Group:
    """The control groups of one run."""

    entry: int | None = None
    """Descriptor: a process that writes "0" to it moves itself, with all that it will start, into the group that holds
    the number of processes. None where there is none for us."""
    memory: Path | None = None
    """Folder of the memory controller's group; None where there is none for us."""
    adopts: bool = False
    """The memory controller's group is another one, and processes must be moved to it: see `adopt`."""

    def adopt(self, pids: Iterable[int]) -> None:
        """Move processes to the memory controller's group, if that takes a move of its own. What they start follows."""
        if not self.adopts or self.memory is None:
            return
        for pid in pids:
            with contextlib.suppress(OSError):  # it is gone
                (self.memory / "cgroup.procs").write_text(str(pid), encoding="ascii")

    def offer(self, pids: Iterable[int]) -> None:
        """Make processes those that the kernel kills first when the group's memory runs out; they cannot undo it.

        Or it might choose our own program, which ships what is there.
        """
        for pid in pids if self.memory is not None else ():
            with contextlib.suppress(OSError):
                Path(f"/proc/{pid}/oom_score_adj").write_text("500", encoding="ascii")

    @property
    def memory_bytes(self) -> int | None:
        """What the run holds: its processes' own memory, its disks, whatever it shares, and the kernel's part."""
        if self.memory is None:
            return None
        parts = _numbers(self.memory / "memory.stat")
        if "total_rss" in parts:  # version 1
            kernel = _number(self.memory / "memory.kmem.usage_in_bytes") or 0
            return parts["total_rss"] + parts.get("total_shmem", 0) + kernel
        if "anon" in parts:
            return parts["anon"] + parts.get("shmem", 0) + parts.get("kernel", 0)
        return None

    @property
    def was_out_of_memory(self) -> bool:
        """The kernel killed a process of the run for its memory."""
        if self.memory is None:
            return False
        return any(_numbers(self.memory / name).get("oom_kill") for name in ("memory.events", "memory.oom_control"))


NO_GROUP = Group()


@contextmanager
def control_group(*, processes: int, memory_bytes: int) -> Iterator[Group]:
    """Control groups for at most so many processes and threads and so much memory, as long as the context lasts."""
    wanted = {
        "pids": {"pids.max": processes},
        "memory": {
            "memory.max": memory_bytes + MEMORY_MARGIN, "memory.limit_in_bytes": memory_bytes + MEMORY_MARGIN,
            "memory.swap.max": 0, "memory.memsw.limit_in_bytes": memory_bytes + MEMORY_MARGIN,
            # Let wait rather than kill: the watchdog knows whom. The kernel would go on to our own program where memory
            # is shared or held by files, for what it killed gives that back late or never.
            "memory.oom_control": 1, "memory.high": memory_bytes + MEMORY_MARGIN // 2,
        },
    }  # fmt: skip
    name = f"grader-{os.getpid()}-{secrets.token_hex(4)}"
    with ExitStack() as stack:
        made: dict[str, Path] = {}
        for controller, limits in wanted.items():
            folder = _make(controller, name, limits, taken=set(made.values()))
            if folder is not None:
                if folder not in made.values():
                    stack.callback(_remove, folder)
                made[controller] = folder
        entry = None
        if "pids" in made:
            entry = stack.enter_context((made["pids"] / "cgroup.procs").open("wb", buffering=0)).fileno()
        yield Group(entry, made.get("memory"), adopts="memory" in made and made["memory"] != made.get("pids"))


def _make(controller: str, name: str, limits: dict[str, int], *, taken: set[Path]) -> Path | None:
    """A group with these limits, as far as its version knows them; in version 2 one group serves all controllers."""
    for parent in _parents(controller):
        folder = parent / name
        if folder not in taken:
            _sweep(parent)
            try:
                folder.mkdir()
            except OSError:
                continue
        held = 0
        for file, value in limits.items():
            with contextlib.suppress(OSError):
                if (folder / file).exists():
                    (folder / file).write_text(str(value), encoding="ascii")
                    held += 1
        if held and os.access(folder / "cgroup.procs", os.W_OK):
            return folder
        if folder not in taken:
            _remove(folder)
    return None


def _remove(folder: Path) -> None:
    for _ in range(100):
        with contextlib.suppress(OSError):
            folder.rmdir()
        if not folder.exists():
            return
        time.sleep(0.02)  # the last process is on its way out


def _sweep(parent: Path) -> None:
    """Remove the empty groups of graders that were killed before they could."""
    for folder in parent.glob("grader-*-*"):
        pid = folder.name.split("-")[1]
        if pid.isdigit() and not Path("/proc", pid).exists():
            with contextlib.suppress(OSError):
                folder.rmdir()


def _parents(controller: str) -> Iterator[Path]:
    """Folders below which a group may be made: as near to the top as no limit of ours is left behind.

    In version 2 a group that holds processes gives no controllers to those below it, so our own seldom serves; a
    folder of which we may not write `cgroup.procs` never does, for processes could not be moved.
    """
    for top, own in _own(controller):
        chain = [own]
        while chain[-1] != top and not _is_limited(chain[-1]):
            chain.append(chain[-1].parent)
        for folder in reversed(chain):
            if os.access(folder, os.W_OK) and os.access(folder / "cgroup.procs", os.W_OK):
                yield folder


def _own(controller: str) -> Iterator[tuple[Path, Path]]:
    """Top of the hierarchy that has this controller, and our own group in it."""
    try:
        own = [line.split(":", 2) for line in Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines()]
        mounts = [line.split() for line in Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()]
    except OSError:
        return
    for _, point, kind, options, *_ in mounts:
        for _, controllers, path in own:
            first = kind == "cgroup" and controller in options.split(",") and controller in controllers.split(",")
            if (first or (kind == "cgroup2" and not controllers)) and ".." not in path:
                folder = Path(point, path.lstrip("/"))
                if folder.is_dir():
                    yield Path(point), folder


def _is_limited(folder: Path) -> bool:
    limits = (_number(folder / name) for name in LIMIT_FILES)
    return any(limit is not None and limit < UNLIMITED for limit in limits)


def _number(path: Path) -> int | None:
    try:
        return int(path.read_text(encoding="ascii"))
    except (OSError, ValueError):  # "max" is no number
        return None


def _numbers(path: Path) -> dict[str, int]:
    """A file of lines that are a name and a number."""
    try:
        pairs = (line.split() for line in path.read_text(encoding="ascii").splitlines())
        return {pair[0]: int(pair[1]) for pair in pairs if len(pair) == 2 and pair[1].isdigit()}
    except OSError:
        return {}
