"""What the safe sandbox promises beyond the others: nothing of the host can be seen, reached or used up."""

import os
import socket
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

import grader
from grader.observation import RunStatus
from grader.sandbox import Result

from .boxes import Box, cells, records, shipped

CHECKOUT = Path(grader.__file__).resolve().parents[1]

SURVEY = """
import json, os, socket, subprocess, sys
from pathlib import Path
facts = {}

def attempt(action):
    try:
        return str(action())[:200]
    except BaseException as error:
        return type(error).__name__

def connect(address):
    with socket.create_connection(address, timeout=2):
        return "connected"

facts["network"] = attempt(lambda: connect(("127.0.0.1", PORT)))
facts["outside"] = attempt(lambda: connect(("192.0.2.1", 80)))
facts["interfaces"] = sorted(name for _, name in socket.if_nameindex())
facts["read"] = {path: attempt(Path(path).read_text) for path in SECRETS}
facts["root"] = sorted(os.listdir("/"))
facts["etc"] = sorted(os.listdir("/etc"))
facts["checkout"] = sorted(os.listdir(CHECKOUT))
facts["write"] = {path: attempt(lambda: Path(path, "made").write_text("x")) for path in WRITE}
facts["sysctl"] = {path: attempt(lambda: open(path, "r+")) for path in SYSCTL}
facts["status"] = Path("/proc/self/status").read_text()
facts["pids"] = [int(name) for name in os.listdir("/proc") if name.isdigit()]
facts["uid"] = os.getuid()
facts["host"] = socket.gethostname()
facts["namespace"] = attempt(lambda: subprocess.run(["unshare", "-U", "true"], check=True, stderr=subprocess.DEVNULL))
facts["inputs"] = attempt(lambda: Path(os.environ["GRADER_IN"], "notebook.ipynb").write_text("x"))
import matplotlib
facts["fonts"] = os.listdir(matplotlib.get_configdir())
json.dump(facts, open(os.environ["GRADER_OUT"] + "/facts.json", "w"))
"""

SECRETS = ["/etc/shadow", str(CHECKOUT / "pyproject.toml"), "/proc/1/environ"]
SYSCTL = ["/proc/sys/kernel/hostname", "/proc/sys/vm/overcommit_memory"]
WRITE = [
    "/",
    "/usr",
    "/etc",
    "/dev",
    sys.prefix,
    str(Path(grader.__file__).parent),
    str(CHECKOUT),
    "/tmp",
    "/work",
    "/out",
]


