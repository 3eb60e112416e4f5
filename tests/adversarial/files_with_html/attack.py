"""Files that a splitting function made, with names that are HTML, formulas and half characters."""

HOSTILE = r"""
import os
script = "<script>alert('from-file')</script>".replace("/", "\u2215")
names = [script, "=1+1", "\udcff\udc80", "\x1b[2J", "a\n::error::b", "\u202egpj", "]]>", "x" * 250]
for tree in ("split-a", "split-b", "directories"):
    for part in ("training", "validation", "source"):
        folder = os.path.join(os.environ["GRADER_OUT"], "trees", tree, part)
        os.makedirs(folder)
        for name in names:
            with open(os.path.join(folder, name), "w") as file:
                file.write(name[:1])
        os.mkdir(os.path.join(folder, "<img src=x onerror=alert(1)>"))
for name in ("split-a", "split-b", "directories"):
    with open(os.path.join(os.environ["GRADER_OUT"], name + ".json"), "w") as file:
        file.write('{"error": null, "stdout": "", "listing": ["=1+1", "<script>"]}')
"""


def write(draft):
    draft.last(HOSTILE)
    draft.die()
