"""First program in a sandbox: sets the limits that only a process can set for itself, then becomes the real program.

Run by path with the standard library only, so that it costs nothing: `python -I launch.py '{"program": ..., ...}'`.
"""

import contextlib
import importlib
import json
import os
import resource
import runpy
import signal
import sys
from typing import Any

__all__ = ["limit", "start"]

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Read the order from the command line and carry it out."""
    order = json.loads(sys.argv[1])
    limit(order)
    start(order)


def limit(order: dict[str, Any]) -> None:
    """Set this process's limits, which all that it starts inherits."""
    if order["group"] is not None:
        os.write(order["group"], b"0")  # moves this process
        os.close(order["group"])
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
        if signal.getsignal(number) is signal.SIG_IGN:  # as under nohup: what is inside starts with the usual ones
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
    if order.get("parent"):
        _die_with(order["parent"])
    os.nice(10)  # those who watch us come first, even in the middle of a fork bomb
    for name, value in order["rlimits"].items():
        kind = getattr(resource, name)
        hard = resource.getrlimit(kind)[1]
        most = value if hard == resource.RLIM_INFINITY else min(value, hard)
        with contextlib.suppress(ValueError, OSError):  # one that this system lacks leaves the others standing
            resource.setrlimit(kind, (most, most))


def _die_with(parent: int) -> None:
    """Die when that process does, however it ends."""
    import ctypes  # noqa: PLC0415 - for this alone

    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it was quicker
        sys.exit(1)


def start(order: dict[str, Any]) -> None:
    """Run the program to its end."""
    os.environ["GRADER_OUTBOX"] = str(order["outbox"])
    if order["path"] not in sys.path:
        sys.path.append(order["path"])
    sys.argv[:] = [order["program"]]
    runpy.run_module(order["program"], run_name="__main__", alter_sys=True)
    # a program that hostile code ended early, with whatever exit status, never gets here
    outbox = importlib.import_module("grader.probe.outbox")
    outbox.record("done")


if __name__ == "__main__":
    main()
