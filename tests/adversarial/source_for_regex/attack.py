"""A line of 150,000 spaces in an otherwise valid cell. Reading sources with a regular expression that may begin in
more than one place takes quadratic time, on the grader's side, where no limit holds.
"""


def write(draft):
    draft.last("x = 1\n" + " " * 150_000 + "\ny = '" + " " * 150_000 + "'\n" + "a, " * 50_000 + "a")
