"""Terminal sequences whole and cut off, and directions that are never ended, in an error's name and message."""

HOSTILE = r"""
link = "\x1b]8;;http://example.com\x1b\\click\x1b]8;;\x1b\\"
message = "\x1b[2J" + link + "\x9b1A \x1bP+q \u202egnp.exe \u2066 \x1b]52;c;cm0gLXJm\x07"
raise type("Error\x1b[31m", (Exception,), {})(message + " \x1b[")
"""


def write(draft):
    draft.last(HOSTILE)
