"""Files of `memfd_create` lie in memory, belong to no disk, and are in the resident size of no process, so that a
watchdog that adds up processes never sees them. Each stays below the limit of one file.
"""

HOSTILE = r"""
import os
block = bytes(2**20)
kept = []
while True:
    number = os.memfd_create("more")
    kept.append(number)
    for _ in range(48):
        os.write(number, block)
"""


def write(draft):
    draft.last(HOSTILE)
