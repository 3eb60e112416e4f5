"""Empty files take no bytes, so that a limit on bytes never holds them; the file system runs out of inodes instead."""

HOSTILE = r"""
import os
for number in range(1_000_000):
    os.close(os.open(f"/tmp/{number}", os.O_CREAT | os.O_WRONLY))
"""


def write(draft):
    draft.last(HOSTILE)
