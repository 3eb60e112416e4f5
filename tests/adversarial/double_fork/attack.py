"""A daemon in the book's manner: fork, new session, fork again, no terminal, deaf to every signal that it may be deaf
to. Who kills the kernel's process group does not find it.
"""

HOSTILE = r"""
import os
import signal
import time
if os.fork() == 0:
    os.setsid()
    if os.fork():
        os._exit(0)
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    while True:
        time.sleep(1)
        try:
            open(os.path.join(os.environ["GRADER_OUT"], "late.json"), "w").write("{}")
        except OSError:
            pass
os.wait()
"""


def write(draft):
    draft.last(HOSTILE)
    draft.die()
