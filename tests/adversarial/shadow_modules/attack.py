"""Modules named like the grader's own and those it uses stand in the working folder, at the head of `sys.path` and in
`sys.modules`.
"""

HOSTILE = """
import sys, types

folder = os.path.join(os.getcwd(), "shadow")
os.makedirs(os.path.join(folder, "grader", "probe"), exist_ok=True)
for name in ("grader/__init__.py", "grader/probe/__init__.py", "json.py", "pathlib.py", "sitecustomize.py"):
    for root in (folder, os.getcwd()):
        os.makedirs(os.path.dirname(os.path.join(root, name)), exist_ok=True)
        with open(os.path.join(root, name), "w") as file:
            file.write("")
sys.path.insert(0, folder)
fake = types.ModuleType("grader")
fake.probe = types.ModuleType("grader.probe")
fake.probe.inside = types.ModuleType("grader.probe.inside")
fake.probe.inside.main = forge
fake.__path__ = fake.probe.__path__ = []
sys.modules.update({"grader": fake, "grader.probe": fake.probe, "grader.probe.inside": fake.probe.inside})
"""


def write(draft):
    draft.last(draft.forgery + HOSTILE)
