"""Downloads and checkouts, made for the tests."""

import os
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

WEEK = "week1"
MOMENT = "2026-11-01T12:00:00+0100"


@pytest.fixture
def room(tmp_path: Path) -> Path:
    folder = tmp_path / "room"
    folder.mkdir()
    return folder


@pytest.fixture
def zipped(tmp_path: Path) -> Callable[..., Path]:
    """Makes a zip of entries: a name, or what `ZipInfo` says; each holds its own name unless told otherwise."""

    def make(*entries: str | tuple[str | zipfile.ZipInfo, bytes], name: str = "class.zip") -> Path:
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            for entry in entries:
                packed.writestr(*((entry, entry.encode()) if isinstance(entry, str) else entry))
        return path

    return make


@pytest.fixture
def clone(tmp_path: Path) -> Callable[..., Path]:
    """Makes a git checkout of one commit with some files, in `clones/`."""

    def make(student: str, *files: str, when: str = MOMENT, packed: bool = False) -> Path:
        folder = tmp_path / "clones" / student
        folder.mkdir(parents=True)
        for file in files:
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_text(file)
        environment = {
            **os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_COMMITTER_DATE": when,
        }  # fmt: skip
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "gc.auto=0"]
        for command in (
            ["init", "-q", "-b", "main"],
            ["add", "-A"],
            ["commit", "-q", "-m", "work", "--allow-empty"],
            *([["gc", "-q"]] if packed else []),
        ):
            subprocess.run(["git", *identity, *command], cwd=folder, env=environment, check=True, capture_output=True)
        return folder

    return make
