"""Imports point one way, and nothing that runs no model imports TensorFlow."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "grader"
HEAVY = {"tensorflow", "keras", "nbconvert", "nbclient", "ipykernel"}
FORBIDDEN = {
    "judge": {"sandbox", "probe", "measure", "report", "authoring", "datasets"} | HEAVY,
    "report": {"sandbox", "probe", "measure", "authoring", "datasets"} | HEAVY,
    "measure": {"judge", "report", "authoring"} | HEAVY,
    "probe": {"judge", "rubric", "report", "measure", "sandbox", "course", "datasets", "authoring"},
    "authoring": {"sandbox", "probe", "measure", "report", "datasets"} | HEAVY,
    "bases": {"judge", "sandbox", "probe", "measure", "report", "authoring", "rubric", "course"},
    "ci": {"judge", "sandbox", "probe", "measure", "authoring"} | HEAVY,
    "export": {"judge", "sandbox", "probe", "measure", "authoring", "datasets"} | HEAVY,
    "intake": {"judge", "sandbox", "probe", "measure", "report", "authoring", "rubric"} | HEAVY,
    "datasets": {"judge", "sandbox", "probe", "measure", "report", "authoring", "rubric"} | HEAVY,
    "gradebook": {"judge", "sandbox", "probe", "measure", "report", "authoring", "datasets"} | HEAVY,
    "cluster": {"judge", "rubric", "measure", "report", "authoring", "datasets", "gradebook", "run", "grade"} | HEAVY,
    "review": {"sandbox", "probe", "measure", "authoring", "selfcheck"} | HEAVY,
    "selfcheck": {"sandbox", "gradebook", "review"} | HEAVY,
    "sandbox": {"judge", "rubric", "measure", "report", "authoring", "datasets"} | HEAVY,
}


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


@pytest.mark.parametrize("room", sorted(FORBIDDEN))
def test_a_room_imports_only_what_its_door_allows(room):
    banned = {f"grader.{name}" if name not in HEAVY else name for name in FORBIDDEN[room]}
    for path in (ROOT / room).rglob("*.py"):
        for name in imported(path):
            for bad in banned:
                assert name != bad, f"{path} imports {name}"
                assert not name.startswith(bad + "."), f"{path} imports {name}"


def test_the_nouns_import_no_room():
    rooms = {f"grader.{path.name}" for path in ROOT.iterdir() if path.is_dir()}
    for noun in (
        "base",
        "errors",
        "model",
        "observation",
        "rubric",
        "scorecard",
        "course",
        "submission",
        "notebook",
        "lateness",
        "stored",
    ):
        for name in imported(ROOT / f"{noun}.py"):
            assert not any(name == room or name.startswith(room + ".") for room in rooms), f"{noun} imports {name}"


@pytest.mark.parametrize("command", [["--help"], ["generate", "--help"], ["grade", "--help"], ["doctor", "--help"]])
def test_help_imports_neither_tensorflow_nor_a_notebook_runner(command):
    code = f"import sys\nfrom grader.cli import main\ntry:\n    main({command!r})\nexcept SystemExit:\n    pass\n"
    code += f"assert not set(sys.modules) & {HEAVY!r}, set(sys.modules) & {HEAVY!r}\n"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
