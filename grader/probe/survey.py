"""Program that looks at its sandbox from inside: what a student's process would find, told without opinion.

It starts a child exactly as the notebook's kernel is started, and the child looks. `$GRADER_IN/survey/plan.json` names
what to try: `calls` (name -> number and arguments), `paths`, `folders`, `addresses` and their `port`. The child takes
the process name `name`, by which the host finds it and looks at it from outside, and lives until
`$GRADER_IN/survey/enough` appears or `PATIENCE` is over. Sends one record "survey".
"""

import ctypes
import errno
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from grader.probe import outbox

__all__ = ["main"]

PATIENCE = 20.0
PR_SET_NAME = 15


def main() -> None:
    """Start the child, and send what it tells."""
    outbox.claim()
    child = subprocess.run([sys.executable, "-m", "grader.probe.survey", "child"], check=True, stdout=subprocess.PIPE)
    outbox.record("survey", **json.loads(child.stdout))


def look(plan: dict[str, Any]) -> dict[str, Any]:
    """All facts, as JSON values."""
    before = sorted(Path("/proc/self/fd").iterdir())  # reading it opens one more, which is gone when it is looked at
    descriptors = {path.name: link for path in before if (link := _said(path.readlink)) != "FileNotFoundError"}
    status = _pairs(Path("/proc/self/status").read_text(encoding="utf-8"))
    # With root's privileges and no filter some of the calls would work, and sethostname alone would do harm enough.
    safe = status["Seccomp"] == "2" and int(status["CapEff"], 16) == 0
    return {
        "descriptors": descriptors,
        "status": status,
        "mounts": _mounts(Path("/proc/self/mountinfo").read_text(encoding="utf-8")),
        "environment": sorted(os.environ),
        "ids": [*os.getresuid(), *os.getresgid()],
        "host": socket.gethostname(),
        "interfaces": sorted(name for _, name in socket.if_nameindex()),
        "processes": len([path for path in Path("/proc").iterdir() if path.name.isdigit()]),
        "calls": {name: _call(*call) if safe else "not tried" for name, call in plan["calls"].items()},
        "paths": {path: _said(partial(_find, path)) for path in plan["paths"]},
        "written": {folder: _said(partial(_write, Path(folder))) for folder in plan["folders"]},
        "connections": {host: _said(partial(_connect, host, plan["port"])) for host in plan["addresses"]},
        # root may list the names of descriptors, which helps nobody; to follow one is another thing
        "parent": [_said(Path(f"/proc/{os.getppid()}/{name}").readlink) for name in ("fd/0", "fd/2", "cwd", "exe")],
    }


def _said(action: Callable[[], Any]) -> str:
    """What an action gave, or the name of what it raised."""
    try:
        return str(action())
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the answer
        return type(error).__name__


def _call(number: int, *arguments: int) -> str:
    """Name of the error that a system call answers with; "ok" when it worked."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    ctypes.set_errno(0)
    answer = libc.syscall(ctypes.c_long(number), *(ctypes.c_ulong(a) for a in (*arguments, *[0] * 6)[:6]))
    if answer == 0 and arguments and number in CLONES:
        os._exit(0)  # a child that should never have come to be
    return "ok" if answer >= 0 else errno.errorcode.get(ctypes.get_errno(), "?")


CLONES = (56, 220)
"""The number of clone on x86_64, and everywhere else."""


def _find(path: str) -> str:
    Path(path).stat()
    return "there"


def _write(folder: Path) -> str:
    path = folder / "survey"
    path.write_text("x", encoding="utf-8")
    path.unlink()
    return "written"


def _connect(host: str, port: int) -> str:
    with socket.create_connection((host, port), timeout=2):
        return "connected"


def _pairs(text: str) -> dict[str, str]:
    return {key: value.strip() for key, _, value in (line.partition(":") for line in text.splitlines())}


def _mounts(text: str) -> list[dict[str, str]]:
    """Point, kind and options of each mount."""
    rows = []
    for line in text.splitlines():
        left, _, right = line.partition(" - ")
        rows.append({"point": left.split()[4], "kind": right.split()[0], "options": left.split()[5]})
    return rows


def _be_looked_at(folder: Path, name: str) -> None:
    ctypes.CDLL(None).prctl(PR_SET_NAME, name.encode(), 0, 0, 0)
    end = time.monotonic() + PATIENCE
    while not (folder / "enough").exists() and time.monotonic() < end:
        time.sleep(0.02)


def _child() -> None:
    folder = Path(os.environ["GRADER_IN"]) / "survey"
    plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    facts = look(plan)
    _be_looked_at(folder, plan["name"])
    sys.stdout.write(json.dumps(facts))


if __name__ == "__main__":
    if sys.argv[1:] == ["child"]:
        _child()
    else:
        main()
