"""The filter on system calls: a list of what no notebook needs, compiled by libseccomp for bubblewrap to load.

Namespaces hide the host; this keeps hostile code away from the parts of the kernel that are rarely tested and often
broken. It is a list of what is denied, for a list of what is allowed would break with every new version of TensorFlow.

- `FORBIDDEN` answers EPERM: needs a privilege that a box does not have, or gives one process power over another.
- `ABSENT` answers ENOSYS, upon which programs take their older way: clone3, whose flags no filter can see; memory that
  belongs to no process; every call that is newer than this list.
- Some calls are denied for some arguments alone: see `_arguments`.
- Calls by another architecture's numbers (i386 or x32 on x86_64) answer ENOSYS.
"""

import errno
import os
from collections.abc import Iterator
from functools import cache
from typing import Any

from grader.errors import SandboxUnavailable

__all__ = ["ABSENT", "FORBIDDEN", "seccomp_program", "trials"]

FORBIDDEN = (
    # mounts, old and new way, and what changes the root
    "mount", "umount", "umount2", "pivot_root", "chroot", "open_tree", "move_mount", "fsopen", "fsconfig", "fsmount",
    "fspick", "mount_setattr", "listmount", "statmount",
    # namespaces
    "unshare", "setns",
    # other processes
    "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "kcmp", "pidfd_getfd", "perf_event_open",
    # programs and modules in the kernel
    "bpf", "kexec_load", "kexec_file_load", "init_module", "finit_module", "delete_module", "create_module",
    "get_kernel_syms", "query_module", "userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register",
    # the kernel's keys, which no namespace parts
    "add_key", "request_key", "keyctl",
    # files past the file system's names, quotas, watches over whole mounts
    "open_by_handle_at", "name_to_handle_at", "quotactl", "quotactl_fd", "fanotify_init", "fanotify_mark",
    # the machine
    "reboot", "swapon", "swapoff", "acct", "syslog", "settimeofday", "clock_settime", "clock_settime64", "stime",
    "adjtimex", "clock_adjtime", "clock_adjtime64", "sethostname", "setdomainname", "iopl", "ioperm", "modify_ldt",
    "vm86", "vm86old", "vhangup",
    # remains of old kernels
    "nfsservctl", "lookup_dcookie", "uselib", "ustat", "sysfs", "_sysctl", "afs_syscall", "vserver", "tuxcall",
    "security", "getpmsg", "putpmsg",
)  # fmt: skip
"""Denied with EPERM."""

ABSENT = (
    "clone3",
    # memory that no process maps and no disk of the box holds: it would escape every count
    "memfd_create", "memfd_secret", "shmget", "shmat", "shmctl", "shmdt", "msgget", "msgsnd", "msgrcv", "msgctl",
    "semget", "semop", "semtimedop", "semctl", "mq_open", "mq_unlink",
)  # fmt: skip
"""Denied with ENOSYS, as if the kernel did not have them."""

NEWER = range(463, 600)
"""Numbers of calls, the same on all architectures that we run on, that came after Linux 6.12 or will come."""

CLONE_NEW = (0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000)
"""Flags of clone that make a namespace: mnt, cgroup, uts, ipc, user, pid, net. It cannot make one of time."""

TERMINAL = (0x5412, 0x541C)
"""ioctl TIOCSTI and TIOCLINUX, which type into somebody's terminal."""

FAMILIES = {1, 2, 10, 16}
"""Socket families that programs need: unix, inet, inet6, netlink (which tells the interfaces)."""

ODD_PROTOCOLS = (33, 115, 132, 136, 262)
"""DCCP, L2TP, SCTP, UDP-Lite, MPTCP."""

INT = 0xFFFFFFFF
"""The part of an argument that the kernel reads where it takes an int; what stands above must not fool us."""

MEND = "Install it with: sudo apt-get install libseccomp2 && pip install pyseccomp"


