"""Make device files, and open those that lead to disks, memory and virtual machines.

Whatever it reaches becomes an error of the cell, so that a run without one has reached nothing.
"""

HOSTILE = r"""
import os
import stat
reached = []
for name, major, minor in (("disk", 8, 0), ("memory", 1, 1), ("kvm", 10, 232)):
    try:
        os.mknod(f"/tmp/{name}", stat.S_IFBLK | 0o666, os.makedev(major, minor))
        reached.append(name)
    except OSError:
        pass
for name in ("mem", "kmsg", "port", "kvm", "sda", "nvme0n1", "vda", "loop0", "fuse", "net/tun", "nvidia0", "vhost-net"):
    try:
        os.close(os.open(f"/dev/{name}", os.O_RDWR))
        reached.append(name)
    except OSError:
        pass
assert not reached, reached
"""


def write(draft):
    draft.last(HOSTILE)
