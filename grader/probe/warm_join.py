"""Moves a process into a box that bubblewrap has built, and takes away whatever could lead out of it again.

Standard library only. A program that bubblewrap starts in a box keeps nothing of the host; one that comes from outside,
by a fork, brings what it was. So each of these has to be undone here: namespaces, capabilities, descriptors,
environment, handlers of signals. What a fork cannot shed is the file of its program, which is why the
worker runs from a sealed copy (see `grader.sandbox.warm`).
"""

import ctypes
import fcntl
import os
import signal
from collections.abc import Collection
from pathlib import Path

__all__ = [
    "collapse_pages",
    "drop_privileges",
    "enter",
    "fork_orphan",
    "install_filter",
    "keep_only",
    "reset_signals",
    "set_dumpable",
    "set_name",
]

NS_GET_USERNS = 0xB701
PR_SET_DUMPABLE, PR_SET_NAME, PR_SET_SECCOMP, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = (
    4,
    15,
    22,
    24,
    38,
    47,
)
PR_CAP_AMBIENT_CLEAR_ALL = 4
SECCOMP_MODE_FILTER = 2
CAPABILITY_V3 = 0x20080522
MADV_COLLAPSE = 25
LARGE_PAGE = 2 * 1024**2
NAMESPACES = ("ipc", "uts", "net", "pid", "cgroup", "mnt")

_libc = ctypes.CDLL(None, use_errno=True)


class _Program(ctypes.Structure):
    """`struct sock_fprog` of the kernel."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def enter(pid: int) -> None:
    """Join all namespaces of a process; children are then born into its process table, this process is not.

    bubblewrap nests two user namespaces: the outer one owns all others, the inner one is where programs run. To join
    the others takes rights in the outer one, so it comes first.

    Args:
        pid: The process, as this process's own process table numbers it.

    Raises:
        OSError: A namespace cannot be joined.
    """
    user, *rest = [os.open(f"/proc/{pid}/ns/{name}", os.O_RDONLY | os.O_CLOEXEC) for name in ("user", *NAMESPACES)]
    owner = fcntl.ioctl(rest[-1], NS_GET_USERNS)
    entered = {Path("/proc/self/ns/user").stat().st_ino}  # to join a user namespace twice is an error
    for number in (owner, *rest, user):
        name = os.fstat(number).st_ino
        if name not in entered:
            _check(_libc.setns(number, 0), "setns")
            entered.add(name)
        os.close(number)


def drop_privileges() -> None:
    """Empty all five sets of capabilities, for good: no program that is started later gets one back.

    Raises:
        OSError: The kernel refused.
    """
    _check(_libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")
    _check(_libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0), "ambient capabilities")
    number = 0
    while _libc.prctl(PR_CAPBSET_DROP, number, 0, 0, 0) == 0:  # ends at the first that this kernel does not know
        number += 1
    header, data = (ctypes.c_uint32 * 2)(CAPABILITY_V3, 0), (ctypes.c_uint32 * 6)()
    _check(_libc.capset(header, data), "capset")
    set_dumpable(False)


def set_dumpable(wanted: bool) -> None:
    """Whether other processes of this user may look into this one."""
    _check(_libc.prctl(PR_SET_DUMPABLE, int(wanted), 0, 0, 0), "dumpable")


def set_name(name: bytes) -> None:
    """What `/proc/self/comm` says, at most 15 bytes."""
    _check(_libc.prctl(PR_SET_NAME, name, 0, 0, 0), "name")


def install_filter(program: bytes) -> None:
    """Load a seccomp filter for this process and all that it will start.

    Args:
        program: Instructions of the packet filter, 8 bytes each.

    Raises:
        OSError: The kernel refused.
    """
    holder = _Program(len(program) // 8, program)
    _check(_libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(holder), 0, 0), "seccomp")


def collapse_pages() -> None:
    """Put this process's own memory into pages of 2 MiB, where the kernel (Linux 6.1) does so.

    A fork copies the table of pages, which then is 512 times shorter for these: it takes half of the time, and so does
    its end. What a fork writes to is copied in small pages as before. Takes some tenths of a second.
    """
    for line in Path("/proc/self/maps").read_text(encoding="utf-8").splitlines():
        span, rights, _, _, _, *name = line.split(maxsplit=5)
        if rights != "rw-p" or name not in ([], ["[heap]"]):
            continue
        start, end = (int(part, 16) for part in span.split("-"))
        for place in range(-(-start // LARGE_PAGE) * LARGE_PAGE, end - LARGE_PAGE + 1, LARGE_PAGE):
            _libc.madvise(ctypes.c_void_p(place), ctypes.c_size_t(LARGE_PAGE), MADV_COLLAPSE)  # refused: stays as it is


def fork_orphan() -> None:
    """Go on as a child of the box's first process; call it after `enter`. The calling process ends.

    Only a fork is born into the process table that was joined, and only a fork of that one has a parent within, whose
    end makes the box's first process its parent.
    """
    source, sink = os.pipe()
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        os._exit(0)
    if os.fork():
        os._exit(0)
    os.close(sink)
    os.read(source, 1)  # nothing comes, but its end does
    os.close(source)
    while os.getppid() != 1:  # the parent has closed its files, and is about to be gone
        os.sched_yield()


def keep_only(numbers: Collection[int]) -> None:
    """Close every descriptor but these."""
    start = 0
    for number in [*sorted(numbers), os.sysconf("SC_OPEN_MAX")]:
        if number > start:  # an empty range would be taken for all
            os.closerange(start, number)
        start = number + 1


def reset_signals() -> None:
    """Handlers as they are in a Python that has just started."""
    for number in signal.valid_signals():
        if signal.getsignal(number) not in (signal.SIG_DFL, None) and number not in (signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def _check(result: int, what: str) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
