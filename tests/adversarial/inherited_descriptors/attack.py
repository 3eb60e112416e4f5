"""An open folder that was inherited leads anywhere by way of `..`, whatever is mounted where.

Whatever it reaches becomes an error of the cell, so that a run without one has reached nothing.
"""

HOSTILE = r"""
import os
import stat
reached = []
for name in os.listdir("/proc/self/fd"):
    number = int(name)
    try:
        mode = os.fstat(number).st_mode
        target = os.readlink(f"/proc/self/fd/{name}")
    except OSError:
        continue
    if stat.S_ISDIR(mode) and not target.startswith("/proc"):
        reached.append(target)
    if stat.S_ISREG(mode) and not target.startswith(("/work", "/tmp", "/out", "/dev/shm")):
        if os.access(f"/proc/self/fd/{name}", os.W_OK):
            reached.append(target)
    if "/.." in target or "(unreachable)" in target:
        reached.append(target)
assert not reached, reached
"""


def write(draft):
    draft.last(HOSTILE)
