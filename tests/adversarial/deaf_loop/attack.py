"""A loop that swallows `KeyboardInterrupt`, which is all that an interrupted cell gets to see."""

HOSTILE = r"""
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
"""


def write(draft):
    draft.last(HOSTILE)
