"""Halves of characters, which Python"s texts may hold and no file can be written with."""

HOSTILE = r"""
raise ValueError("\ud800 half \udfff a character \udcff")
"""


def write(draft):
    draft.last(HOSTILE)
