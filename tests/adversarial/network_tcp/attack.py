"""Connect to the internet, to the host and to its neighbours.

Whatever it reaches becomes an error of the cell, so that a run without one has reached nothing.
"""

HOSTILE = r"""
import socket
reached = []
for host, port in (("1.1.1.1", 443), ("8.8.8.8", 53), ("10.0.0.1", 22), ("172.17.0.1", 80),
                   ("2606:4700:4700::1111", 443), ("127.0.0.1", 22), ("127.0.0.1", 8888), ("127.0.0.1", PORT)):
    try:
        socket.create_connection((host, port), timeout=1).close()
        reached.append((host, port))
    except OSError:
        pass
assert not reached, reached
"""


def write(draft):
    draft.last(HOSTILE.replace("PORT", str(draft.port)))
