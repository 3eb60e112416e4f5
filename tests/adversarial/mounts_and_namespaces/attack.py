"""Mount, unmount, change the root, make namespaces and enter those of others.

Whatever it reaches becomes an error of the cell, so that a run without one has reached nothing.
"""

HOSTILE = r"""
import ctypes
import os
libc = ctypes.CDLL(None, use_errno=True)
reached = []
def attempt(name, result):
    if result >= 0:
        reached.append(name)
attempt("mount", libc.mount(b"none", b"/tmp", b"tmpfs", 0, None))
attempt("remount", libc.mount(b"none", b"/", None, 32 | 4096, None))
attempt("bind", libc.mount(b"/", b"/work", None, 4096, None))
for place in (b"/proc", b"/dev", b"/tmp", b"/in", b"/usr"):
    attempt("umount", libc.umount2(place, 2))
attempt("chroot", libc.chroot(b"/tmp"))
attempt("pivot_root", libc.syscall(155, b"/tmp", b"/tmp"))
for flag in (0x10000000, 0x20000, 0x40000000, 0x20000000, 0x2000000):
    attempt(f"unshare {flag:x}", libc.unshare(flag))
attempt("open_tree", libc.syscall(428, -100, b"/", 1))
attempt("fsopen", libc.syscall(430, b"tmpfs", 0))
for kind in ("user", "mnt", "pid", "net"):
    for pid in ("1", str(os.getppid())):
        try:
            number = os.open(f"/proc/{pid}/ns/{kind}", os.O_RDONLY)
        except OSError:
            continue
        attempt(f"setns {kind}", libc.setns(number, 0))
assert not reached, reached
"""


def write(draft):
    draft.last(HOSTILE)
