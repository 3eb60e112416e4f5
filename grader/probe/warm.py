"""The warm worker: imports TensorFlow and the notebook's runner once, then gives each job a fork of itself.

Started by `grader.sandbox.warm` as a process of its own, with the number of its control socket. It never runs an op,
reads nothing of the course and gets no environment of the host's, so a fork holds nothing but libraries. It has one
thread, for a fork takes along only one; that is checked before each fork.

A fork that waits for its job stands ready at any time. It takes a request {"filter": ...} with a socket, its seat, off
the control socket and answers "ok"; through the seat comes, from the first process of a box, what to do, and with it
the box to join.
"""

import base64
import gc
import importlib
import importlib.util
import inspect
import itertools
import json
import os
import signal
import socket
import struct
import sys
import traceback
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

from grader.probe import keras_api, warm_join, warm_kernel

__all__ = ["main"]

LIBRARIES = (
    "numpy", "tensorflow", "keras", "PIL.Image", "matplotlib.pyplot",
    "nbconvert.preprocessors.execute", "ipykernel.kernelapp", "ipykernel.ipkernel",
    "IPython.core.completer", "stack_data", "pygments.formatters.terminal256",
)  # fmt: skip
OURS = ("execute", "inspect", "inside", "surroundings")
"""Programs of ours; what they import is imported, they themselves are not."""
LARGEST = 256 * 1024
COLLAPSE_AT = 8
"""After so many forks, a class being under way, the worker's memory is put into large pages."""


def main(number: int) -> None:
    """Serve jobs until the control socket is closed at its other end.

    Args:
        number: Descriptor of the control socket. On it come first variables to set, as JSON, that need not be seen in
            `/proc/self/environ`.
    """
    control = socket.socket(fileno=number)
    os.environ.update(json.loads(control.recv(LARGEST)))
    warm_join.set_name(Path(sys.executable).name.encode()[:15])  # as of a program that is started
    gc.disable()  # whatever is imported stays, and need not be looked through
    problem = _warm_up()
    control.send((problem or "ok").encode()[-4096:])
    if problem:
        sys.exit(1)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody has to wait for children
    sys.path_importer_cache.clear()  # what folders of the host held
    gc.freeze()  # a collection in a fork then writes to none of the shared pages
    gc.enable()
    _serve(control)


def _warm_up() -> str:
    """Import everything; returns why no fork may be made, or nothing."""
    try:
        keras_api.install()
        for name in OURS:
            _import_parts(f"grader.probe.{name}")
        for name in LIBRARIES:
            importlib.import_module(name)
        warm_kernel.register()
        warm_kernel.load_debugger()
        importlib.import_module("nbformat").v4.new_code_cell("")  # compiles the schema
        importlib.import_module("PIL.Image").init()  # imports every reader, as the first file that is no image would
        _load_launcher()
        _learn_files()
    except Exception:  # noqa: BLE001 - whatever it is, it is for the one who asked
        return traceback.format_exc()[-2000:]
    return _threads()


def _import_parts(name: str) -> None:
    """Import a program's module for what it imports, and forget it, for it will be run as `__main__`."""
    importlib.import_module(name)
    del sys.modules[name]


def _learn_files() -> None:
    """Fill the table by which tracebacks find the module of a file, which looks up the true path of every module.

    Each kernel would do so at its first error, and each has one: the line of the grader's that must fail. Modules that
    load when they are looked at are left alone.
    """
    table: dict[str, str] = inspect._filesbymodname  # type: ignore[attr-defined]
    for name, module in [*sys.modules.items()]:
        file = vars(module).get("__file__") if isinstance(module, ModuleType) else None
        if isinstance(file, str):
            path = inspect.getabsfile(module)
            table[name] = file
            inspect.modulesbyfile[path] = inspect.modulesbyfile[os.path.realpath(path)] = module.__name__


def _threads() -> str:
    count = len(os.listdir("/proc/self/task"))  # noqa: PTH208 - names suffice
    return "" if count == 1 else f"the worker has {count} threads, and a fork would lose all but one"


