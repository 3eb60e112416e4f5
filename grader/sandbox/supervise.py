"""Starts one program, sees it to its end, and makes a result of what came out: common to every sandbox."""

import contextlib
import json
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from grader.course import Limits
from grader.errors import Interrupted
from grader.observation import RunStatus
from grader.sandbox.base import Job, Result
from grader.sandbox.cgroup import NO_GROUP, Group
from grader.sandbox.inbox import Inbox
from grader.sandbox.processes import is_alive, kill, tree
from grader.sandbox.watchdog import Watchdog

__all__ = ["PACKAGE", "environment", "order", "rlimits", "supervise"]

LOG_BYTES = 16 * 1024
LOOK = 0.1
"""Seconds between two looks whether a run has to be stopped."""
FILES_MARGIN = 64
"""Open files over the limit that the kernel allows a process, so that the watchdog sees that it was passed."""
PACKAGE = Path(__file__).resolve().parents[1]
LAUNCHER = Path(__file__).resolve().with_name("launch.py")

STOPS = {status.value: status for status in (RunStatus.TIMEOUT, RunStatus.OUTPUT, RunStatus.DISK, RunStatus.KILLED)}
"""What a program may say about its own end, in a record {"kind": "stopped", "status": ..., "message": ...}."""


def environment(job: Job, *, inputs: Path, out: Path, home: Path) -> dict[str, str]:
    """All variables that the program gets, but for the number of its pipe."""
    return {
        "PATH": os.pathsep.join((str(Path(sys.prefix) / "bin"), "/usr/local/bin", "/usr/bin", "/bin")),
        "HOME": str(home),
        "USER": "student",
        "LANG": "C.UTF-8",
        "GRADER_IN": str(inputs),
        "GRADER_OUT": str(out),
        "GRADER_FILE_BYTES": str(job.limits.file_bytes),
        "GRADER_TOTAL_BYTES": str(job.limits.disk_bytes),
        # the same answer from the same notebook
        "PYTHONHASHSEED": "0",
        "TF_DETERMINISTIC_OPS": "1",  # refuses to work without a seed; `grader.probe.seeds` sees to that
        "CUDA_VISIBLE_DEVICES": "",
        # there is no network: `pip install` of what is missing ends at once
        "PIP_NO_INDEX": "1",
        "PIP_RETRIES": "0",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        # quiet
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "JUPYTER_PLATFORM_DIRS": "1",
        # nothing to write where nothing can be written or would be kept
        "PYTHONDONTWRITEBYTECODE": "1",
        "MPLCONFIGDIR": str(home / "matplotlib"),
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_RUNTIME_DIR": str(home / "jupyter"),
        **job.environment,
    }


def rlimits(limits: Limits) -> dict[str, int]:
    """The limits that the kernel holds each process to, by the names of the `resource` module."""
    return {
        "RLIMIT_FSIZE": limits.file_bytes,
        "RLIMIT_NOFILE": limits.open_files + FILES_MARGIN,
        "RLIMIT_CORE": 0,
        "RLIMIT_MSGQUEUE": 0,
        # the watchdog counts all processes together; this stands behind it, for each one
        "RLIMIT_CPU": int(limits.cpu_seconds) + 30,
    }


def order(
    job: Job, limits: Mapping[str, int], outbox: int, group: int | None = None, *, parent: int | None = None
) -> list[str]:
    """Command that starts the job's program through the launcher.

    Args:
        job: What to run.
        limits: Its rlimits.
        outbox: Descriptor of the pipe that it sends on.
        group: Descriptor of the control group that it moves to; None for none.
        parent: Id of the process that starts it, with which it dies; None where something else sees to that.
    """
    path = str(PACKAGE.parent)
    text = {
        "program": job.program, "path": path, "rlimits": dict(limits), "outbox": outbox, "group": group,
        "parent": parent,
    }  # fmt: skip
    return [sys.executable, "-I", "-B", str(LAUNCHER), json.dumps(text)]


