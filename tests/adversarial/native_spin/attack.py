"""Threads that compute in C hear no interrupt, and go on when their cell has long ended: no cell ever takes too
long.
"""

HOSTILE = r"""
import hashlib
import threading
for _ in range(4):
    threading.Thread(
        target=hashlib.pbkdf2_hmac, args=("sha256", b"password", b"salt", 2_000_000_000), daemon=True
    ).start()
"""


def write(draft):
    draft.last(HOSTILE)
    draft.last("import time; time.sleep(20)")
