"""The safe sandbox for a whole class: bubblewrap builds each box, and a fork of a warm worker runs in it.

Starting a program that imports TensorFlow takes seconds; joining a box takes hundredths. See
docs/decisions/0010-warm-workers.md for what a fork must shed, and `grader.probe.warm` for the worker itself.
"""

import base64
import fcntl
import json
import logging
import os
import shutil
import socket
import subprocess
import sys
import sysconfig
import threading
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, ClassVar

from grader.course import Limits
from grader.probe.keras_api import VARIABLE
from grader.sandbox.base import Job, Result
from grader.sandbox.bwrap import BubblewrapSandbox
from grader.sandbox.fonts import font_list
from grader.sandbox.processes import resident_bytes, tree
from grader.sandbox.seccomp import seccomp_program
from grader.sandbox.supervise import PACKAGE, environment
from grader.scratch import scratch_folder

__all__ = ["WarmSandbox"]

PROGRAM = """import sys
sys.argv, (number, path) = sys.argv[:1], sys.argv[1:]
del sys.path[0]  # the working folder
sys.path += {path} - {*sys.path}
from grader.probe.warm import main
main(int(number))
"""
HOLDER = PACKAGE / "sandbox" / "warm_hold.py"
SEALS = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE
NOWHERE = Path("/nonexistent")
STARTING = 180.0
"""Seconds that the worker has to import everything, on a busy machine too."""
SEATING = 30.0
"""Seconds that a fork has to take a job."""


class WarmSandbox(BubblewrapSandbox):
    """As `BubblewrapSandbox`, but programs are forked from one warm worker rather than started.

    The worker starts with the first run, or with `warm_up`. It lives until `close`, or until this process ends, however
    that happens. Where it cannot be used, runs are as in `BubblewrapSandbox`, and `cold` says why. Jobs whose
    environment asks for Keras 2 get a worker of their own, for which Keras it is was decided when TensorFlow was
    imported.

    Args:
        hidden: See `BubblewrapSandbox`.

    Raises:
        SandboxUnavailable: See `BubblewrapSandbox`.
    """

    name: ClassVar[str] = "warm"

    def __init__(self, hidden: Sequence[Path] = ()) -> None:
        super().__init__(hidden)
        self._lock = threading.Lock()
        self._workers: dict[str, _Worker] = {}
        self._cold = ""

    @property
    def cold(self) -> str:
        """Why runs do not use the worker, in a clause; empty while they do."""
        return self._cold

    @property
    def worker(self) -> int | None:
        """Process id of the worker, the first should there be two; None while there is none."""
        return next((worker.pid for worker in self._workers.values()), None)

    @property
    def standing(self) -> frozenset[int]:
        """The worker and the fork that waits for the next job."""
        found = {worker.pid for worker in self._workers.values()}
        for worker in [*found]:
            found |= {*[process.pid for process in tree(worker) if process.parent == worker][-1:]}
        return frozenset(found)

    def begin(self, environment: Mapping[str, str]) -> None:
        """See `Sandbox.begin`: the worker imports, and `warm_up` waits for it."""
        with self._lock:
            self._start(environment.get(VARIABLE, ""))

    def warm_up(self, keras: str = "") -> bool:
        """Start the worker, unless it runs, and try it; False when runs will be cold.

        Args:
            keras: What a job's environment says under `TF_USE_LEGACY_KERAS`.
        """
        with self._lock:
            self._start(keras)
            if keras in self._workers and not self._workers[keras].tried:
                try:
                    self._workers[keras].await_imports()
                    self._try_out(self._workers[keras])
                except (OSError, _NotWarmError) as error:
                    self._cool(str(error))
            return keras in self._workers

    def _start(self, keras: str) -> None:
        if keras not in self._workers and not self._cold:
            try:
                self._workers[keras] = _Worker(keras)
            except OSError as error:
                self._cool(str(error))

    def close(self) -> None:
        """End the worker; the next run starts another one."""
        with self._lock:
            self._end_workers()

    def run(self, job: Job, spool: Path) -> Result:
        """See `Sandbox.run`."""
        keras = job.environment.get(VARIABLE, "")
        worker = self._workers.get(keras) if self.warm_up(keras) else None
        if worker is not None:
            try:
                with worker.seat() as number:
                    return self._run_warm(job, spool, worker, number)
            except _NotWarmError as error:
                with self._lock:
                    self._cool(str(error))
        return super().run(job, spool)

    def _run_warm(self, job: Job, spool: Path, worker: "_Worker", seat: int) -> Result:
        def start(words: Sequence[str]) -> list[str]:
            order = json.loads(words[-1])
            given = ",".join(str(n) for n in (order["outbox"], 2, order["group"]) if n is not None)
            return ["--as-pid-1", "--", sys.executable, "-I", "-S", "-B", str(HOLDER), str(seat), given, words[-1]]

        return self._run(job, spool, start, keep=[seat], image=resident_bytes(worker.pid))

    def _cool(self, why: str) -> None:
        self._cold = why
        logging.getLogger(__name__).warning("Notebooks take seconds longer to start, for %s.", why)
        self._end_workers()

    def _end_workers(self) -> None:
        for worker in self._workers.values():
            worker.close()
        self._workers = {}

    def _try_out(self, worker: "_Worker") -> None:
        """Let a program of ours tell how it finds itself in a box, before anybody else's is run there."""
        job = Job("grader.probe.warm_trial", {}, {}, Limits())
        with scratch_folder("trial") as spool, worker.seat() as number:
            result = self._run_warm(job, spool, worker, number)
        said = next((record for record in result.records if record["kind"] == "posture"), None)
        if said is None:
            raise _NotWarmError(f"a fork of the worker did not run: {result.message} {result.log[-500:]} {worker.log}")
        if said["problems"]:
            raise _NotWarmError("a fork of the worker is not shut in: " + "; ".join(map(str, said["problems"])))
        worker.tried = True


