"""A control group that holds the number of processes of one run: for root, whom the ordinary limit does not bind."""

import contextlib
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["process_group"]


@contextmanager
def process_group(processes: int) -> Iterator[int | None]:
    """A control group for at most so many processes and threads, for as long as the context lasts.

    Yields:
        A descriptor: a process that writes "0" to it moves itself, with all that it will start, into the group. None
        where the system has no controller of processes that this user may use.
    """
    folder = _make(processes) if os.geteuid() == 0 else None
    if folder is None:
        yield None
        return
    try:
        with (folder / "cgroup.procs").open("wb", buffering=0) as members:
            yield members.fileno()
    finally:
        _remove(folder)


def _make(processes: int) -> Path | None:
    name = f"grader-{os.getpid()}-{secrets.token_hex(4)}"
    for parent in _parents():
        _sweep(parent)
        folder = parent / name
        try:
            folder.mkdir()
        except OSError:
            continue
        try:
            (folder / "pids.max").write_text(str(processes), encoding="ascii")
        except OSError:
            _remove(folder)
        else:
            return folder
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


def _parents() -> Iterator[Path]:
    """Folders below which a group may be made: our own group, of version 1 or 2; in the latter also the top."""
    try:
        own = [line.split(":", 2) for line in Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines()]
        mounts = [line.split() for line in Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()]
    except OSError:
        return
    for _, point, kind, options, *_ in mounts:
        for _, controllers, path in own:
            if kind == "cgroup" and "pids" in options.split(",") and "pids" in controllers.split(","):
                yield Path(point, path.lstrip("/"))
            elif kind == "cgroup2" and not controllers:
                yield Path(point, path.lstrip("/"))
                yield Path(point)
