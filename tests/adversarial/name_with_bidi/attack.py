"""Directions and invisible characters that make a name read as another one"s."""


def write(draft):
    draft.last("x = 1")
    draft.die()
