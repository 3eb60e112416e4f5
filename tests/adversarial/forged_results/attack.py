"""Write the files that the probe would write, each of them in good form, and end the kernel before the probe can write
others in their place.
"""

HOSTILE = """
import signal
forge()
os.kill(os.getpid(), signal.SIGKILL)
"""


def write(draft):
    draft.last(draft.forgery + HOSTILE)
