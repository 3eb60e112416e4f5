"""Forks of the warm worker: as shut in as a started program, as fresh as a new one, and gone when they should be."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest

from grader.course import Limits
from grader.errors import SandboxUnavailable
from grader.observation import RunStatus
from grader.sandbox import Job, Result
from grader.sandbox import warm as module
from grader.sandbox.warm import WarmSandbox

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def warm() -> Iterator[WarmSandbox]:
    try:
        sandbox = WarmSandbox()
    except SandboxUnavailable as error:
        pytest.skip(str(error))
    if not sandbox.warm_up():
        pytest.skip(sandbox.cold)
    yield sandbox
    sandbox.close()


@pytest.fixture(scope="module")
def run(warm: WarmSandbox, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs a notebook of these cells, each of which may put JSON into `told`."""

    def run(*cells: str, sandbox: WarmSandbox = warm, **environment: str) -> Result:
        folder = tmp_path_factory.mktemp("run")
        head = "import os, sys, json\ntold = {}\n"
        head += "def tell(): json.dump(told, open(os.environ['GRADER_OUT'] + '/told.json', 'w'))"
        made = [nbformat.v4.new_code_cell(cell) for cell in (head, *cells, "tell()")]
        (folder / "notebook.ipynb").write_text(nbformat.writes(nbformat.v4.new_notebook(cells=made)))
        plan = {"cell_seconds": 60, "run_seconds": 90, "probe_seconds": 2}
        (folder / "plan.json").write_text(json.dumps(plan))
        inputs = {name: folder / name for name in ("notebook.ipynb", "plan.json")}
        limits = Limits(cell_seconds=60, run_seconds=90, disk_bytes=64 * 2**20, file_bytes=8 * 2**20)
        return sandbox.run(Job("grader.probe.execute", inputs, {}, limits, environment), folder / "spool")

    return run


def told(result: Result) -> Any:
    errors = [r["error"] for r in result.records if r["kind"] == "cell" and r["error"]]
    assert (result.status, errors) == (RunStatus.OK, []), result.log
    return json.loads(result.files["told.json"].read_text(encoding="utf-8"))


def figures(result: Result) -> int:
    return len([r for r in result.records if r["kind"] == "figure"])


LOOK = """
from pathlib import Path
status = dict(line.split(":\\t", 1) for line in Path("/proc/self/status").read_text().splitlines() if ":\\t" in line)
told["status"] = {k: v.strip() for k, v in status.items()}
told["place"] = [os.getcwd(), os.environ["HOME"], sys.path, sys.argv[0], __name__]
told["names"] = sorted(n for n in globals() if not n.startswith("_"))
told["group"] = [os.getpgid(0) == os.getpid(), os.getsid(0) == os.getpid()]
told["environment"] = sorted(os.environ)
told["modules"] = [n for n in ("keras", "tensorflow", "nbconvert", "nbclient", "grader.judge", "grader.course")
                   if n in sys.modules]
links = [f"/proc/self/fd/{n}" for n in os.listdir("/proc/self/fd")]
told["files"] = [os.readlink(link) for link in links if os.path.exists(link)]
told["handlers"] = [str(__import__("signal").getsignal(n)) for n in (2, 13, 15, 17)]
told["limits"] = {n: __import__("resource").getrlimit(getattr(__import__("resource"), n))
                  for n in ("RLIMIT_FSIZE", "RLIMIT_NOFILE", "RLIMIT_CORE", "RLIMIT_CPU", "RLIMIT_NPROC")}
told["nice"] = os.nice(0)
told["learned"] = os.__file__ in __import__("inspect").modulesbyfile
import subprocess
told["children"] = subprocess.run([sys.executable, "-c", "print(1)"], capture_output=True, text=True).stdout
"""
SAME = ("place", "names", "group", "environment", "files", "handlers", "limits", "nice", "children")
STATUS = ("Uid", "Gid", "Groups", "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp",
          "Seccomp_filters", "SigBlk", "SigIgn", "SigCgt", "Umask", "Name")  # fmt: skip


def test_a_forked_kernel_is_what_a_started_one_is(run: Run, warm: WarmSandbox) -> None:
    """The same notebook looks around in both; all that one can see of itself is equal."""
    cold = WarmSandbox()
    cold._cool("for comparison")
    forked, started = told(run(LOOK)), told(run(LOOK, sandbox=cold))
    assert forked["modules"] == started["modules"] == []
    assert forked["learned"], "its first traceback would look up the files of all modules"
    kinds = [{name.split(":")[0] for name in facts.pop("files")} for facts in (forked, started)]
    assert kinds[0] == kinds[1]
    assert {name: forked[name] for name in SAME if name in forked} == {
        name: started[name] for name in SAME if name in started
    }
    assert {n: forked["status"].get(n) for n in STATUS} == {n: started["status"].get(n) for n in STATUS}


