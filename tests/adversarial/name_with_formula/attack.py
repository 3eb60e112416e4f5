"""A name that a spreadsheet takes for a formula as soon as it opens `grades.csv`."""


def write(draft):
    draft.last("x = 1")
    draft.die()
