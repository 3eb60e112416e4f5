"""Print for ever. Whoever keeps the output in order to show it runs out of memory, outside of the sandbox."""

HOSTILE = r"""
while True:
    print("all work and no play makes a dull report " * 200)
"""


def write(draft):
    draft.last(HOSTILE)
