"""The safe sandbox: Linux namespaces, set up by bubblewrap."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import cache
from pathlib import Path, PurePosixPath
from typing import IO, ClassVar

from grader.errors import SandboxUnavailable
from grader.sandbox.base import Job, Result, Sandbox
from grader.sandbox.cgroup import control_group
from grader.sandbox.fonts import font_list
from grader.sandbox.seccomp import seccomp_program
from grader.sandbox.supervise import PACKAGE, environment, order, rlimits, supervise

__all__ = ["BubblewrapSandbox"]

IN, OUT, WORK, HOME = (PurePosixPath(p) for p in ("/in", "/out", "/work", "/tmp/home"))  # noqa: S108 - paths inside
DATA = PurePosixPath("/data")

INSTALL = "Install it with: sudo apt-get install bubblewrap (or your system's package manager)."
LEAST = (0, 7)
"""The first version that can limit the size of a tmpfs."""

APPARMOR = (
    r"printf 'abi <abi/4.0>,\ninclude <tunables/global>\n"
    r"profile bwrap /usr/bin/bwrap flags=(unconfined) { userns, }\n' "
    "| sudo tee /etc/apparmor.d/bwrap && sudo systemctl reload apparmor "
    "(or, for all programs: sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0)"
)

ETC = {
    "passwd": "root:x:0:0:root:/nonexistent:/usr/sbin/nologin\nstudent:x:1000:1000:student:/tmp/home:/bin/sh\n",
    "group": "root:x:0:\nstudent:x:1000:\n",
    "hosts": "127.0.0.1 localhost\n::1 localhost\n",
}
"""Files of /etc that programs expect; the host's own are not shown."""

MARGIN = 16
"""Processes over the limit that the kernel allows, so that the watchdog sees that it was passed."""

DISKS = {"/tmp": 8, OUT.as_posix(): 4, WORK.as_posix(): 2, "/dev/shm": 2}  # noqa: S108 - paths inside
"""Writable folder -> its part, in sixteenths, of the disk that a run may use."""


