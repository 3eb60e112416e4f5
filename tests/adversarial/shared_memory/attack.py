"""Write to `/dev/shm` until it is full. It is no disk in the sense of quotas, and no memory in the sense of a
process.
"""

HOSTILE = r"""
block = bytes(2**20)
number = 0
while True:
    with open(f"/dev/shm/{number}", "wb") as file:
        for _ in range(32):
            file.write(block)
    number += 1
"""


def write(draft):
    draft.last(HOSTILE)
