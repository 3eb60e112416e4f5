"""Handlers that run when the interpreter ends, and a process of its own session that outlives it, write the result
files last.
"""

HOSTILE = """
import atexit, signal, time
atexit.register(forge)
for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
    signal.signal(number, lambda *_: forge())
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for _ in range(3000):
            time.sleep(0.02)
            forge()
    os._exit(0)
"""


def write(draft):
    draft.last(draft.forgery + HOSTILE)
