"""Temporary folders go with their grader, or with the next one."""

import subprocess
import sys
import tempfile
import threading

import pytest

from grader.scratch import scratch_folder, sweep

KILLED = """
import os, signal
from grader.scratch import scratch_folder
with scratch_folder("run") as folder:
    (folder / "deep").mkdir()
    (folder / "deep" / "file").write_text("x")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    yield tmp_path
    tempfile.tempdir = None


def test_a_folder_goes_with_its_context(temporary):
    with scratch_folder("run") as folder:
        (folder / "file").write_text("x")
        assert folder.parent == temporary
    assert not list(temporary.iterdir())


def test_what_a_killed_grader_left_is_swept(temporary):
    assert subprocess.run([sys.executable, "-c", KILLED], check=False).returncode == -9
    assert len(list(temporary.iterdir())) == 1
    assert sweep() == 1
    assert not list(temporary.iterdir())


def test_what_is_in_use_is_left_alone(temporary):
    with scratch_folder("run") as folder:
        assert sweep() == 0
        assert folder.is_dir()


def test_nothing_else_is_touched(temporary):
    (temporary / "grader-notes").mkdir()
    (temporary / "grader-scratch-file").write_text("x")
    (temporary / "elsewhere").mkdir()
    (temporary / "grader-scratch-run-link").symlink_to(temporary / "elsewhere")
    assert sweep() == 0
    assert len(list(temporary.iterdir())) == 4


def test_folders_are_made_while_others_are_swept(temporary):
    end = threading.Event()

    def sweeping() -> None:
        while not end.is_set():
            sweep()

    thread = threading.Thread(target=sweeping)
    thread.start()
    try:
        for _ in range(200):
            with scratch_folder("run") as folder:
                (folder / "file").write_text("x")
                assert [path.name for path in folder.iterdir()] == ["file"]
    finally:
        end.set()
        thread.join()
