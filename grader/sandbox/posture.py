"""The posture of the safe sandbox: what must be true of it, written down, and compared with a living one.

`look` runs a program of ours in a sandbox as a notebook would be run, and looks at it from inside and from outside;
`compare` holds what was found against `POSTURE`. `grader doctor` prints it, the posture suite asserts it, and
docs/security.md explains it.
"""

import json
import os
import secrets
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from grader.course import Limits
from grader.errors import SandboxUnavailable
from grader.sandbox.base import Job, Sandbox
from grader.sandbox.processes import Process, tree
from grader.sandbox.seccomp import trials
from grader.sandbox.supervise import PACKAGE

__all__ = ["CAPABILITY_SETS", "POSTURE", "Line", "Look", "compare", "look"]

CAPABILITY_SETS = ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")
NAMESPACES = ("cgroup", "ipc", "mnt", "net", "pid", "user", "uts")
ENVIRONMENT = frozenset(
    {
        "PATH", "HOME", "USER", "LANG", "PWD", "GRADER_IN", "GRADER_OUT", "GRADER_FILE_BYTES", "GRADER_TOTAL_BYTES",
        "GRADER_ISOLATED", "PYTHONHASHSEED", "TF_DETERMINISTIC_OPS", "CUDA_VISIBLE_DEVICES", "TF_CPP_MIN_LOG_LEVEL",
        "PYDEVD_DISABLE_FILE_VALIDATION", "JUPYTER_PLATFORM_DIRS", "PYTHONDONTWRITEBYTECODE", "MPLCONFIGDIR",
        "IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "LC_CTYPE", "PIP_NO_INDEX", "PIP_RETRIES", "PIP_DISABLE_PIP_VERSION_CHECK",
    }
)  # fmt: skip
"""Names of all variables that a program finds, but for those that its job sets."""
DISKS = frozenset({"/tmp", "/out", "/work", "/dev/shm"})  # noqa: S108 - paths inside
DEVICES = frozenset(f"/dev/{name}" for name in ("null", "zero", "full", "random", "urandom", "tty", "console", "pts"))
ETC = frozenset({"/etc/passwd", "/etc/group", "/etc/hosts", "/etc/ld.so.cache"})
SYSTEM = frozenset({"/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64"})
OWN = frozenset({"/", "/dev"})
BELOW = ("/in", "/proc", "/tmp/home/matplotlib")  # noqa: S108 - paths inside
"""Inputs; the process table, parts of which bubblewrap covers; the list of fonts."""
SECRETS = (
    "/etc/shadow", "/etc/hostname", "/etc/ssh", "/run/docker.sock", "/var/run/docker.sock", "/sys/kernel",
    "/var/log", "~/.ssh", "~/.bash_history", "~/.netrc", "~/.aws",
)  # fmt: skip
"""Paths of the host that must not exist inside; besides them a canary, and the agent sockets of the environment."""
METADATA = "169.254.169.254"
"""Where clouds answer a machine that asks for its own credentials."""


@dataclass(frozen=True)
class Look:
    """What was found of one living sandbox."""

    inside: Mapping[str, Any]
    """What the program told; see `grader.probe.survey`."""
    status: Mapping[str, str]
    """From outside: the process's status file."""
    namespaces: Mapping[str, bool]
    """From outside: whether the process shares that namespace with us."""
    uid_map: str
    gid_map: str
    descriptors: tuple[str, ...]
    """From outside: numbers of its open descriptors."""
    mounts: tuple[Mapping[str, str], ...]
    """From outside: `point`, `kind`, `options`."""


@dataclass(frozen=True)
class Line:
    """One line of the posture, held against a living sandbox."""

    what: str
    promise: str
    fault: str
    """What is otherwise; empty when nothing is."""


