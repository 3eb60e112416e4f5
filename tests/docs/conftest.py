"""What a reader of the docs has before them: an empty folder, and the `grader` command."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The reader's: `grader` and `python` are ours, and the gradebook is the course's own."""
    path = tmp_path_factory.mktemp("bin")
    for name, module in (("grader", ["-m", "grader"]), ("python", [])):
        command = " ".join([sys.executable, *module])
        (path / name).write_text(f'#!/bin/sh\nexec {command} "$@"\n')
        (path / name).chmod(0o755)
    left = {"GRADER_GRADEBOOK", "FORCE_COLOR"}
    return {
        **{name: value for name, value in os.environ.items() if name not in left},
        "PATH": f"{path}:{os.environ['PATH']}",
        "COLUMNS": "100",
        "NO_COLOR": "1",
    }


@pytest.fixture(scope="session")
def matches() -> Callable[[str, str], bool]:
    """Whether an output is what a page says, `...` standing for whatever is there."""

    def compare(expected: str, actual: str) -> bool:
        pattern = ""
        for line in (line.rstrip() for line in expected.strip().splitlines()):
            pattern += r"(?:.*\n)*?" if line == "..." else re.escape(line).replace(r"\.\.\.", ".*") + r" *\n"
        return re.fullmatch(pattern, actual.strip("\n") + "\n") is not None

    return compare


@pytest.fixture(scope="session")
def shell(environment: Mapping[str, str]) -> Callable[[str, Path, Path], subprocess.CompletedProcess[str]]:
    """Runs commands in a folder; leaves in a file the folder that they end in."""

    def run(text: str, folder: Path, end: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", f"trap 'pwd > \"{end}\"' EXIT\n{text}"],
            cwd=folder,
            env=dict(environment),
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
            timeout=900,
        )

    return run
