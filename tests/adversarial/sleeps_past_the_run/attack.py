"""Cells that each sleep a little less than a cell may, and so many of them that the run never ends."""

HOSTILE = r"""
import time
time.sleep(1000)
"""


def write(draft):
    draft.last(HOSTILE)
