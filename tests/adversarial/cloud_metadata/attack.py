"""The address at which clouds hand out their credentials to every process of a machine.

Whatever it reaches becomes an error of the cell, so that a run without one has reached nothing.
"""

HOSTILE = r"""
import urllib.request
reached = []
for address in ("169.254.169.254", "[fd00:ec2::254]", "metadata.google.internal", "100.100.100.200", "169.254.170.2"):
    try:
        request = urllib.request.Request(f"http://{address}/latest/meta-data/", headers={"Metadata-Flavor": "Google"})
        reached.append(urllib.request.urlopen(request, timeout=1).read())
    except OSError:
        pass
assert not reached, reached
"""


def write(draft):
    draft.last(HOSTILE)
