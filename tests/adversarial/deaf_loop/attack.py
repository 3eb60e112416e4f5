"""A loop that swallows `KeyboardInterrupt`, which is all that an interrupted cell gets to see.

Python 3.11 sees an interrupt at the end of a loop within a `try` outside of the `try`. The sum makes that moment rare.
"""

HOSTILE = r"""
while True:
    try:
        while True:
            sum(range(10_000_000))
    except BaseException:
        pass
"""


def write(draft):
    draft.last(HOSTILE)