def _serve(control: socket.socket) -> NoReturn:
    """Keep one fork waiting for the next job."""
    for number in itertools.count():
        if number == COLLAPSE_AT:
            warm_join.collapse_pages()
        if _threads():
            break
        source, sink = os.pipe()
        if os.fork() == 0:
            os.close(source)
            _take(control, sink)
        os.close(sink)
        taken = os.read(source, 1)
        os.close(source)
        if not taken:  # the grader is gone, or forks are not what they should be
            break
    os._exit(0)


def _take(control: socket.socket, sink: int) -> NoReturn:
    """In the fork: wait for a job, and become it."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    code = 1
    try:
        text, numbers, _, _ = socket.recv_fds(control, LARGEST, 1)
        if text:
            control.send(b"ok")
            os.write(sink, b"1")
            os.close(sink)
            control.close()
            code = _sit(socket.socket(fileno=numbers[0]), base64.b64decode(json.loads(text)["filter"]))
    except BaseException:  # noqa: BLE001 - a fork never goes back to where it came from
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _sit(seat: socket.socket, rules: bytes) -> int:
    """Join the box at the other end of the seat, and run its program to its end."""
    told, numbers, pid = _hear(seat)
    if not told:
        return 0  # the box could not be built, and its builder has said why
    try:
        warm_join.enter(pid)
        warm_join.drop_privileges()
        warm_join.fork_orphan()
    except OSError as error:
        seat.send(f"cannot join its box: {error}".encode())
        return 1
    text, folder, *environment = map(os.fsdecode, told.split(b"\0"))
    order = json.loads(text)
    _settle(order, folder, environment, numbers, seat)
    return _run(order, rules)


def _hear(seat: socket.socket) -> tuple[bytes, list[int], int]:
    """What the box's first process says, the descriptors that it sends, and its process id as seen from here."""
    numbers: list[int] = []
    pid = 0
    text, more, _, _ = seat.recvmsg(LARGEST, 1024)
    for _, kind, data in more:
        if kind == socket.SCM_RIGHTS:
            numbers += struct.unpack(f"{len(data) // 4}i", data)
        elif kind == socket.SCM_CREDENTIALS:
            pid = struct.unpack("3i", data)[0]
    return text, numbers, pid


def _settle(
    order: dict[str, Any], folder: str, environment: Sequence[str], numbers: list[int], seat: socket.socket
) -> None:
    """Leave behind what is the worker's own, and take over what the box's first process had."""
    order["outbox"], errors, *group = numbers
    order["group"] = group[0] if group else None
    void = os.open(os.devnull, os.O_RDWR)
    for number, target in ((void, 0), (void, 1), (errors, 2)):
        os.dup2(number, target, inheritable=True)
    warm_join.keep_only({0, 1, 2, seat.fileno(), order["outbox"], *group})
    os.setsid()
    warm_join.reset_signals()
    os.environ.clear()
    os.environ.update({name: value for name, _, value in (entry.partition("=") for entry in environment)})
    os.chdir(folder)
    seat.send(str(os.getpid()).encode())
    seat.close()


def _run(order: dict[str, Any], rules: bytes) -> int:
    """Set the limits, keep a kernel in reserve where one will be wanted, and run the program; its exit status."""
    launch = _load_launcher()
    launch.limit(order)
    warm_join.install_filter(rules)
    warm_kernel.refresh()
    if order["program"] == "grader.probe.execute":
        warm_kernel.reserve()
    try:
        launch.start(order)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


@cache
def _load_launcher() -> ModuleType:
    """`launch.py` by its path: its package would bring the grader's own side into the box."""
    path = Path(__file__).parents[1] / "sandbox" / "launch.py"
    spec = importlib.util.spec_from_file_location("launch", path)
    assert spec is not None and spec.loader is not None  # noqa: S101, PT018 - a file that exists has both
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
