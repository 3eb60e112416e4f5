"""Mark-up of rich, which the terminal"s table is made with."""


def write(draft):
    draft.last("x = 1")
    draft.die()
