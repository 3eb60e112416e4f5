"""Folders within folders, three thousand deep, where the grader lists what functions made: paths longer than the
system takes, and recursion in whoever walks them.
"""

HOSTILE = r"""
import os
os.makedirs(os.path.join(os.environ["GRADER_OUT"], "trees", "directories"))
os.chdir(os.path.join(os.environ["GRADER_OUT"], "trees", "directories"))
for _ in range(3000):
    os.mkdir("deeper")
    os.chdir("deeper")
"""


def write(draft):
    draft.last(HOSTILE)
    draft.die()
