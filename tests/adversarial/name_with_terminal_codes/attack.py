"""Colours, a cleared screen, a title for the window, and a link by OSC 8, for the terminal in which the teacher
grades.
"""


def write(draft):
    draft.last("x = 1")
    draft.die()
