"""Trace the probe with `sys.settrace`, `sys.setprofile` and a patched `threading`, and write what it should have found
whenever one of its functions returns.
"""

HOSTILE = """
import sys

def trace(frame, event, argument):
    if "probe" in frame.f_code.co_filename:
        if event == "return":
            sys.settrace(None)
            forge()
            sys.settrace(trace)
        return trace
    return trace if event == "call" else None

sys.settrace(trace)
sys.setprofile(lambda frame, event, argument: trace(frame, event, argument) and None)
"""


def write(draft):
    draft.last(draft.forgery + HOSTILE)
