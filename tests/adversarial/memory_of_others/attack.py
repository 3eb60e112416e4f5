"""Attach to the program that runs the notebook, read its memory and write to it. Who controls it controls the one
pipe.

Whatever it reaches becomes an error of the cell, so that a run without one has reached nothing.
"""

HOSTILE = r"""
import ctypes
import os
libc = ctypes.CDLL(None, use_errno=True)
reached = []
for pid in [int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()]:
    for request in (16, 0x4206):  # PTRACE_ATTACH, PTRACE_SEIZE
        if libc.ptrace(request, pid, None, None) == 0:
            reached.append(("ptrace", pid))
    try:
        os.close(os.open(f"/proc/{pid}/mem", os.O_RDWR))
        reached.append(("mem", pid))
    except OSError:
        pass
    buffer = ctypes.create_string_buffer(8)

    class Range(ctypes.Structure):
        _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]

    here, there = Range(ctypes.addressof(buffer), 8), Range(0x400000, 8)
    if libc.process_vm_readv(pid, ctypes.byref(here), 1, ctypes.byref(there), 1, 0) > 0:
        reached.append(("readv", pid))
    number = libc.syscall(434, pid, 0)  # pidfd_open
    if number >= 0 and libc.syscall(438, number, 3, 0) >= 0:  # pidfd_getfd
        reached.append(("descriptor", pid))
assert not reached, reached
"""


def write(draft):
    draft.last(HOSTILE)
