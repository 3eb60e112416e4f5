"""Folders list their files by name, whichever way a notebook asks."""

import subprocess
import sys
from pathlib import Path

BACKWARDS = """
import os
listdir, scandir = os.listdir, os.scandir
class Backwards:
    def __init__(self, entries): self.entries = iter(sorted(entries, key=lambda e: e.name, reverse=True))
    def __iter__(self): return self.entries
    def __enter__(self): return self
    def __exit__(self, *_): pass
os.listdir = lambda *given, **named: sorted(listdir(*given, **named), reverse=True)
os.scandir = lambda *given: Backwards(scandir(*given))
from grader.probe.listings import sort_listings
sort_listings()
sort_listings()
"""


WAYS = (
    "os.listdir()",
    "os.listdir(path='.')",
    "os.listdir(b'.')",
    "[e.name for e in os.scandir()]",
    "next(os.walk('.'))[2]",
    "next(os.fwalk('.'))[2]",
    "__import__('glob').glob('*')",
    "[p.name for p in __import__('pathlib').Path().iterdir()]",
    "[p.name for p in __import__('pathlib').Path().glob('*')]",
)


def test_every_way_to_list_a_folder_is_sorted(tmp_path: Path) -> None:
    for name in "badce":
        (tmp_path / name).touch()
    said = "\n".join(f"print(''.join(os.fsdecode(name) for name in {code}))" for code in WAYS)
    done = subprocess.run(
        [sys.executable, "-c", f"{BACKWARDS}\n{said}\nprint({{os.listdir, os.scandir}} <= os.supports_fd)"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == ["abcde"] * len(WAYS) + ["True"], done.stderr
