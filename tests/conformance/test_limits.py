"""Limits that hold: each with a status of its own and words for the student, and what was done before is kept.

All cases of a provider run two at a time, so this also shows that a run that breaks its limits costs its neighbour
nothing.
"""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import psutil
import pytest

from grader.observation import RunStatus
from grader.sandbox import Result

from .boxes import MIB, Box, cells, records, shipped

KEEP = "import os, json; json.dump(1, open(os.environ['GRADER_OUT'] + '/kept.json', 'w'))"
SLEEPERS = "97531.25"


@dataclass(frozen=True)
class Case:
    """A second cell that breaks a limit, after a first that does honest work and before a third."""

    source: str
    status: RunStatus
    words: str
    """Part of the message."""
    cells: Sequence[str]
    limits: dict[str, Any] = field(default_factory=dict)
    isolating: bool = False
    """Only where a provider isolates is it promised."""
    ships: bool = True
    """Our own program lives on to ship what is there."""


STOPPED, GONE = ("ok", "error", "not_run"), ("ok",)

CASES = {
    "a cell that takes too long": Case(
        "while True: pass", RunStatus.TIMEOUT, "Cell 2 was stopped after 3 seconds", ("ok", "timeout", "ok"),
        {"cell_seconds": 3},
    ),
    # Python 3.11 sees an interrupt at the inner loop's end outside of the `try`: the sum makes that moment rare.
    "a loop that will not be interrupted": Case(
        "while True:\n    try:\n        while True: sum(range(10_000_000))\n    except BaseException: pass",
        RunStatus.TIMEOUT, "Cell 2", ("ok", "timeout", "not_run"), {"cell_seconds": 1},
    ),
    "stopping our program": Case(
        "os.kill(os.getppid(), __import__('signal').SIGSTOP)", RunStatus.TIMEOUT, "longer than 10 seconds", GONE,
        {"run_seconds": 10}, ships=False,
    ),
    "killing our program": Case(
        "os.kill(os.getppid(), 9)", RunStatus.KILLED, "The program that runs the notebook was killed", GONE, ships=False
    ),
    "a kernel that ends itself": Case("os._exit(0)", RunStatus.KILLED, "kernel died while cell 2", STOPPED),
    "processor time of one process": Case(
        "while True: pass", RunStatus.TIMEOUT, "2 seconds of processor time", STOPPED, {"cpu_seconds": 2}
    ),
    "processor time of children that nobody waits for": Case(
        "import signal, time\nsignal.signal(signal.SIGCHLD, signal.SIG_IGN)\nwhile True:\n    if os.fork() == 0:\n"
        "        while time.process_time() < 0.3: pass\n        os._exit(0)\n    time.sleep(0.3)",
        RunStatus.TIMEOUT, "2 seconds of processor time", STOPPED, {"cpu_seconds": 2},
    ),
    "memory of one process": Case(
        "import time\nhog = []\nwhile True:\n    hog.append(b'x' * 10_000_000); time.sleep(0.01)",
        RunStatus.MEMORY, "400 MiB", STOPPED, {"memory_bytes": 400 * MIB},
    ),
    "memory in one gulp": Case(
        "hog = b'x' * 3_000_000_000", RunStatus.MEMORY, "400 MiB", STOPPED, {"memory_bytes": 400 * MIB}
    ),
    "memory of many processes": Case(
        "import time\nfor _ in range(6):\n    if os.fork() == 0:\n        mine = b'x' * 120_000_000\n"
        "        time.sleep(60)\ntime.sleep(60)",
        RunStatus.MEMORY, "500 MiB", STOPPED, {"memory_bytes": 500 * MIB},
    ),
    "memory that is shared and has no file": Case(
        "import mmap, time\nhog = [mmap.mmap(-1, 20_000_000) for _ in range(40)]\nfor part in hog:\n"
        "    part.write(b'x' * 20_000_000)\ntime.sleep(60)",
        RunStatus.MEMORY, "400 MiB", STOPPED, {"memory_bytes": 400 * MIB},
    ),
    "memory of a process and of files on the disk": Case(
        "import time\nfor n in range(12):\n    open(f'/tmp/hog{n}', 'wb').write(bytes(8_000_000))\n"
        "hog = b'x' * 300_000_000\ntime.sleep(60)",
        RunStatus.MEMORY, "400 MiB", STOPPED, {"memory_bytes": 400 * MIB, "disk_bytes": 200 * MIB}, isolating=True,
    ),
    "processes": Case(
        f"import subprocess, time\nfor _ in range(100): subprocess.Popen(['sleep', '{SLEEPERS}'])",
        RunStatus.KILLED, "more than 50 processes and threads", STOPPED, {"processes": 50},
    ),
    "threads": Case(
        "import threading, time\nfor _ in range(99): threading.Thread(target=time.sleep, args=(60,)).start()",
        RunStatus.KILLED, "more than 50 processes and threads", STOPPED, {"processes": 50},
    ),
    "open files of one process": Case(
        "import time\nheld = []\ntry:\n    while True: held.append(open('/dev/null'))\nfinally: time.sleep(60)",
        RunStatus.KILLED, "more than 300 files", STOPPED, {"open_files": 300},
    ),
    "sockets of many processes": Case(
        "import socket, time\nfor _ in range(6):\n    if os.fork() == 0:\n"
        "        held = [socket.socketpair() for _ in range(60)]; time.sleep(60)\ntime.sleep(60)",
        RunStatus.KILLED, "more than 500 files", STOPPED, {"open_files": 500},
    ),
    "a full disk": Case(
        "for n in range(99): open(f'/tmp/{n}', 'wb').write(bytes(MIB := 2**20))",
        RunStatus.DISK, "was full when cell 2 ended", STOPPED, {"disk_bytes": 64 * MIB}, isolating=True,
    ),
    "files without content": Case(
        "n = 0\nwhile True:\n    open(f'/tmp/{n}', 'x').close(); n += 1",
        RunStatus.DISK, "more than 5000 files and folders", STOPPED, {"entries": 5000}, isolating=True,
    ),
    "folders within folders": Case(
        "os.chdir('/work')\nwhile True: os.mkdir('d'); os.chdir('d')",
        RunStatus.DISK, "more than 5000 files and folders", STOPPED, {"entries": 5000}, isolating=True,
    ),
    "output of all cells": Case(
        "while True: print('x' * 1000)", RunStatus.OUTPUT, "the notebook printed more than 97 KiB", STOPPED,
        {"output_bytes": 100_000},
    ),
    "output of one cell": Case(
        "for _ in range(200): display('x' * 1000)", RunStatus.OUTPUT, "this cell printed more than 97 KiB",
        ("ok", "error", "ok"), {"cell_output_bytes": 100_000},
    ),
    "pieces of output of all cells": Case(
        "while True: display(1)", RunStatus.OUTPUT, "the notebook printed in more than 300 pieces", STOPPED,
        {"messages": 300},
    ),
    "pieces of output of one cell": Case(
        "while True: display(1)", RunStatus.OUTPUT, "this cell printed in more than 300 pieces", ("ok", "error", "ok"),
        {"cell_messages": 300},
    ),
    "a file that is too large is an error of the cell": Case(
        "f = open('large', 'wb')\nf.write(bytes(9 * 2**20)); f.flush()", RunStatus.OK, "", ("ok", "error", "ok"),
        {"disk_bytes": 256 * MIB},
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def started(box: Box) -> dict[str, Future[Result]]:
    """Every case that this provider promises, started; two at a time."""
    pool = ThreadPoolExecutor(2)
    promised = {name: case for name, case in CASES.items() if box.sandbox.isolates or not case.isolating}
    futures = {name: pool.submit(box.run, KEEP, case.source, "3", **case.limits) for name, case in promised.items()}
    pool.shutdown(wait=False)
    return futures


@pytest.mark.parametrize("name", CASES)
def test_a_limit_holds(name: str, started: dict[str, Future[Result]]) -> None:
    case = CASES[name]
    if name not in started:
        pytest.skip("not promised without isolation")
    result = started[name].result()
    assert (result.status, cells(result)) == (case.status, list(case.cells)), result.message
    assert case.words in result.message
    assert result.seconds < 45
    if case.ships:
        assert shipped(result, "kept.json") == 1
        assert "executed.ipynb" in result.files


def test_a_flood_leaves_a_notebook_that_can_be_shown(started: dict[str, Future[Result]]) -> None:
    result = started["output of all cells"].result()
    assert records(result, "cell")[1]["error"]["name"] == "OutputLimit"
    assert result.files["executed.ipynb"].stat().st_size < 400_000


def test_the_size_of_a_file_is_told_in_the_systems_words(started: dict[str, Future[Result]]) -> None:
    error = records(started["a file that is too large is an error of the cell"].result(), "cell")[1]["error"]
    assert error["name"] == "OSError"
    assert "File too large" in error["message"]


def test_nothing_of_all_that_is_alive(started: dict[str, Future[Result]]) -> None:
    for future in started.values():
        future.result()
    assert not [p for p in psutil.process_iter(["cmdline"]) if SLEEPERS in (p.info["cmdline"] or [])]


def test_a_fork_bomb_is_held(box: Box) -> None:
    if not box.sandbox.isolates:
        pytest.skip("not promised without isolation")
    bomb = "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass"
    result = box.run("1", bomb, "2", run_seconds=20)
    assert result.status in {RunStatus.KILLED, RunStatus.TIMEOUT}
    assert cells(result)[0] == "ok"
    assert result.seconds < 30


def test_a_second_cell_that_takes_too_long_is_the_last(box: Box) -> None:
    result = box.run("import time; time.sleep(60)", "1", "time.sleep(60)", "2", cell_seconds=1)
    assert (result.status, cells(result)) == (RunStatus.TIMEOUT, ["timeout", "ok", "timeout", "not_run"])


def test_an_interrupt_after_the_end_of_a_cell_does_not_lose_its_answer(box: Box) -> None:
    """One that stops a flood may come just when the cell has ended by itself."""
    interrupt = (
        "import os\npayloads = get_ipython().payload_manager\nread = payloads.read_payload\n"
        "def interrupted():\n    os.kill(os.getpid(), 2)\n    return read()\n"
        "payloads.read_payload = interrupted"
    )
    result = box.run(interrupt, "1", "2", cell_seconds=5)
    assert (result.status, cells(result)) == (RunStatus.OK, ["ok", "ok", "ok"]), result.message
