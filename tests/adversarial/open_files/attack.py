"""Open pipes until none is left for anybody, in many processes, as the kernel's limit holds for each of them alone."""

HOSTILE = r"""
import os
import time
for _ in range(40):
    if os.fork() == 0:
        try:
            while True:
                os.pipe()
        except OSError:
            time.sleep(1000)
time.sleep(1000)
"""


def write(draft):
    draft.last(HOSTILE)
