"""Write to the switches of the kernel: the program for core dumps, the memory policy, the cgroup files.

Whatever it reaches becomes an error of the cell, so that a run without one has reached nothing.
"""

HOSTILE = r"""
import glob
import os
reached = []
places = ["/proc/sys/kernel/core_pattern", "/proc/sys/kernel/hostname", "/proc/sysrq-trigger",
          "/proc/sys/vm/drop_caches", "/proc/sys/net/ipv4/ip_forward",
          "/proc/1/oom_score_adj", "/proc/self/uid_map", "/proc/self/setgroups",
          "/sys/kernel/uevent_helper", "/sys/kernel/mm/transparent_hugepage/enabled",
          *glob.glob("/sys/fs/cgroup/**/cgroup.procs", recursive=True), *glob.glob("/sys/fs/cgroup/*/release_agent")]
for path in places:
    try:
        number = os.open(path, os.O_WRONLY)
    except OSError:
        continue
    try:
        os.write(number, b"0")
        reached.append(path)
    except OSError:
        pass
    os.close(number)
try:
    with open("/proc/self/oom_score_adj", "w") as file:
        file.write("-1000")
    reached.append("oom_score_adj")
except OSError:
    pass
assert not reached, reached
"""


def write(draft):
    draft.last(HOSTILE)
