"""Stop the program that watches over the cells, so that nobody is left to look at the clock."""

HOSTILE = r"""
import os
import signal
os.kill(os.getppid(), signal.SIGSTOP)
"""


def write(draft):
    draft.last(HOSTILE)