@pytest.fixture(scope="module")
def survey(safe_box: Box, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    canary = tmp_path_factory.mktemp("host") / "canary.txt"
    canary.write_text("sings", encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        words = f"PORT = {port}; SECRETS = {[*SECRETS, str(canary)]}; CHECKOUT = {str(CHECKOUT)!r}; "
        result = safe_box.run(f"{words} WRITE = {WRITE}; SYSCTL = {SYSCTL}", SURVEY)
    assert cells(result) == ["ok", "ok"], records(result, "cell")
    facts: dict[str, Any] = shipped(result, "facts.json")
    facts["canary"] = str(canary)
    return facts


def test_there_is_no_network_but_a_loopback_of_its_own(survey: dict[str, Any]) -> None:
    assert survey["network"] == "ConnectionRefusedError"
    assert survey["outside"] in {"OSError", "TimeoutError"}
    assert survey["interfaces"] == ["lo"]


def test_the_hosts_files_cannot_be_read(survey: dict[str, Any]) -> None:
    read = survey["read"]
    assert read.pop("/proc/1/environ") in {"", "PermissionError"}
    assert set(read.values()) == {"FileNotFoundError"}
    assert survey["canary"] in read


def test_of_the_root_only_what_is_needed_is_there(survey: dict[str, Any]) -> None:
    assert not {"home", "var", "root", "mnt", "opt", "srv", "sys", "run"} & (
        set(survey["root"]) - {Path(p).parts[1] for p in (sys.prefix, sys.base_prefix, str(CHECKOUT))}
    )
    assert survey["etc"] == ["group", "hosts", "ld.so.cache", "passwd"]


def test_of_the_checkout_only_the_package_is_there(survey: dict[str, Any]) -> None:
    """Solutions and rubrics lie beside the package when it is installed in place."""
    assert set(survey["checkout"]) <= {"grader", ".venv"}


def test_only_the_sized_disks_can_be_written(survey: dict[str, Any]) -> None:
    written = {path for path, said in survey["write"].items() if said == "1"}
    assert written == {"/tmp", "/work", "/out"}
    assert survey["inputs"] == "OSError"


def test_the_kernels_settings_cannot_be_written(survey: dict[str, Any]) -> None:
    """Run by root, the box's user is root to the files of /proc/sys, which ask for no capability."""
    assert set(survey["sysctl"].values()) <= {"OSError", "PermissionError"}


def test_there_are_no_privileges(survey: dict[str, Any]) -> None:
    status = dict(line.split(":\t", 1) for line in survey["status"].splitlines() if ":\t" in line)
    assert {int(status[name], 16) for name in ("CapEff", "CapPrm", "CapInh", "CapBnd", "CapAmb")} == {0}
    assert status["NoNewPrivs"] == "1"
    assert survey["uid"] == 1000
    assert survey["host"] == "grader"


def test_no_new_namespace_gives_privileges_back(survey: dict[str, Any]) -> None:
    assert survey["namespace"] == "CalledProcessError"


def test_only_its_own_processes_are_seen(survey: dict[str, Any]) -> None:
    assert len(survey["pids"]) <= 4
    assert max(survey["pids"]) < 1000


def test_the_list_of_fonts_is_there(survey: dict[str, Any]) -> None:
    assert [name for name in survey["fonts"] if name.startswith("fontlist")]


def test_a_full_disk_is_an_error_for_the_student_and_nothing_for_the_host(safe_box: Box) -> None:
    fill = """
import os
for folder in ("/work", "/tmp", "/dev/shm"):
    try:
        for n in range(99):
            with open(f"{folder}/{n}", "wb") as f: f.write(bytes(2**20))
    except OSError as error: print(folder, n, error.errno)
raise error
"""
    result = safe_box.run(fill.replace("as error: print", "as e: error = e; print"), "1", disk_bytes=64 * 2**20)
    assert result.status is RunStatus.DISK
    assert cells(result) == ["error", "not_run"]
    text = shipped(result, "executed.ipynb")["cells"][0]["outputs"][0]["text"]
    assert [line.split()[2] for line in text.splitlines()] == ["28", "28", "28"]
    assert sum(int(line.split()[1]) for line in text.splitlines()) <= 64


def test_a_fork_bomb_is_held(safe_box: Box) -> None:
    result = safe_box.run(
        "1", "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass", "2", run_seconds=20
    )
    assert result.status in {RunStatus.KILLED, RunStatus.TIMEOUT}
    assert cells(result)[0] == "ok"
    assert result.seconds < 30


def test_a_hog_of_many_processes_is_stopped(safe_box: Box) -> None:
    hog = """
import os, time
for _ in range(6):
    if os.fork() == 0:
        mine = b"x" * 120_000_000
        time.sleep(60)
time.sleep(60)
"""
    result = safe_box.run(hog, memory_bytes=500 * 2**20)
    assert result.status is RunStatus.MEMORY
    assert result.seconds < 30


def test_threads_count_as_processes(safe_box: Box) -> None:
    many = """
import threading, time
for _ in range(200): threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
time.sleep(60)
"""
    result = safe_box.run(many, processes=80)
    assert result.status is RunStatus.KILLED or cells(result) == ["error"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_an_ordinary_user_gets_the_same_box(safe_box: Box) -> None:
    """Runs where the interpreter lies in a place that others may read."""
    import subprocess

    words = [sys.executable, "-c", "from grader.sandbox import choose_sandbox; print(choose_sandbox('bwrap').name)"]
    try:
        done = subprocess.run(
            words,
            user=65534,
            group=65534,
            extra_groups=[],
            check=False,
            capture_output=True,
            text=True,
            env={},
            cwd="/",
        )
    except PermissionError:
        pytest.skip("another user may not read this interpreter")
    if done.returncode and "SandboxUnavailable" not in done.stderr:
        pytest.skip("another user may not read this interpreter")
    assert done.stdout.strip() == "bwrap", done.stderr


def test_a_hidden_folder_is_shown_empty(safe_box: Box, tmp_path: Path) -> None:
    from grader.sandbox.bwrap import BubblewrapSandbox

    hidden = Path(sys.prefix) / "share"
    box = Box(BubblewrapSandbox(hidden=[hidden]), tmp_path)
    result: Result = box.run(f"import os; print(len(os.listdir({str(hidden)!r})))")
    assert shipped(result, "executed.ipynb")["cells"][0]["outputs"][0]["text"] == "0\n"


def test_no_thread_is_left_on_the_host(safe_box: Box) -> None:
    safe_box.run("1")
    assert not [t for t in threading.enumerate() if t.name.startswith("grader-")]
