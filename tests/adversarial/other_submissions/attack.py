"""Look for other people's notebooks, on disk and in the memory files of other processes."""

HOSTILE = r"""
import glob
import os
own = os.path.realpath(os.path.join(os.environ["GRADER_IN"], "notebook.ipynb"))
reached = []
for folder, folders, files in os.walk("/"):
    folders[:] = [name for name in folders if name not in ("usr", "proc", "sys", "site-packages", "PetImages")]
    for name in files:
        path = os.path.join(folder, name)
        if name.endswith(".ipynb") and os.path.realpath(path) != own:
            reached.append(path)
            print(path, open(path).read()[:20_000])
for path in glob.glob("/proc/[0-9]*/fd/*"):
    try:
        target = os.readlink(path)
    except OSError:
        continue
    if "ipynb" in target or "memfd:grader" in target:
        print(target, open(path, "rb").read(20_000))
assert not reached, reached
"""


def write(draft):
    draft.last(HOSTILE)
