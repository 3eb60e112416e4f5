"""Finalisers, garbage collection, threads that are no daemons and exit handlers that each wait for ever, so that a
kernel that is asked to end never does.
"""

HOSTILE = r"""
import atexit
import gc
import threading
import time

class Sticky:
    def __del__(self):
        time.sleep(1000)

sticky = Sticky()
sticky.itself = sticky
atexit.register(time.sleep, 1000)
threading.Thread(target=time.sleep, args=(1000,)).start()
gc.set_threshold(1_000_000)
import sys
sys.exit(0)
"""


def write(draft):
    draft.last(HOSTILE)
