"""A kernel that is forked from the warm worker in place of being started: kept in reserve, then told what to become.

The reserve is forked before its parent takes the way out, reads the plan or starts a thread. So it holds libraries and
nothing else, and it becomes what a started kernel would be: its own session, the environment that its manager gives,
no module of the notebook's runner, and Keras that seems not yet imported (see `grader.probe.seeds`).
"""

import asyncio
import contextlib
import importlib
import json
import os
import random
import signal
import socket
import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from grader.probe import seeds, warm_join

__all__ = ["NAME", "WarmProvisioner", "in_reserve", "load_debugger", "refresh", "register", "reserve"]

NAME = "grader-warm"
"""Under which jupyter_client knows the provisioner."""
RUNNER = ("nbconvert", "nbclient", "rfc3987_syntax", "grader.probe.kernel", "grader.probe.warm_kernel")
"""Modules that a kernel of its own would not have imported, or that the runner imports in part only."""
PAUSE = 0.005
"""Seconds between two looks at a kernel that is to end."""
LARGEST = 256 * 1024

_reserve: "_Reserve | None" = None
_debugger_sets: dict[str, str] = {}
"""Variables that a kernel finds set by its debugger."""


def register() -> None:
    """Make the provisioner known to jupyter_client, in the worker, for all its forks."""
    factory = KernelProvisionerFactory.instance()
    factory.provisioners[NAME] = EntryPoint(NAME, f"{__name__}:WarmProvisioner", KernelProvisionerFactory.GROUP_NAME)


def load_debugger() -> None:
    """Import the debugger that each kernel brings along, in the worker, and note the variables that it sets."""
    before = dict(os.environ)
    importlib.import_module("ipykernel.debugger")
    _debugger_sets.update({name: value for name, value in os.environ.items() if before.get(name) != value})


def refresh() -> None:
    """Forget what a new process would not know: the state of random numbers, and matplotlib's folders."""
    random.seed()
    np.random.seed()
    import matplotlib

    for function in (matplotlib.get_configdir, matplotlib.get_cachedir):
        # both keep their first answer, which was the worker's
        names = function.__code__.co_freevars
        for name, cell in zip(names, function.__closure__ or (), strict=True):
            if name == "called":
                cell.cell_contents = False


def reserve() -> None:
    """Fork the kernel to be. Call it before anything is read or started."""
    global _reserve  # noqa: PLW0603 - a process has one kernel
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    pid = os.fork()
    if pid == 0:
        ours.close()
        _become_kernel(theirs)
    theirs.close()
    _reserve = _Reserve(pid, ours)


def in_reserve() -> bool:
    """A kernel waits for its manager."""
    return _reserve is not None


class _Reserve:
    """The process, with as much of the interface of `subprocess.Popen` as jupyter_client uses."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, orders: socket.socket) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._orders = orders

    def begin(self, arguments: list[str], environment: dict[str, str], folder: str) -> None:
        """Let it become a kernel; returns when it leads a session of its own."""
        text = json.dumps({"arguments": arguments, "environment": environment, "folder": folder})
        self._orders.send(text.encode())
        self._orders.recv(1)
        self._orders.close()

    def poll(self) -> int | None:
        """Exit status, minus the signal's number for one that was killed; None while it lives."""
        return self._wait(os.WNOHANG)

    def wait(self) -> int | None:
        """As `poll`, when it has ended."""
        return self._wait(0)

    def _wait(self, options: int) -> int | None:
        if self.returncode is None:
            try:
                pid, status = os.waitpid(self.pid, options)
            except ChildProcessError:
                self.returncode = -signal.SIGKILL  # somebody else has waited, after having killed it
            else:
                if pid:
                    self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


class WarmProvisioner(LocalProvisioner):
    """jupyter_client's provisioner of local kernels, but for where the process comes from."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Let the reserve become the kernel that the command would have started."""
        assert _reserve is not None  # noqa: S101 - chosen only where `in_reserve`
        folder = str(kwargs.get("cwd") or Path.cwd())
        environment = {**kwargs["env"], "JPY_PARENT_PID": str(os.getpid())}
        _reserve.begin(cmd[cmd.index("ipykernel_launcher") + 1 :], environment, folder)
        self.process = _reserve  # type: ignore[assignment]  # it does what is asked of a Popen
        self.pid = self.pgid = _reserve.pid
        self.cwd = folder
        return self.connection_info

    async def wait(self) -> int | None:
        """As there, but it looks more often, for a class has many kernels to end."""
        while await self.poll() is None:
            await asyncio.sleep(PAUSE)
        self.process = None
        return 0 if _reserve is None else _reserve.returncode


def _become_kernel(orders: socket.socket) -> NoReturn:
    """In the fork: wait for the manager, and be a kernel to the end."""
    code = 1
    try:
        warm_join.keep_only({0, 1, 2, orders.fileno()})
        os.setsid()
        _forget_runner()
        seeds.hide()
        order = orders.recv(LARGEST)
        if order:
            told = json.loads(order)
            os.environ.clear()
            os.environ.update(told["environment"] | _debugger_sets)
            os.chdir(told["folder"])
            orders.send(b"1")
            orders.close()
            warm_join.set_dumpable(True)
            _run_kernel(told["arguments"])
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - a fork never goes back to where it came from
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(code)


def _forget_runner() -> None:
    for name in [*sys.modules]:
        if name.startswith(RUNNER):
            del sys.modules[name]


def _run_kernel(arguments: list[str]) -> None:
    """What `python -m ipykernel_launcher` does."""
    import ipykernel
    import matplotlib
    from ipykernel.kernelapp import IPKernelApp

    # what a fresh matplotlib would read from the environment, where the kernel has put it
    matplotlib.rcParams["backend"] = os.environ.get("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    launcher = Path(ipykernel.__file__).parents[1] / "ipykernel_launcher.py"
    sys.argv[:] = [str(launcher), *arguments]
    application = IPKernelApp.instance()
    application.initialize(arguments)
    application.start()
