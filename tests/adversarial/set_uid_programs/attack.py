"""Programs that run as root for everybody, and the terminal that a teacher types into.

Whatever it reaches becomes an error of the cell, so that a run without one has reached nothing.
"""

HOSTILE = r"""
import fcntl
import os
import stat
import subprocess
reached = []
for folder in ("/usr/bin", "/usr/sbin", "/usr/lib/openssh", "/usr/lib/dbus-1.0"):
    for name in os.listdir(folder) if os.path.isdir(folder) else ():
        path = os.path.join(folder, name)
        try:
            if os.lstat(path).st_mode & stat.S_ISUID and not os.path.islink(path):
                said = subprocess.run([path], capture_output=True, stdin=subprocess.DEVNULL, timeout=5)
        except (OSError, subprocess.TimeoutExpired):
            continue
        if os.geteuid() == 0:
            reached.append(path)
for number in (0, 1, 2):
    try:
        fcntl.ioctl(number, 0x5412, b"x")
        reached.append("TIOCSTI")
    except OSError:
        pass
try:
    os.close(os.open("/dev/tty", os.O_RDWR))
    reached.append("/dev/tty")
except OSError:
    pass
for attempt in (lambda: os.setuid(0), lambda: os.setgid(0), lambda: os.setgroups([0])):
    try:
        attempt()
        reached.append("became root")
    except OSError:
        pass
assert "NoNewPrivs:\t1" in open("/proc/self/status").read()
assert not reached, reached
"""


def write(draft):
    draft.last(HOSTILE)
