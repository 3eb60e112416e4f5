"""Choosing a sandbox: the safe one, or a reason and its mend; never silently less."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.course import Limits
from grader.errors import SandboxUnavailable
from grader.sandbox import Job, bwrap, choose_sandbox
from grader.sandbox.bwrap import BubblewrapSandbox
from grader.sandbox.cgroup import control_group


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    bwrap._find.cache_clear()
    yield
    bwrap._find.cache_clear()


def program(folder: Path, script: str) -> str:
    """A PATH on which `bwrap` is this shell script."""
    path = folder / "bwrap"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return f"{folder}:/usr/bin:/bin"


def failure(monkeypatch: pytest.MonkeyPatch, path: str) -> SandboxUnavailable:
    monkeypatch.setenv("PATH", path)
    with pytest.raises(SandboxUnavailable) as caught:
        choose_sandbox("auto")
    assert caught.value.exit_code == 4
    return caught.value


def test_a_missing_bubblewrap_names_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert "apt-get install bubblewrap" in str(failure(monkeypatch, str(tmp_path)))


def test_an_old_bubblewrap_is_named_with_the_version_that_would_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert "0.7 or newer" in str(failure(monkeypatch, program(tmp_path, "echo bubblewrap 0.6.1")))


@pytest.mark.parametrize(
    ("said", "mend"),
    [
        ("bwrap: Can't mount proc on /newroot/proc: Operation not permitted", "docker run"),
        ("bwrap: No permissions", ""),
    ],
)
def test_a_bubblewrap_that_may_not_work_here_says_why(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: str, mend: str
) -> None:
    script = f'[ "$1" = --version ] && echo bubblewrap 0.11.0 && exit; echo "{said}" >&2; exit 1'
    error = failure(monkeypatch, program(tmp_path, script))
    assert said in error.message
    assert error.remedy
    assert mend in error.remedy


def test_none_is_given_only_to_those_who_ask_for_it() -> None:
    assert choose_sandbox("none").name == "none"
    assert not choose_sandbox("none").isolates


def test_the_safe_one_is_warm_unless_a_new_start_is_asked_for() -> None:
    try:
        assert choose_sandbox("auto").name == "warm"
        assert choose_sandbox("bwrap").name == "bwrap"
    except SandboxUnavailable as error:
        pytest.skip(str(error))


def test_a_job_names_inputs_and_paths_plainly(tmp_path: Path) -> None:
    try:
        safe = BubblewrapSandbox()
    except SandboxUnavailable as error:
        pytest.skip(str(error))
    jobs = (
        Job("this", {"../up": tmp_path}, {}, Limits()),
        Job("this", {}, {"relative": tmp_path}, Limits()),
        Job("this", {}, {"/a/../b": tmp_path}, Limits()),
    )
    for job in jobs:
        with pytest.raises(ValueError, match="is no"):
            safe.run(job, tmp_path / "spool")


def test_without_a_sandbox_data_never_takes_the_place_of_something_else(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "taken").mkdir()
    job = Job("this", {}, {str(tmp_path / "taken"): tmp_path / "data"}, Limits())
    with pytest.raises(SandboxUnavailable, match="something else is there"):
        choose_sandbox("none").run(job, tmp_path / "spool")
    assert (tmp_path / "taken").is_dir()


@pytest.mark.skipif(os.geteuid() != 0, reason="for root alone")
def test_a_control_group_is_gone_when_its_context_ends() -> None:
    with control_group(processes=10, memory_bytes=2**28) as group:
        if group.entry is None:
            pytest.skip("no controller of processes here")
        folder = Path(f"/proc/self/fd/{group.entry}").readlink().parent
        assert (folder / "pids.max").read_text(encoding="ascii").strip() == "10"
        assert group.memory is None or (group.memory.is_dir() and group.memory_bytes == 0)
        assert not group.was_out_of_memory
    assert not folder.exists()
    assert group.memory is None or not group.memory.exists()
