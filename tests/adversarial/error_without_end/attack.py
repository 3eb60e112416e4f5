"""An error of ten million characters without a line break, and one whose message is ten thousand lines."""

HOSTILE = r"""
raise ValueError("<b>" + "A" * 400_000 + "\n" * 10_000)
"""


def write(draft):
    draft.last(HOSTILE)
