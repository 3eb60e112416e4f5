"""Change what the next run will read: packages, the grader, the data set, the inputs, the system.

Whatever it reaches becomes an error of the cell, so that a run without one has reached nothing.
"""

HOSTILE = r"""
import os
import sys
import grader
import numpy
places = [os.path.dirname(numpy.__file__), os.path.dirname(grader.__file__), sys.prefix, os.path.dirname(sys.prefix),
          "/usr/lib", "/etc", "/", "/in", "/in/challenge", "/tmp/PetImages", "/tmp/PetImages/Cat", "/proc", "/dev"]
reached = []
for place in places:
    path = os.path.join(place, "sitecustomize.py")
    try:
        with open(path, "w") as file:
            file.write("print('mine')")
        reached.append(path)
    except OSError:
        pass
for path in [*sys.path, sys.executable, grader.__file__, "/tmp/PetImages/Cat", "/in/plan.json"]:
    try:
        os.chmod(path, 0o777)
        reached.append(path)
    except OSError:
        pass
    try:
        os.rename(path, path + ".old")
        reached.append(path)
    except OSError:
        pass
assert not reached, reached
"""


def write(draft):
    draft.last(HOSTILE)