def supervise(
    command: Callable[[int], Sequence[str]],
    job: Job,
    spool: Path,
    *,
    env: Mapping[str, str],
    cwd: Path,
    depth: int,
    keep: Sequence[int] = (),
    group: Group = NO_GROUP,
    disks: Sequence[str] = (),
    stopping: threading.Event | None = None,
    image: int = 0,
) -> Result:
    """Run a command to its end or its limits.

    Args:
        command: Gives program and arguments for the descriptor of the pipe that the program sends on.
        job: Its limits hold.
        spool: Folder for files that come out; must exist.
        env: All of the command's environment.
        cwd: Working folder of the command.
        depth: How many generations below the command our own program stands.
        keep: Descriptors that the command inherits besides the pipe.
        group: The control groups that the program moves to.
        disks: Mount points of disks that are the run's own, as our program sees them.
        stopping: Ends the run when it is set, as the job's own does.
        image: Bytes that our own program shares with the process that it was forked from.

    Returns:
        The result. No process of the command is alive.

    Raises:
        Interrupted: One of the two was set. No process of the command is alive.
    """  # fmt: skip
    start = time.monotonic()
    stops = [event for event in (stopping, job.stopping) if event is not None]
    if _any_set(stops):
        raise Interrupted("the run was stopped before it began")
    source, sink = os.pipe()
    inbox = Inbox(source, spool, job.limits)
    try:
        # A session of its own: Ctrl-C at the terminal reaches us alone, and we end the run in order.
        process = subprocess.Popen(
            command(sink),
            env=dict(env),
            cwd=cwd,
            pass_fds=(sink, *keep),
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
    except BaseException:
        os.close(source)
        raise
    finally:
        os.close(sink)
    watchdog = Watchdog(process.pid, depth, job.limits, group, disks, image=image)
    log = _Tail(process)
    deadline = start + job.limits.run_seconds + min(20.0, job.limits.run_seconds / 4)
    late = False
    try:
        for thread in (inbox, log, watchdog):
            thread.start()
        while process.poll() is None:
            _wait(process, LOOK)
            late = time.monotonic() > deadline
            if late or inbox.fault or inbox.host_fault or _any_set(stops):
                break
    finally:
        watchdog.stop()
        _end(process, watchdog)
        inbox.join(10)
        log.join(10)
    if _any_set(stops):
        raise Interrupted("the run was stopped")  # what it shipped may look whole and is not
    status, message = _judge_end(process.returncode, late, watchdog, inbox, job)
    return Result(
        status=status,
        message=message,
        seconds=round(time.monotonic() - start, 3),
        records=tuple(record for record in inbox.records if record["kind"] != "done"),
        files=dict(inbox.files),
        log=log.text,
    )


def _wait(process: subprocess.Popen[bytes], seconds: float) -> None:
    """Until the process has ended, told by the kernel at once, but no longer than this."""
    try:
        number = os.pidfd_open(process.pid)
    except OSError:  # a kernel before 5.3, or one that only looks like Linux
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)  # which looks again and again, up to a twentieth of a second late
        return
    try:
        poll = select.poll()
        poll.register(number, select.POLLIN)
        poll.poll(1000 * seconds)
    finally:
        os.close(number)


def _any_set(stops: Sequence[threading.Event]) -> bool:
    return any(event.is_set() for event in stops)


def _end(process: subprocess.Popen[bytes], watchdog: Watchdog) -> None:
    """Leave nothing of the tree alive."""
    below = tree(process.pid)
    if process.poll() is None:
        kill(below)  # before their parent, or they would be orphans that nobody finds
        process.kill()
    process.wait()
    left = [*watchdog.seen.values(), *below]
    deadline = time.monotonic() + 10
    while (left := [p for p in left if is_alive(p)]) and time.monotonic() < deadline:
        kill([*left, *(child for p in left for child in tree(p.pid))])
        time.sleep(0.01)


def _judge_end(code: int, late: bool, watchdog: Watchdog, inbox: Inbox, job: Job) -> tuple[RunStatus, str]:
    """What ended the run: our own measurements first, the program's word for it next, its exit status last."""
    if watchdog.status is not None:
        return watchdog.status, watchdog.message
    if inbox.host_fault:
        return RunStatus.INTERNAL, f"What the run shipped could not be kept: {inbox.host_fault}."
    if inbox.fault:
        return RunStatus.KILLED, f"The run was stopped because it broke the rules of its one way out: {inbox.fault}."
    if late:
        return RunStatus.TIMEOUT, f"The run took longer than {job.limits.run_seconds:g} seconds."
    for record in inbox.records:
        if record["kind"] == "stopped" and record.get("status") in STOPS:
            return STOPS[record["status"]], str(record.get("message", ""))[:500]
    return _judge_code(code, done=any(record["kind"] == "done" for record in inbox.records))


def _judge_code(code: int, *, done: bool) -> tuple[RunStatus, str]:
    if code < 0 or code > 128:
        number = -code if code < 0 else code - 128
        return RunStatus.KILLED, f"The program that runs the notebook was killed (signal {number})."
    if code:
        return RunStatus.INTERNAL, f"The program that runs the notebook failed (exit status {code}); its log says more."
    if not done:
        return RunStatus.KILLED, "The program that runs the notebook ended before its work was done."
    return RunStatus.OK, ""


class _Tail(threading.Thread):
    """Drains the error stream of a process and keeps its end."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        super().__init__(name="grader-log", daemon=True)
        self._stream = process.stderr
        self._tail = b""

    def run(self) -> None:
        if self._stream is None:
            return
        with self._stream:
            while chunk := os.read(self._stream.fileno(), 65536):
                self._tail = (self._tail + chunk)[-LOG_BYTES:]

    @property
    def text(self) -> str:
        return self._tail.decode("utf-8", "replace")
