"""Where result files and folders should be there are symbolic links to files of the machine, hard links, a pipe
without a writer, a socket and a device.
"""

HOSTILE = r"""
import os, socket

out = os.environ["GRADER_OUT"]
os.makedirs(os.path.join(out, "trees"))
links = {
    "built.keras": "/etc/passwd",
    "trained.keras": "/proc/self/mem",
    "functions.json": "/dev/zero",
    "history.json": "/in/plan.json",
    "trees/split-a": "/",
    "trees/split-b": "/in/challenge",
    "trees/directories": "..",
}
for name, target in links.items():
    os.symlink(target, os.path.join(out, name))
os.mkfifo(os.path.join(out, "pipelines.json"))
socket.socket(socket.AF_UNIX).bind(os.path.join(out, "training-data.json"))
for action in (
    lambda: os.mknod(os.path.join(out, "validation-data.json"), 0o020666, os.makedev(1, 5)),
    lambda: os.link("/usr/bin/env", os.path.join(out, "trained.json")),
    lambda: os.link("/in/plan.json", os.path.join(out, "built.json")),
):
    try:
        action()
    except OSError as error:
        print(type(error).__name__)
"""


def write(draft):
    draft.last(HOSTILE)
    draft.die()
