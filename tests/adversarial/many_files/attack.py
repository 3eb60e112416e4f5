"""Ten thousand files and folders where results are taken out, and a tree that is a hundred folders deep."""

HOSTILE = """
import os

out = os.environ["GRADER_OUT"]
for number in range(10_000):
    with open(os.path.join(out, f"{number}.json"), "w") as file:
        file.write("{}")
for tree in range(200):
    os.makedirs(os.path.join(out, "trees", f"tree-{tree}", *["d"] * 100))
for number in range(10_000):
    os.mkdir(os.path.join(out, "trees", "tree-0", "n" * 200 + str(number)))
"""


def write(draft):
    draft.last(HOSTILE)
    draft.die()