TRACES = """
import builtins, math, random, tempfile
told["left"] = [getattr(builtins, "mark", 0), getattr(math, "mark", 0), "spy" in sys.modules, "MARK" in os.environ,
                os.path.exists("/tmp/mark"), os.path.exists("/dev/shm/mark"), os.path.exists("mark"), math.pi]
import keras
import tensorflow as tf
import numpy as np
told["keras"] = [keras.config.floatx(), getattr(keras, "mark", 0), keras.Sequential.__name__]
told["random"] = [random.random(), np.random.rand(), tf.random.uniform([2]).numpy().tolist(),
                  keras.random.normal((2,)).numpy().tolist()]
told["hash"] = hash("x")
"""
LEAVE = """
builtins.mark = math.mark = keras.mark = 1
math.pi = 3
sys.modules["spy"] = math
for path in ("/tmp/mark", "/dev/shm/mark", "mark"): open(path, "w").close()
os.environ["MARK"] = "1"
keras.config.set_floatx("float64")
keras.Sequential.__name__ = "Mine"
random.seed(99); np.random.seed(99); keras.utils.set_random_seed(99)
"""


def test_nothing_of_one_submission_reaches_the_next(run: Run) -> None:
    """Not modules, memory, files, environment or random state: both find the same, though the first leaves traces."""
    first, second = told(run(TRACES, LEAVE)), told(run(TRACES))
    assert first == second
    assert second["left"] == [0, 0, False, False, False, False, False, pytest.approx(3.14159, abs=1e-4)]
    assert second["keras"] == ["float32", 0, "Sequential"]


def test_figures_are_drawn_into_the_notebook(run: Run) -> None:
    result = run("import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()", "plt.plot([2, 1]);")
    assert told(result) == {}
    assert figures(result) == 2


def test_threads_of_tensorflow_are_as_many_as_the_job_says(run: Run) -> None:
    """The settings are read when TensorFlow first runs an op, which only the fork does."""
    source = """
import tensorflow as tf
tf.linalg.matmul(tf.ones((2, 2)), tf.ones((2, 2)))
told["threads"] = len(os.listdir("/proc/self/task"))
"""
    few, many = (told(run(source, TF_NUM_INTRAOP_THREADS=n, TF_NUM_INTEROP_THREADS=n))["threads"] for n in ("1", "9"))
    assert many - few >= 8


def test_the_hosts_interpreter_cannot_be_reached_through_the_own_program(run: Run) -> None:
    """`/proc/self/exe` leads past the box's mounts: it must lead to a copy, and that must not change."""
    before = Path(sys.executable).resolve().stat()
    source = """
for mode in ("r+b", "wb"):
    try: open("/proc/self/exe", mode)
    except OSError as error: told[mode] = error.errno
try: os.chmod("/proc/self/exe", 0o4777)
except OSError: pass
told["exe"] = os.readlink("/proc/self/exe")
"""
    facts = told(run(source))
    assert facts["exe"].startswith("/memfd:")
    assert set(facts) == {"r+b", "wb", "exe"}
    after = Path(sys.executable).resolve().stat()
    assert (before.st_mode, before.st_ctime_ns) == (after.st_mode, after.st_ctime_ns)


