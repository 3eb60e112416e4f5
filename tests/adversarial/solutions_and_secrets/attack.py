"""Look for the solution, the rubric, the course's secret and the labels of the holdout where they lie: around the
grader's own package, around its inputs, and above everything that is mounted.

Whatever it reaches becomes an error of the cell, so that a run without one has reached nothing.
"""

HOSTILE = r"""
import os
import grader
wanted = {"solution.ipynb", "rubric.toml", "course.toml", "labels.json", ".grader", "solutions", "holdout", ".git"}
above = {os.path.dirname(os.path.dirname(grader.__file__)), os.environ["GRADER_IN"], os.getcwd()}
for line in open("/proc/self/mountinfo"):
    above.add(os.path.dirname(line.split()[4]))
    above.add(os.path.dirname(line.split()[3]))
reached = []
for place in sorted(above):
    while True:
        for name in wanted:
            for path in (os.path.join(place, name), os.path.join(place, ".." , name)):
                if os.path.exists(path):
                    reached.append(path)
        if place in ("/", ""):
            break
        place = os.path.dirname(place)
assert not reached, reached
"""


def write(draft):
    draft.last(HOSTILE)
