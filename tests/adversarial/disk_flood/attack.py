"""Write files of allowed size to `/tmp` until nothing can be written there any more, the grader's own files
included.
"""

HOSTILE = r"""
import os
block = os.urandom(2**20)
number = 0
while True:
    with open(f"/tmp/{number}", "wb") as file:
        for _ in range(48):
            file.write(block)
    number += 1
"""


def write(draft):
    draft.last(HOSTILE)