def test_runs_from_several_threads_do_not_meet(run: Run) -> None:
    results: dict[int, Any] = {}

    def one(number: int) -> None:
        results[number] = told(run(f"open('mine', 'x').write('{number}'); told['mine'] = open('mine').read()"))

    threads = [threading.Thread(target=one, args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {n: {"mine": str(n)} for n in range(3)}


def test_between_runs_there_is_the_worker_and_the_fork_that_waits(run: Run, warm: WarmSandbox) -> None:
    run("import subprocess; subprocess.Popen(['setsid', '--fork', 'sleep', '86421'])")
    assert warm.worker is not None
    deadline = time.monotonic() + 5
    while len(family := psutil.Process(warm.worker).children(recursive=True)) != 1 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert [p.num_threads() for p in family] == [1]
    assert not [p for p in psutil.process_iter(["cmdline"]) if "86421" in (p.info["cmdline"] or [])]


LIGHT = "import grader.probe.warm\ngrader.probe.warm.LIBRARIES = ()\n"
"""Lets a worker start without TensorFlow, where it is about the worker alone."""


def light() -> str:
    head, import_, tail = module.PROGRAM.partition("from grader.probe.warm import main")
    assert import_
    return head + LIGHT + import_ + tail


def test_a_worker_that_was_killed_is_replaced_by_cold_runs(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PROGRAM", light())
    sandbox = WarmSandbox()
    assert sandbox.warm_up()
    assert sandbox.worker is not None
    for process in (*psutil.Process(sandbox.worker).children(), psutil.Process(sandbox.worker)):
        process.kill()
    assert told(run("told['on'] = 1", sandbox=sandbox)) == {"on": 1}
    assert sandbox.cold
    assert sandbox.worker is None
    sandbox.close()


def test_a_worker_begins_before_it_is_wanted_and_can_be_given_up_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PROGRAM", "import time; time.sleep(60)")
    sandbox = WarmSandbox()
    start = time.monotonic()
    sandbox.begin({})
    assert sandbox.worker is not None
    worker = psutil.Process(sandbox.worker)
    sandbox.begin({})
    assert sandbox.worker == worker.pid
    sandbox.close()
    assert not worker.is_running()
    assert time.monotonic() - start < 10


def test_the_worker_dies_with_the_grader() -> None:
    code = f"import time; from grader.sandbox import warm\nwarm.PROGRAM = {light()!r}\n"
    code += "s = warm.WarmSandbox(); s.warm_up(); print(s.worker, flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as grader:
        assert grader.stdout is not None
        worker = psutil.Process(int(grader.stdout.readline()))
        family = [worker, *worker.children()]
        grader.kill()
    gone, alive = psutil.wait_procs(family, timeout=10)
    assert alive == []
    assert len(gone) == 2


def test_a_worker_that_cannot_import_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PROGRAM", "raise SystemExit('no TensorFlow here')")
    sandbox = WarmSandbox()
    assert not sandbox.warm_up()
    assert "no TensorFlow here" in sandbox.cold
    assert sandbox.worker is None


def test_large_pages_change_nothing_in_memory() -> None:
    code = (
        "import hashlib, os, random\nfrom grader.probe.warm_join import collapse_pages\n"
        "held = random.Random(1).randbytes(40 * 2**20)\nbefore = hashlib.sha256(held).digest()\n"
        "collapse_pages()\nassert hashlib.sha256(held).digest() == before\n"
        "if os.fork() == 0:\n    os._exit(hashlib.sha256(held).digest() != before)\n"
        "assert os.wait()[1] == 0\nprint('whole')"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "whole\n"


def test_a_class_is_served_beyond_the_change_to_large_pages(run: Run, warm: WarmSandbox) -> None:
    before = warm.worker
    for number in range(9):
        assert told(run(f"told['number'] = {number}"))["number"] == number
    assert (warm.worker, warm.cold) == (before, "")


DRAWS = """
told["before"] = [name for name in ("keras", "tf_keras", "tensorflow") if name in sys.modules]
import keras, random, numpy as np, tensorflow as tf
told["keras"] = [keras.__name__, keras.__version__, tf.keras.Model is keras.Model]
weights = keras.layers.Dense(3)
weights.build((None, 2))
told["draws"] = [random.random(), float(np.random.rand()), tf.random.normal([2]).numpy().tolist(),
                 weights.get_weights()[0].tolist()]
told["spoken"] = [hasattr(keras.Model, "predict_classes"), hasattr(keras.Model.fit, "__wrapped__")]
"""


@pytest.mark.slow
def test_jobs_of_keras_2_get_a_worker_of_their_own(run: Run, warm: WarmSandbox) -> None:
    """What a notebook finds and draws is what it would in a kernel that was started; the other worker stays."""
    cold = WarmSandbox()
    cold._cool("for comparison")
    first = warm.standing
    forked = told(run(DRAWS, TF_USE_LEGACY_KERAS="1"))
    assert warm.cold == ""
    assert first < warm.standing
    assert forked == told(run(DRAWS, sandbox=cold, TF_USE_LEGACY_KERAS="1"))
    assert (forked["before"], forked["keras"][0], forked["keras"][2]) == ([], "tf_keras", True)
    assert forked["spoken"] == [True, True]
    assert told(run(DRAWS))["keras"][0] == "keras"