class BubblewrapSandbox(Sandbox):
    """Every run in namespaces of its own (user, pid, network, ipc, uts, cgroup and mounts) behind a seccomp filter.

    Works for root and for ordinary users, where the system lets those make user namespaces.

    Args:
        hidden: Host folders that are shown empty, should they lie below something that must be shown.

    Raises:
        SandboxUnavailable: bubblewrap or libseccomp is missing or too old, or namespaces may not be made here; says
            which, and the mend.
    """

    name: ClassVar[str] = "bwrap"
    isolates: ClassVar[bool] = True

    def __init__(self, hidden: Sequence[Path] = ()) -> None:
        self._program, self._version = _find()
        self._hidden = tuple(hidden)
        with _file(seccomp_program()) as rules:
            words = [
                *self._namespaces(),
                *_system(),
                "--proc",
                "/proc",
                "--dev",
                "/dev",
                "--seccomp",
                str(rules.fileno()),
            ]
            trial = subprocess.run(
                [self._program, *words, "/usr/bin/true"], env={}, check=False, capture_output=True,
                stdin=subprocess.DEVNULL, timeout=60, pass_fds=[rules.fileno()],
            )  # fmt: skip
        if trial.returncode:
            raise _explain(trial.stderr.decode("utf-8", "replace").strip())

    def run(self, job: Job, spool: Path) -> Result:
        """See `Sandbox.run`."""
        return self._run(job, spool, lambda words: ["--", *words])

    def _run(
        self, job: Job, spool: Path, start: Callable[[Sequence[str]], Sequence[str]], keep: Sequence[int] = (),
        image: int = 0,
    ) -> Result:  # fmt: skip
        """Build a box for the job, and see it to its end.

        Args:
            job: What to run.
            spool: Folder for the files that come out.
            start: From the command of `order` to the last words for bubblewrap, which start it in the box.
            keep: Descriptors that the box's first process inherits besides the usual.
            image: Bytes that the program shares with the process that it is forked from.
        """
        spool.mkdir(parents=True, exist_ok=True)
        most = job.limits.processes + MARGIN
        with ExitStack() as stack:
            texts = [stack.enter_context(_file(content.encode())).fileno() for content in ETC.values()]
            rules = stack.enter_context(_file(seccomp_program())).fileno()
            group = stack.enter_context(control_group(processes=most, memory_bytes=job.limits.memory_bytes))
            limits = {**rlimits(job.limits), **_process_limit(most)}
            box = [*self._box(job, texts), "--seccomp", str(rules)]
            return supervise(
                lambda outbox: [*box, *start(order(job, limits, outbox, group.entry))],
                job,
                spool,
                env={},
                cwd=Path("/"),
                depth=2,
                keep=[*texts, rules, *keep, *([] if group.entry is None else [group.entry])],
                group=group,
                disks=tuple(DISKS),
                stopping=self.stopping,
                image=image,
            )

    def _box(self, job: Job, texts: Sequence[int]) -> list[str]:
        """The command line up to the program; later words cover earlier ones, so their order matters."""
        env = environment(job, inputs=Path(IN), out=Path(OUT), home=Path(HOME)) | {"GRADER_ISOLATED": "1"}
        words = [self._program, *self._namespaces(), *_system(), "--clearenv"]
        for name, value in env.items():
            words += ["--setenv", name, value]
        for name, number in zip(ETC, texts, strict=True):
            words += ["--ro-bind-data", str(number), f"/etc/{name}"]
        words += ["--proc", "/proc", "--dev", "/dev"]
        for path, part in DISKS.items():
            words += ["--size", str(job.limits.disk_bytes * part // 16), "--tmpfs", path]
        words += [*_interpreter(), *_package()]
        for folder in self._hidden:
            if folder.exists():
                words += ["--tmpfs", str(folder), "--remount-ro", str(folder)]
        words += ["--dir", str(HOME)]
        fonts = font_list()
        if fonts:
            words += ["--ro-bind", str(fonts), str(HOME / "matplotlib" / fonts.name)]
        words += _binds(job)
        # /proc too: when root runs this, many of its files trust that user without asking for a capability
        for path in ("/proc", "/dev", "/"):
            words += ["--remount-ro", path]
        return [*words, "--chdir", str(WORK)]

    def _namespaces(self) -> list[str]:
        # A namespace within the namespace would give back capabilities over it, and with them kernel code to attack.
        no_more = ["--unshare-user", "--disable-userns"] if self._version >= (0, 8) else []
        return [
            "--unshare-all", *no_more, "--uid", "1000", "--gid", "1000", "--hostname", "grader", "--cap-drop", "ALL",
            "--die-with-parent", "--new-session",
        ]  # fmt: skip


@cache
def _find() -> tuple[str, tuple[int, ...]]:
    program = shutil.which("bwrap")
    if program is None:
        raise SandboxUnavailable("bubblewrap, which runs student code safely, is not installed", remedy=INSTALL)
    said = subprocess.run([program, "--version"], check=False, capture_output=True, text=True, timeout=60).stdout
    version = tuple(int(n) for n in re.findall(r"\d+", said))
    if version < LEAST:
        least = ".".join(map(str, LEAST))
        raise SandboxUnavailable(
            f"bubblewrap is too old: {said.strip() or 'it does not tell its version'}; it must be {least} or newer",
            where=program,
            remedy="Upgrade it, or grade on a newer system (Debian 12, Ubuntu 24.04).",
        )
    return program, version


def _explain(said: str) -> SandboxUnavailable:
    """Why a trial run failed, with the mend that fits."""
    if "/proc" in said and "mount" in said.lower():
        remedy = "In a container, start it with: docker run --privileged (or --security-opt systempaths=unconfined)."
    elif _apparmor_forbids():
        remedy = (
            f"This system's AppArmor keeps ordinary users from making namespaces; allow it for bubblewrap: {APPARMOR}"
        )
    elif Path("/.dockerenv").exists() or Path("/run/.containerenv").exists():
        remedy = (
            "This is a container that forbids namespaces. Start it with: docker run --privileged, or with "
            "--cap-add SYS_ADMIN --security-opt seccomp=unconfined --security-opt apparmor=unconfined"
        )
    else:
        remedy = (
            "Let users make namespaces: sudo sysctl kernel.unprivileged_userns_clone=1 user.max_user_namespaces=10000"
        )
    return SandboxUnavailable(f"bubblewrap cannot make a sandbox here: {said[-300:]}", remedy=remedy)


def _apparmor_forbids() -> bool:
    """Ubuntu from 23.10 on gives user namespaces to programs with a profile that says so."""
    try:
        return Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns").read_text(encoding="ascii").strip() == "1"
    except OSError:
        return False


def _system() -> list[str]:
    """The system's programs and libraries, and from /etc only where the loader finds them."""
    words = ["--ro-bind", "/usr", "/usr"]
    for name in ("bin", "sbin", "lib", "lib32", "lib64"):
        path = Path("/", name)
        if path.is_symlink():
            words += ["--symlink", str(path.readlink()), str(path)]
        elif path.is_dir():
            words += ["--ro-bind", str(path), str(path)]
    return [*words, "--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"]


def _interpreter() -> list[str]:
    """The Python that runs us, with its packages, at the paths that it has here."""
    program = Path(sys.executable).resolve()
    roots = {Path(p) for p in (sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix)} | {
        program.parents[1]
    }
    roots |= {root.resolve() for root in roots}
    words: list[str] = []
    for root in sorted(roots):
        if root == Path("/") or root.is_relative_to("/usr"):
            continue
        if root == Path.home():
            raise SandboxUnavailable(
                "Python is installed straight into the home folder, and the sandbox must not show that",
                where=str(root),
                remedy="Use a virtual environment: python3 -m venv .venv",
            )
        words += ["--ro-bind", str(root), str(root)]
    return words


def _package() -> list[str]:
    """This package, should it lie outside the interpreter; of the checkout around it, nothing."""
    parent = PACKAGE.parent
    if any(parent.is_relative_to(p) for p in (Path(sys.prefix), Path(sys.base_prefix), Path("/usr"))):
        return []
    below = [p for p in (Path(sys.prefix), Path(sys.base_prefix)) if p.is_relative_to(parent)]
    # The parent is on the import path, so it must not be writable, wherever it lies: hence a folder of its own.
    words = ["--size", "4096", "--tmpfs", str(parent)]
    for path in (PACKAGE, *below):
        words += ["--ro-bind", str(path), str(path)]
    return [*words, "--remount-ro", str(parent)]


def _binds(job: Job) -> list[str]:
    words: list[str] = []
    for name, source in job.inputs.items():
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name):
            raise ValueError(f"'{name}' is no name for an input")
        words += ["--ro-bind", str(source.resolve(strict=True)), str(IN / name)]
    for number, (path, source) in enumerate(job.data.items()):
        target = PurePosixPath(path)
        if not target.is_absolute() or ".." in target.parts or len(target.parts) < 2:
            raise ValueError(f"'{path}' is no absolute path for data")
        # A link, which a probe can turn to other images for the time of a call; a mount it could not.
        place = str(DATA / str(number))
        words += ["--ro-bind", str(source.resolve(strict=True)), place, "--symlink", place, str(target)]
    return words


def _process_limit(most: int) -> dict[str, int]:
    """The kernel's own limit of processes, where it counts the sandbox alone and not all that this user runs.

    It does not bind root, for whom there is the control group.
    """
    release = tuple(int(n) for n in re.findall(r"\d+", os.uname().release)[:2])
    return {"RLIMIT_NPROC": most} if release >= (5, 14) else {}


def _file(content: bytes) -> IO[bytes]:
    """A file in memory from which this can be read."""
    file = os.fdopen(os.memfd_create("grader"), "w+b")
    file.write(content)
    file.seek(0)
    return file
