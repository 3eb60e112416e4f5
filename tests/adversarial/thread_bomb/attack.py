"""Threads are no processes, and a limit that counts those alone lets thousands of them through."""

HOSTILE = r"""
import threading
import time
while True:
    try:
        threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
    except RuntimeError:
        time.sleep(0.2)
"""


def write(draft):
    draft.last(HOSTILE)
