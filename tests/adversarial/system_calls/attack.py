"""Calls that no notebook needs, each of which has been a way into the kernel.

Whatever it reaches becomes an error of the cell, so that a run without one has reached nothing.
"""

HOSTILE = r"""
import ctypes
import platform
libc = ctypes.CDLL(None, use_errno=True)
room = ctypes.create_string_buffer(256)
calls = {
    "add_key": (248, b"user", b"name", b"x", 1, -3), "keyctl": (250, 0, -3, 0),
    "request_key": (249, b"user", b"a", None, 0), "bpf": (321, 0, room, 128),
    "perf_event_open": (298, room, 0, -1, -1, 0), "userfaultfd": (323, 0), "io_uring_setup": (425, 8, room),
    "kexec_load": (246, 0, 0, None, 0), "init_module": (175, b"", 0, b""), "finit_module": (313, 0, b"", 0),
    "swapon": (167, b"/tmp/x", 0), "reboot": (169, 0xFEE1DEAD, 672274793, 0, None), "acct": (163, b"/tmp/x"),
    "sethostname": (170, b"mine", 4), "open_by_handle_at": (304, -100, room, 0), "iopl": (172, 3),
}
reached = []
if platform.machine() == "x86_64":
    for name, words in calls.items():
        if libc.syscall(*words) >= 0:
            reached.append(name)
assert not reached, reached
"""


def write(draft):
    draft.last(HOSTILE)