class _NotWarmError(Exception):
    """The worker cannot be used; says why in a clause."""


class _Worker:
    """The process, and the socket on which it takes jobs.

    Args:
        keras: As for `WarmSandbox.warm_up`.

    Raises:
        OSError: It cannot be started.
    """

    def __init__(self, keras: str = "") -> None:
        self.tried = False
        """Something of ours has run in a fork of it, and was shut in."""
        self._lock = threading.Lock()
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._log = os.fdopen(os.memfd_create("grader-log"), "w+b")
        with theirs, _sealed_interpreter() as program:
            # A session of its own: Ctrl-C at the terminal reaches us alone, and we end the run in order.
            self._process = subprocess.Popen(
                [sys.executable, "-c", PROGRAM, str(theirs.fileno()), str(PACKAGE.parent)],
                executable=f"/proc/self/fd/{program.fileno()}",
                env=_environment() | ({VARIABLE: keras} if keras else {}),
                cwd="/",
                pass_fds=(theirs.fileno(), program.fileno()),
                start_new_session=True,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._log,
            )
            self.close = weakref.finalize(self, _end, self._process, self._control, self._log)
        with suppress(OSError):  # told when its answer is awaited
            self._control.send(json.dumps(_folders()).encode())

    def await_imports(self) -> None:
        """Return once it can fork.

        Raises:
            _NotWarmError: It never will.
        """
        self._control.settimeout(STARTING)
        try:
            said = self._control.recv(4096).decode()
        except OSError as error:
            said = str(error)
        if said != "ok":
            last = self.log
            self.close()
            raise _NotWarmError(" ".join(f"the worker did not start: {said} {last}".split()))

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def log(self) -> str:
        """The last of what it, or a fork on its way to a box, wrote to stderr."""
        return os.pread(self._log.fileno(), 2**20, 0)[-500:].decode("utf-8", "replace")

    @contextmanager
    def seat(self) -> Iterator[int]:
        """A fork that waits for a box.

        Yields:
            Descriptor of the socket through which the first process of the box speaks with it.

        Raises:
            _NotWarmError: The worker is gone, or may no longer fork.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with ours, theirs:
            theirs.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)  # so that it learns who speaks
            request = json.dumps({"filter": base64.b64encode(seccomp_program()).decode()}).encode()
            try:
                with self._lock:
                    self._control.settimeout(SEATING)
                    socket.send_fds(self._control, [request], [theirs.fileno()])
                    answer = self._control.recv(16)
            except OSError as error:
                raise _NotWarmError(f"the worker does not answer: {error}") from error
            if answer != b"ok":
                raise _NotWarmError("the worker has ended")
            theirs.close()
            yield ours.fileno()


def _end(process: subprocess.Popen[bytes], control: socket.socket, log: IO[bytes]) -> None:
    control.close()  # at which a fork that waits ends by itself
    log.close()
    process.kill()  # it may still be importing, and holds nothing that it would have to put away
    process.wait()


def _environment() -> dict[str, str]:
    """What the worker gets: nothing of ours, and what a program reads only once, when it starts or imports."""
    base = environment(Job("", {}, {}, Limits()), inputs=NOWHERE, out=NOWHERE, home=NOWHERE)
    env = {name: value for name, value in base.items() if not name.startswith("GRADER_")}
    env["OPENBLAS_NUM_THREADS"] = "1"  # it would start its threads on import
    if sysconfig.get_config_var("Py_ENABLE_SHARED"):
        env["LD_LIBRARY_PATH"] = str(sysconfig.get_config_var("LIBDIR"))  # a copy has lost its place among the others
    return env


def _folders() -> dict[str, str]:
    """Variables that name folders of the host."""
    fonts = font_list()
    return {} if fonts is None else {"MPLCONFIGDIR": str(fonts.parent)}


@contextmanager
def _sealed_interpreter() -> Iterator[IO[bytes]]:
    """A copy of the interpreter's program in memory that nobody can change.

    `/proc/self/exe` of a fork leads to the file that was started, past all mounts of the box. Hostile code could change
    the mode of the host's own interpreter there, or worse; of the copy, nothing matters to anybody.
    """
    with os.fdopen(os.memfd_create("python", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING), "w+b") as copy:
        with Path(sys.executable).resolve().open("rb") as source:
            shutil.copyfileobj(source, copy)
        copy.flush()
        os.fchmod(copy.fileno(), 0o555)
        fcntl.fcntl(copy.fileno(), fcntl.F_ADD_SEALS, SEALS)
        sealed = Path(f"/proc/self/fd/{copy.fileno()}").open("rb")  # noqa: SIM115 - closed below
    with sealed:  # a file that is open for writing cannot be run
        yield sealed
