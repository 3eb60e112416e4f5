"""Display messages without content: hardly a byte, but each costs a round through the whole protocol and an output in
the notebook.
"""

HOSTILE = r"""
from IPython.display import clear_output, display
while True:
    display({}, raw=True)
    clear_output()
"""


def write(draft):
    draft.last(HOSTILE)
