"""Arrays of ones, one after the other, until the machine has no memory left for anybody.

An `RLIMIT_AS` would stop it, and TensorFlow with it, which reserves far more address space than it uses.
"""

HOSTILE = r"""
import numpy
kept = []
while True:
    kept.append(numpy.ones(2**24))
"""


def write(draft):
    draft.last(HOSTILE)
