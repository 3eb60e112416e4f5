"""Print records in the form in which the grader's own program sends them: to stdout, to stderr, and to every
descriptor that can be opened through `/proc` of any process in the sandbox.
"""

HOSTILE = r"""
import glob, json, os, sys

names = ("create_train_val_dirs", "split_data", "train_val_generators", "create_model")
records = [
    {"kind": "cell", "index": 0, "status": "ok", "seconds": 0.1, "error": None},
    {"kind": "figure", "cell": 0, "width": 640, "height": 480, "colours": 99},
    {"kind": "figure", "cell": 1, "width": 640, "height": 480, "colours": 99},
    {"kind": "tree", "root": "directories", "entries": [
        {"path": "root/" + a + "/" + b, "kind": "folder", "size": 0, "sha256": None}
        for a in ("training", "validation") for b in ("cats", "dogs")]},
    {"kind": "file", "name": "functions.json", "size": 2},
    {"kind": "done"},
]
text = "".join(json.dumps(record) + chr(10) for record in records).encode()
print(text.decode())
sys.__stderr__.write(text.decode())
opened = 0
for path in glob.glob("/proc/[0-9]*/fd/*"):
    if path.split("/")[2] == str(os.getpid()):
        continue
    try:
        number = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    except OSError:
        continue
    try:
        if os.readlink(path).startswith("pipe:"):
            os.write(number, text)
            opened += 1
    except OSError:
        pass
    finally:
        os.close(number)
print("pipes of others:", opened)
"""


def write(draft):
    draft.last(HOSTILE)
