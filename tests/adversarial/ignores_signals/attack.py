"""Ignore every signal that can be ignored, in the kernel and in a child in a group of its own."""

HOSTILE = r"""
import os
import signal
import time
for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
if os.fork() == 0:
    os.setpgid(0, 0)
    while True:
        time.sleep(1000)
while True:
    time.sleep(1000)
"""


def write(draft):
    draft.last(HOSTILE)
