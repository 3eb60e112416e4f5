"""The agent's socket, the keys beside it, and what git and cloud programs keep in the home folder."""

HOSTILE = r"""
import glob
import os
import socket
print({name: value for name, value in os.environ.items() if "SSH" in name or "TOKEN" in name or "GPG" in name})
homes = {os.path.expanduser("~"), os.environ.get("HOME", ""), "/root", *glob.glob("/home/*"), "/tmp/home"}
for home in homes:
    for kept in (".ssh/*", ".aws/*", ".config/gcloud/*", ".git-credentials", ".netrc", ".kaggle/*", ".docker/*"):
        for path in glob.glob(os.path.join(home, kept)):
            print(path, open(path, "rb").read(4096))
            raise AssertionError(path)
reached = []
for path in [os.environ.get("SSH_AUTH_SOCK", ""), *glob.glob("/tmp/ssh-*/agent*"), *glob.glob("/run/user/*/*")]:
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(path)
            reached.append(path)
        except OSError:
            pass
assert not reached, reached
"""


def write(draft):
    draft.last(HOSTILE)
