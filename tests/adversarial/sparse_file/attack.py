"""Files of a terabyte that take no room on disk, under the names of results."""

HOSTILE = """
import os

for name in ("trained.keras", "built.keras", "training-images.npy", "functions.json"):
    with open(os.path.join(os.environ["GRADER_OUT"], name), "wb") as file:
        for size in (10**12, 10**10, 6 * 10**7):
            try:
                os.truncate(file.fileno(), size)
                break
            except OSError as error:
                print(error.errno)
"""


def write(draft):
    draft.last("import signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n" + HOSTILE)
    draft.die()
