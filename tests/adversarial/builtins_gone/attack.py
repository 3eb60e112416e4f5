"""Redefine `print`, `open`, `len`, `isinstance` and `Exception` for every module of the process, empty the namespace,
and let garbage collection, `os` and `signal` answer nonsense. The probe has to end as something that can be
reported.
"""

HOSTILE = """
import builtins, os, signal

signal.setitimer = lambda *args: None
os.replace = os.listdir = lambda *args, **kwargs: []
builtins.isinstance = lambda thing, kind: True
builtins.print = builtins.callable = lambda *args, **kwargs: True
builtins.len = lambda thing: 100
"""


def write(draft):
    draft.last("%reset -f")
    draft.last(HOSTILE)
