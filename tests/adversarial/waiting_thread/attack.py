"""A thread waits for the probe and overwrites its result files as they appear; it keeps on until the kernel is dead."""

HOSTILE = """
import threading, time

def wait():
    while True:
        if os.path.exists(os.path.join(out, "functions.json")):
            try:
                forge()
            except OSError:
                pass
        time.sleep(0.01)

threading.Thread(target=wait, daemon=True).start()
"""


def write(draft):
    draft.last(draft.forgery + HOSTILE)
