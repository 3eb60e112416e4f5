"""File and folder names with line feeds, escape sequences of terminals, marks that turn the direction of writing,
mark-up, commands for GitHub and halves of surrogate pairs, in the folders that reports tell of.
"""

HOSTILE = r"""
import os

NAMES = (
    b"a\nb", b"\x1b[2J\x1b]0;owned\x07", "\u202ecod.exe".encode(), b"<img src=spoken onerror=alert(1)>",
    b"::error::owned", b"=cmd|calc", b"\xff\xfe", b"[bold]rich[/bold]", b"{0.__class__}", b"]]>", b"x" * 255,
)

def create_train_val_dirs(root_path):
    for name in NAMES:
        os.makedirs(os.path.join(os.fsencode(root_path), name))

def split_data(SOURCE_DIR, TRAINING_DIR, VALIDATION_DIR, SPLIT_SIZE):
    for name in NAMES:
        with open(os.path.join(os.fsencode(TRAINING_DIR), name), "w") as file:
            file.write(SOURCE_DIR)
        print(name.decode("utf-8", "replace"))
    raise ValueError(b"".join(NAMES).decode("utf-8", "replace"))

class Named(Exception):
    pass

Named.__name__ = Named.__qualname__ = "\x1b[31m<b>::warning::x"

def create_model():
    raise Named("{0.__class__.__mro__} {expected!r:>{width}}")
"""


def write(draft):
    draft.last(HOSTILE)