def look(sandbox: Sandbox) -> Look:
    """Run the survey in a sandbox, and look at it while it runs.

    Raises:
        SandboxUnavailable: No survey came back; says what became of it.
        ValueError: The sandbox does not isolate. What the survey tries is not for a host.
    """
    if not sandbox.isolates:
        raise ValueError(f"the sandbox '{sandbox.name}' does not isolate, so it has no posture")
    with tempfile.TemporaryDirectory(prefix="grader-survey-") as name, _listener() as port:
        folder = Path(name)
        (folder / "survey").mkdir()
        (folder / "canary").write_text("sings", encoding="utf-8")
        called = f"survey{secrets.token_hex(4)}"
        paths = [*SECRETS, str(folder / "canary"), os.environ.get("SSH_AUTH_SOCK", "")]
        plan = {
            "name": called, "port": port, "calls": trials(), "addresses": ["127.0.0.1", METADATA],
            "paths": [str(Path(path).expanduser()) for path in paths if path],
            "folders": ["/", "/usr", "/etc", "/dev", "/in", sys.prefix, str(PACKAGE), str(PACKAGE.parent), *DISKS],
        }  # fmt: skip
        (folder / "survey" / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
        seen: list[Mapping[str, Any]] = []
        watcher = threading.Thread(target=_watch, args=(called, folder / "survey" / "enough", seen))
        watcher.start()
        job = Job("grader.probe.survey", {"survey": folder / "survey"}, {}, Limits(run_seconds=60))
        try:
            result = sandbox.run(job, folder / "spool")
        finally:
            (folder / "survey" / "enough").touch()
            watcher.join()
    told = [record for record in result.records if record["kind"] == "survey"]
    if not told or not seen:
        said = result.message or ("the process could not be looked at" if told else "it said nothing")
        raise SandboxUnavailable(f"a trial run in the sandbox failed: {said} {result.log[-300:]}".strip())
    return Look(inside=told[0], **seen[0])


def compare(found: Look) -> tuple[Line, ...]:
    """Each line of the posture, with what is otherwise in a living sandbox."""
    return tuple(Line(what, promise, check(found)) for what, promise, check in POSTURE)


@contextmanager
def _listener() -> Iterator[int]:
    """A port of this machine that answers those who can reach it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def _watch(name: str, enough: Path, seen: list[Mapping[str, Any]]) -> None:
    """Wait for the survey's process, look at it, and let it go on."""
    end = time.monotonic() + 60
    while not enough.exists() and time.monotonic() < end:
        for process in tree(os.getpid()):
            try:
                if Path(f"/proc/{process.pid}/comm").read_text(encoding="utf-8").strip() == name:
                    seen.append(_from_outside(process))
                    enough.touch()
                    return
            except OSError:
                continue  # it is gone, or was not ours
        time.sleep(0.02)


def _from_outside(process: Process) -> Mapping[str, Any]:
    folder = Path("/proc", str(process.pid))
    lines = (line.partition(":") for line in (folder / "status").read_text(encoding="utf-8").splitlines())
    mounts = []
    for line in (folder / "mountinfo").read_text(encoding="utf-8").splitlines():
        left, _, right = line.partition(" - ")
        mounts.append({"point": left.split()[4], "kind": right.split()[0], "options": left.split()[5]})
    ours = Path("/proc/self/ns")
    return {
        "status": {key: value.strip() for key, _, value in lines},
        "namespaces": {n: (folder / "ns" / n).readlink() == (ours / n).readlink() for n in NAMESPACES},
        "uid_map": " ".join((folder / "uid_map").read_text(encoding="ascii").split()),
        "gid_map": " ".join((folder / "gid_map").read_text(encoding="ascii").split()),
        "descriptors": tuple(path.name for path in (folder / "fd").iterdir()),
        "mounts": tuple(mounts),
    }


def _capabilities(found: Look) -> str:
    sides = {"inside": found.inside["status"], "outside": found.status}
    held = [f"{name} {s[name]} ({side})" for side, s in sides.items() for name in CAPABILITY_SETS if int(s[name], 16)]
    return ", ".join(held)


def _no_new_privileges(found: Look) -> str:
    return "" if found.status["NoNewPrivs"] == found.inside["status"]["NoNewPrivs"] == "1" else "NoNewPrivs is 0"


def _seccomp(found: Look) -> str:
    mode = found.status["Seccomp"]
    allowed = [f"{name}: {said}" for name, said in found.inside["calls"].items() if said not in ("EPERM", "ENOSYS")]
    return ", ".join([*([] if mode == "2" else [f"mode {mode}"]), *allowed])


def _namespaces(found: Look) -> str:
    return ", ".join(f"shares {name}" for name, shared in found.namespaces.items() if shared)


def _user(found: Look) -> str:
    uid, gid = os.geteuid(), os.getegid()
    # Where further namespaces are forbidden there are two, one in the other, and the outer one maps to this user.
    maps = [found.uid_map.split(), found.gid_map.split()]
    narrow = all(len(words) == 3 and words[0] == "1000" and words[2] == "1" for words in maps)
    honest = maps[0][1:2] in ([str(uid)], ["1000"], ["0"]) and maps[1][1:2] in ([str(gid)], ["1000"], ["0"])
    ids = "" if found.inside["ids"] == [1000] * 6 else f"ids {found.inside['ids']}"
    return ids or ("" if narrow and honest else f"uid map '{found.uid_map}', gid map '{found.gid_map}'")


def _mounts(found: Look) -> str:
    roots = {sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix}
    roots |= {str(Path(root).resolve()) for root in (*roots, str(Path(sys.executable).resolve().parents[1]))}
    known = SYSTEM | OWN | ETC | DISKS | DEVICES | roots | {str(PACKAGE), str(PACKAGE.parent)}
    faults = []
    for mount in found.mounts:
        point, options = mount["point"], mount["options"].split(",")
        inside = PurePosixPath(point)
        shown = point in known or any(inside.is_relative_to(path) for path in BELOW)
        device = point in DEVICES
        faults += [] if shown else [f"{point} is shown"]
        faults += [] if "ro" in options or point in DISKS or device else [f"{point} can be written"]
        faults += [] if "nosuid" in options else [f"{point} allows set-user-ID programs"]
        faults += [] if "nodev" in options or device else [f"{point} allows devices"]
    written = {path for path, said in found.inside["written"].items() if said == "written"}
    return ", ".join([*faults, *(f"{path} was written" for path in sorted(written - DISKS))])


def _descriptors(found: Look) -> str:
    numbers = set(found.descriptors) | set(found.inside["descriptors"])
    return ", ".join(f"descriptor {n} is open" for n in sorted(numbers - {"0", "1", "2"}, key=int))


def _environment(found: Look) -> str:
    return ", ".join(sorted(set(found.inside["environment"]) - ENVIRONMENT))


def _secrets(found: Look) -> str:
    return ", ".join(path for path, said in found.inside["paths"].items() if said == "there")


def _network(found: Look) -> str:
    reached = [f"reached {address}" for address, said in found.inside["connections"].items() if said == "connected"]
    others = [name for name in found.inside["interfaces"] if name != "lo"]
    return ", ".join(reached + others)


def _processes(found: Look) -> str:
    few = found.inside["processes"] <= 4
    closed = set(found.inside["parent"]) == {"PermissionError"}
    return ", ".join(
        [*([] if few else [f"{found.inside['processes']} are seen"]), *([] if closed else ["our program can be read"])]
    )


Check = Callable[[Look], str]

POSTURE: tuple[tuple[str, str, Check], ...] = (
    ("capabilities", "all five sets are empty", _capabilities),
    ("no new privileges", "set, so that no program gives any", _no_new_privileges),
    ("seccomp", "mode 2, and every call on our list is refused", _seccomp),
    ("namespaces", f"its own: {', '.join(NAMESPACES)}", _namespaces),
    ("user", "1000, mapped to the one who grades and to nobody else", _user),
    ("mounts", "system, interpreter and inputs, read-only; four sized disks to write to; no set-user-ID, no devices",
     _mounts),
    ("descriptors", "standard streams alone", _descriptors),
    ("environment", "set by us, nothing inherited", _environment),
    ("secrets", "no file of the host, no agent, no socket of a container engine", _secrets),
    ("network", "a loopback of its own, nothing else; not this machine's, no cloud metadata", _network),
    ("processes", "its own alone are seen, and ours cannot be looked into", _processes),
)  # fmt: skip
"""What, the promise in words, and a check that tells what is otherwise."""
