"""What only a sandbox that isolates can promise of what notebooks see, find and write."""

import os
import sys
import threading
from pathlib import Path

import pytest

import grader
from grader.sandbox import Result, Sandbox
from grader.sandbox.bwrap import BubblewrapSandbox
from grader.sandbox.posture import CAPABILITY_SETS

from ..conformance.boxes import Box, cells, records, shipped

CHECKOUT = Path(grader.__file__).resolve().parents[1]

SURVEY = r"""
import json, os, matplotlib
def attempt(path):
    try: return open(path, "r+") and "opened"
    except OSError as error: return type(error).__name__
facts = {"root": os.listdir("/"), "etc": os.listdir("/etc"), "checkout": os.listdir(CHECKOUT),
         "status": {k: v.strip() for k, _, v in (line.partition(":") for line in open("/proc/self/status"))},
         "parent": [attempt(f"/proc/{os.getppid()}/fd/{n}") for n in range(16)],
         "sysctl": {path: attempt(path) for path in SYSCTL}, "fonts": os.listdir(matplotlib.get_configdir())}
json.dump(facts, open(os.environ["GRADER_OUT"] + "/facts.json", "w"))
"""
SYSCTL = ["/proc/sys/kernel/hostname", "/proc/sys/vm/overcommit_memory", "/proc/sysrq-trigger"]


@pytest.fixture
def box(sandbox: Sandbox, tmp_path: Path) -> Box:
    return Box(sandbox, tmp_path)


def test_of_the_host_only_what_is_needed_is_there(box: Box) -> None:
    """Solutions and rubrics lie beside the package when it is installed in place.

    Run by root, the box's user is root to the files of /proc/sys, which ask for no capability.
    """
    result = box.run(f"CHECKOUT = {str(CHECKOUT)!r}; SYSCTL = {SYSCTL}", SURVEY)
    assert cells(result) == ["ok", "ok"], records(result, "cell")
    facts = shipped(result, "facts.json")
    above = {Path(path).parts[1] for path in (sys.prefix, sys.base_prefix, str(CHECKOUT))}
    assert not {"home", "var", "root", "mnt", "opt", "srv", "sys", "run", "boot"} & (set(facts["root"]) - above)
    assert sorted(facts["etc"]) == ["group", "hosts", "ld.so.cache", "passwd"]
    assert set(facts["checkout"]) <= {"grader", ".venv"}
    assert set(facts["sysctl"].values()) <= {"OSError", "PermissionError", "FileNotFoundError"}
    # the survey of the posture looks at a process that is started like the kernel; this is the kernel
    assert {int(facts["status"][name], 16) for name in CAPABILITY_SETS} == {0}
    assert (facts["status"]["Seccomp"], facts["status"]["NoNewPrivs"]) == ("2", "1")
    assert "opened" not in facts["parent"]
    assert [name for name in facts["fonts"] if name.startswith("fontlist")]


def test_data_paths_may_lie_within_a_writable_folder(box: Box, tmp_path: Path) -> None:
    """Notebooks expect /tmp/PetImages, beside which they make folders of their own."""
    pets = tmp_path / "pets"
    pets.mkdir()
    (pets / "1.jpg").write_bytes(b"cat")
    source = (
        "import os; os.mkdir('/tmp/cats-v-dogs'); print(os.listdir('/tmp/PetImages'))\nopen('/tmp/PetImages/x', 'w')"
    )
    result = box.run(source, data={"/tmp/PetImages": pets})
    assert shipped(result, "executed.ipynb")["cells"][0]["outputs"][0]["text"] == "['1.jpg']\n"
    assert records(result, "cell")[0]["error"]["message"].startswith("[Errno 30]")


def test_a_hidden_folder_is_shown_empty(tmp_path: Path, sandbox: Sandbox) -> None:
    hidden = Path(sys.prefix) / "share"
    box = Box(BubblewrapSandbox(hidden=[hidden]), tmp_path)
    result: Result = box.run(f"import os; print(len(os.listdir({str(hidden)!r})))")
    assert shipped(result, "executed.ipynb")["cells"][0]["outputs"][0]["text"] == "0\n"


def test_no_thread_and_no_group_is_left_on_the_host(box: Box) -> None:
    box.run("1")
    assert not [t for t in threading.enumerate() if t.name in {"grader-inbox", "grader-log", "grader-watchdog"}]
    groups = Path("/sys/fs/cgroup").glob(f"**/grader-{os.getpid()}-*") if os.geteuid() == 0 else []
    assert list(groups) == []
