"""Sockets with abstract names belong to no folder, so that hiding folders does not hide them. One of the host's
listens under a name that this notebook knows; others are in `/proc/net/unix`.

Whatever it reaches becomes an error of the cell, so that a run without one has reached nothing.
"""

HOSTILE = r"""
import socket
names = {"\0NAME", "/run/dbus/system_bus_socket", "/run/docker.sock", "/var/run/docker.sock",
         "/run/containerd/containerd.sock", "/run/systemd/private", "/tmp/.X11-unix/X0", "\0/tmp/.X11-unix/X0"}
mine = set()
for line in open("/proc/net/unix").read().splitlines()[1:]:
    parts = line.split()
    if len(parts) == 8 and parts[7].startswith("@"):
        mine.add(parts[7])
        names.add("\0" + parts[7][1:])
reached = []
for name in names:
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(name)
            reached.append(name)
        except OSError:
            pass
assert not reached, reached
"""


def write(draft):
    draft.last(HOSTILE.replace("NAME", draft.socket_name))
