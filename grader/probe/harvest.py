"""Gathers what a run left behind, once nothing of it is alive: lists trees, ships files, follows no link."""

import ctypes
import hashlib
import os
import re
import signal
import stat
import time
from pathlib import Path
from typing import Any

from grader.probe import outbox

__all__ = ["adopt_orphans", "kill_others", "list_tree", "ship"]

MAX_ENTRIES = 20_000
MAX_TREE_TEXT = 4 * 1024**2
"""Characters of all paths of one tree."""
MAX_TREES = 32
MAX_FILES = 150
PR_SET_CHILD_SUBREAPER = 36
# The last is for self-checks on Windows, which knows neither of the two before it.
FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)

_TREE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,90}\.(json|npy|keras)")


def adopt_orphans() -> None:
    """Where there is no process table of our own, make what students' processes leave behind children of this one."""
    if not _isolated():
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _isolated() -> bool:
    # Killing all that this process may kill must never be done by mistake, so the variable alone is not enough.
    name = Path("/proc/1/comm").read_text(encoding="utf-8", errors="replace").strip()
    return os.environ.get("GRADER_ISOLATED") == "1" and name in ("bwrap", "grader-box")


def kill_others(seconds: float = 5.0) -> None:
    """Kill every other process of this sandbox, and wait until they are gone.

    In a process table of its own that is all of it; without one it is what descends from this process.
    """
    victims = _all_but_us if _isolated() else _descendants
    deadline = time.monotonic() + seconds
    while (pids := victims()) and time.monotonic() < deadline:
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, os.WNOHANG)  # a child of ours stays in the table until it is waited for
            except OSError:
                pass
        time.sleep(0.005)


def _all_but_us() -> list[int]:
    return [pid for pid in _pids() if pid not in (1, os.getpid())]


def _descendants() -> list[int]:
    parents: dict[int, int] = {}
    for pid in _pids():
        try:
            text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
            parents[pid] = int(text.rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            continue
    found = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return sorted(found - {os.getpid()})


def _pids() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]  # noqa: PTH208 - names are wanted


def ship(out: Path) -> None:
    """Send a record "tree" for each folder below `trees`, and the files that lie directly in the folder.

    Only `*.json`, `*.npy` and `*.keras` go out, regular files all, in the order of their names. A file that is too
    large is named in a record "left" instead.
    """
    for entry in _entries(out / "trees")[:MAX_TREES]:
        if _TREE.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False):
            outbox.record("tree", root=entry.name, entries=list_tree(Path(entry.path)))
    files = [e for e in _entries(out) if _FILE.fullmatch(e.name) and e.is_file(follow_symlinks=False)]
    for entry in files[:MAX_FILES]:
        if not outbox.file(entry.name, Path(entry.path)):
            outbox.record("left", name=entry.name)


def list_tree(root: Path) -> list[dict[str, Any]]:
    """All that lies below a folder, in the order of its paths: `path`, `kind`, `size` in bytes, `sha256`.

    Kind is "file", "folder" or "other" (links among them). Only files have a size and a digest; a file that cannot be
    read has none. At most 20,000 entries.
    """
    found: list[dict[str, Any]] = []
    room = MAX_TREE_TEXT
    folders = [(root, "")]
    while folders:
        folder, prefix = folders.pop()
        for entry in _entries(folder):
            path = prefix + entry.name
            room -= len(path)
            if room < 0 or len(found) >= MAX_ENTRIES:
                return sorted(found, key=lambda e: str(e["path"]))
            row: dict[str, Any] = {"path": path, "kind": "other", "size": 0, "sha256": None}
            if entry.is_dir(follow_symlinks=False):
                row["kind"] = "folder"
                folders.append((Path(entry.path), path + "/"))
            elif entry.is_file(follow_symlinks=False):
                row |= {"kind": "file"} | _digest(Path(entry.path))
            found.append(row)
    return sorted(found, key=lambda e: str(e["path"]))


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        if not stat.S_ISDIR(folder.lstat().st_mode):
            return []
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda e: e.name)
    except OSError:
        return []


def _digest(path: Path) -> dict[str, Any]:
    try:
        number = os.open(path, FLAGS)
        with os.fdopen(number, "rb", buffering=0) as file:
            size = os.fstat(number).st_size
            return {"size": size, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}
    except OSError:
        return {"size": 0, "sha256": None}
