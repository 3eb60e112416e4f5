"""What ends a CDATA section, entities, control characters that no XML may hold, and NUL, for `junit.xml`."""

HOSTILE = r"""
controls = "".join(map(chr, range(32)))
raise ValueError("]]><failure message='x'/>&boom;<!ENTITY x SYSTEM 'file:///etc/passwd'>" + controls + "\ufffe\uffff")
"""


def write(draft):
    draft.last(HOSTILE)
