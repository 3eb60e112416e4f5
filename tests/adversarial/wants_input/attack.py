"""Ask for input, for ever. A frontend that says it could answer waits until somebody does."""

HOSTILE = r"""
import getpass
while True:
    try:
        input("Your name? ")
        getpass.getpass("And your password? ")
    except Exception as error:
        last = error
        break
raise last
"""


def write(draft):
    draft.last(HOSTILE)