@cache
def seccomp_program() -> bytes:
    """The filter as a program of the kernel's packet filter (BPF), for this machine's architecture.

    Raises:
        SandboxUnavailable: libseccomp or its Python interface is missing or too old; says how to get it.
    """
    try:
        import pyseccomp  # type: ignore[import-untyped]  # noqa: PLC0415 - its import fails where the library is missing, which is for us to explain
    except (ImportError, RuntimeError, OSError, AttributeError) as error:
        raise SandboxUnavailable(
            f"libseccomp, which keeps student code from dangerous system calls, cannot be loaded: {error}", remedy=MEND
        ) from error
    try:
        return _compile(pyseccomp)
    except (OSError, ValueError) as error:
        raise SandboxUnavailable(f"libseccomp cannot compile the filter: {error}", remedy=MEND) from error


def _compile(library: Any) -> bytes:
    rules = library.SyscallFilter(library.ALLOW)
    denied, absent = library.ERRNO(errno.EPERM), library.ERRNO(errno.ENOSYS)
    rules.set_attr(library.Attr.ACT_BADARCH, absent)
    for names, action in ((FORBIDDEN, denied), (ABSENT, absent)):
        for name in names:
            number = _number(library, name)
            if number is not None:
                rules.add_rule(action, number)
    for number in NEWER:
        rules.add_rule(absent, number)
    for name, checks in _arguments():
        number = _number(library, name)
        if number is not None:
            arguments = (library.Arg(at, library.MASKED_EQ, mask, value) for at, mask, value in checks)
            rules.add_rule(denied, number, *arguments)
    rules.add_rule(denied, "personality", library.Arg(0, library.NE, INT))  # it may be asked, and not changed
    with os.fdopen(os.memfd_create("grader-seccomp"), "w+b") as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()


def _arguments() -> Iterator[tuple[str, tuple[tuple[int, int, int], ...]]]:
    """System calls that are denied for some arguments: name, and (position, mask, value) of all that must fit."""
    for flag in CLONE_NEW:
        yield "clone", ((0, flag, flag),)
    for request in TERMINAL:
        yield "ioctl", ((1, INT, request),)
    for call in ("socket", "socketpair"):
        for family in range(64):  # the kernel knows fewer than 50
            if family not in FAMILIES:
                yield call, ((0, INT, family),)
    for protocol in range(1, 32):  # of netlink all but the routes, 0
        yield "socket", ((0, INT, 16), (2, INT, protocol))
    for protocol in ODD_PROTOCOLS:
        yield "socket", ((2, INT, protocol),)


NUMBERS = {"listmount": 458, "statmount": 457, "quotactl_fd": 443, "memfd_secret": 447, "mount_setattr": 442}
"""Calls that an older libseccomp does not know by name."""


def _number(library: Any, name: str) -> int | None:
    """The number of a system call; None where this architecture does not have it."""
    number = int(library.resolve_syscall(library.Arch.NATIVE, name))
    if number >= 0:
        return number
    # below -1 stands a number of libseccomp's own, for a call that other architectures have
    return NUMBERS.get(name) if number == -1 else None


def trials() -> dict[str, tuple[int, ...]]:
    """Calls that must be refused, for trying it out in a sandbox: name -> number and arguments.

    Not for a process with privileges: without the filter some of them would do what they say.
    """
    seccomp_program()  # explains what is missing
    import pyseccomp  # noqa: PLC0415 - see above

    named = {name: _number(pyseccomp, name) for name in (*FORBIDDEN, *ABSENT)}
    calls: dict[str, tuple[int, ...]] = {name: (number,) for name, number in named.items() if number is not None}
    clone, ioctl, socket, personality = (
        int(pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name))
        for name in ("clone", "ioctl", "socket", "personality")
    )
    calls |= {f"clone {flag:#x}": (clone, flag | 17) for flag in CLONE_NEW}  # 17 is SIGCHLD
    calls |= {f"ioctl {request:#x}": (ioctl, 0, request) for request in TERMINAL}
    calls |= {f"socket {family}": (socket, family, 2) for family in (3, 15, 17, 29, 30, 38, 40, 44)}
    calls |= {"netlink 12": (socket, 16, 3, 12), "mptcp": (socket, 2, 1, 262), "personality": (personality, 0x40000)}
    calls["call of the future"] = (NEWER[-1],)
    # the kernel reads an int: what stands above it must not lead past the filter
    return calls | {"socket 38 and more": (socket, 38 | 1 << 32, 2), "ioctl and more": (ioctl, 0, 0x5412 | 1 << 32)}
