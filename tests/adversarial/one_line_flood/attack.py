"""One line of 64 million characters in one message: a reader that looks at lines has to take it as a whole."""

HOSTILE = r"""
import sys
sys.stdout.write("x" * 64_000_000)
"""


def write(draft):
    draft.last(HOSTILE)
