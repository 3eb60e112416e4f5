"""A stopped process is alive, hears no interrupt, uses no processor time and no memory."""

HOSTILE = r"""
import os
import signal
os.kill(os.getpid(), signal.SIGSTOP)
"""


def write(draft):
    draft.last(HOSTILE)
