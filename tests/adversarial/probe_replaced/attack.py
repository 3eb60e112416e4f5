"""Import the grader's own probe first and replace its entry point and helpers by functions that forge."""

HOSTILE = """
import sys
from grader.probe import inside, step

inside.main = inside.run_probes = lambda *args, **kwargs: forge()
step.write_json = lambda path, record: None
"""


def write(draft):
    draft.last(draft.forgery + HOSTILE)
