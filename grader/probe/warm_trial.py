"""Program that looks around in a box which it came to by a fork, and tells what is not as it should be.

Sends a record "posture" {problems}: one clause for each promise that does not hold, so that the first to find out is
our own program and not somebody else's.
"""

import os
from pathlib import Path

from grader.probe import outbox

__all__ = ["find_problems", "main"]

CAPABILITIES = ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")


def main() -> None:
    """Look around, and tell."""
    outbox.record("posture", problems=list(find_problems()))


def find_problems() -> list[str]:
    """What is not as it should be, a clause each."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    status = {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}
    found = [f"{name} is {status[name]}" for name in CAPABILITIES if int(status[name], 16)]
    found += [f"{name} is {status[name]}, not {value}" for name, value in (("NoNewPrivs", "1"), ("Seccomp", "2"))
              if status[name] != value]  # fmt: skip
    if os.getuid() != 1000:
        found.append(f"the user is {os.getuid()}")
    if os.getppid() != 1 or os.getpid() > 100:
        found.append(f"process {os.getpid()} is a child of {os.getppid()}")
    if (status.get("NSpid") or str(os.getpid())).split() != [str(os.getpid())]:
        found.append("other process tables lie below this one")
    interfaces = [line.split(":")[0].strip() for line in Path("/proc/net/dev").read_text().splitlines()[2:]]
    if interfaces != ["lo"]:
        found.append(f"there are networks: {interfaces}")
    if os.statvfs("/").f_flag & os.ST_RDONLY == 0 or Path("/etc/shadow").exists():
        found.append("the root is the host's")
    if len(os.listdir("/proc/self/task")) != 1:  # noqa: PTH208 - names suffice
        found.append("there is more than one thread")
    open_files = [n for n in range(3, 64) if _is_open(n)]
    if len(open_files) > 1:  # our way out is one
        found.append(f"descriptors are open: {open_files}")
    return found


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main()
