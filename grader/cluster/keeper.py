"""What lives in a Dask worker: one sandbox, warm from the start, the parcels that came, and what waits to be fetched.

Everything here answers with JSON or bytes and raises nothing, for what a worker sends is never unpickled.
"""

import asyncio
import os
import platform
import threading
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

from distributed import Worker, WorkerPlugin, get_worker

from grader import __version__
from grader.cluster.messages import Facts, Order, Reply, write_stream
from grader.cluster.store import Store
from grader.errors import Interrupted, SandboxUnavailable
from grader.sandbox import Job, Result, Sandbox, choose_sandbox
from grader.sandbox.warm import WarmSandbox
from grader.scratch import scratch_folder, sweep
from grader.sources import package_versions, source_digest

__all__ = ["Keeper", "Piece", "facts", "fetch", "here", "received", "reply", "run_order", "send"]

NAME = "grader"
STALE = 3600.0
"""Seconds after which what nobody fetched goes: its coordinator is gone."""
UNWANTED = {"cancelled", "released", "forgotten"}
"""States, as Dask names them, of a task whose result nobody wants."""
Piece = tuple[str, int, bytes, int]
"""Digest, offset, content, size of the whole."""


def here(sandbox: str = "", problem: str = "") -> Facts:
    """What this process is."""
    versions = package_versions("tensorflow", "keras", "tf_keras", "numpy", "pillow", "nbconvert", "ipykernel")
    return Facts(
        versions={"grader": __version__, "python": platform.python_version(), **versions},
        code=source_digest("probe", "sandbox", "cluster"),
        sandbox=sandbox,
        problem=problem,
    )


class Keeper(WorkerPlugin):
    """One for each worker process, from its start to its end."""

    name = NAME
    idempotent = True
    """A second coordinator finds the keeper of the first, warm."""

    async def setup(self, worker: Worker) -> None:
        """Start the sandbox; called by Dask."""
        del worker
        await asyncio.to_thread(self._open)

    async def teardown(self, worker: Worker) -> None:
        """End what runs, and the sandbox; called by Dask."""
        del worker
        await asyncio.to_thread(self._close)

    def transition(self, key: Any, start: str, finish: str, **_: Any) -> None:
        """End a job that its coordinator no longer wants, or whose coordinator is gone; called by Dask."""
        if finish in UNWANTED:
            _replies.pop(key, None)
            if start == "executing" and key in self._stops:
                self._stops[key].set()

    def _open(self) -> None:
        sweep()
        self._stops: dict[Any, threading.Event] = {}
        self._stack = ExitStack()
        folder = self._stack.enter_context(scratch_folder("worker"))
        self._parked = folder / "parked"
        for part in ("parked", "store"):
            (folder / part).mkdir()
        self.store = Store(folder / "store")
        self._sandbox: Sandbox | None = None
        try:
            self._sandbox = choose_sandbox("auto")
            self.facts = here(self._sandbox.name)
        except SandboxUnavailable as error:
            self.facts = here(problem=str(error))
        if isinstance(self._sandbox, WarmSandbox):
            self._sandbox.warm_up()

    def _close(self) -> None:
        for stop in list(self._stops.values()):
            stop.set()
        if self._sandbox is not None:
            self._sandbox.stop()
            self._sandbox.close()
        self._stack.close()

    def run(self, text: bytes, worker: str, key: Any) -> Reply:
        """Run an order; what came of it waits to be fetched.

        Args:
            text: The order, as JSON.
            worker: Id of this worker process.
            key: Of the task, under which it can be stopped.
        """
        order = Order.model_validate_json(text)
        if order.worker != worker:
            return Reply(kind="stranger")
        if self._sandbox is None:
            return Reply(kind="fault", message=self.facts.problem[:2000])
        digests = [*order.inputs.values(), *order.data.values()]
        with self.store.using(digests) as (found, missing), scratch_folder("job") as folder:
            if missing:
                return Reply(kind="missing", missing=tuple(missing))
            stop = self._stops[key] = threading.Event()
            try:
                job = Job(
                    program=order.program,
                    inputs={name: found[digest] for name, digest in order.inputs.items()},
                    data={path: found[digest] for path, digest in order.data.items()},
                    limits=order.limits,
                    environment=order.environment,
                    stopping=stop,
                )
                return self._park(self._sandbox.run(job, folder / "spool"))
            finally:
                del self._stops[key]

    def _park(self, result: Result) -> Reply:
        now = time.time()
        for old in self._parked.iterdir():
            with suppress(OSError):
                if now - old.stat().st_mtime > STALE:
                    old.unlink()
        name = os.urandom(8).hex()
        try:
            size = write_stream(self._parked / name, result.records, result.files)
        except BaseException:
            (self._parked / name).unlink(missing_ok=True)
            raise
        if not size:
            (self._parked / name).unlink()
        return Reply(
            kind="done", status=result.status, message=result.message[:2000], seconds=result.seconds, log=result.log,
            name=name, size=size,
        )  # fmt: skip

    def fetch(self, name: str, offset: int, length: int) -> bytes:
        """A piece of what waits; the last one is followed by its end."""
        path = self._parked / Path(name).name
        try:
            with path.open("rb") as file:
                file.seek(offset)
                content = file.read(length)
                if file.tell() >= path.stat().st_size:
                    path.unlink()
                return content
        except OSError:
            return b""


_replies: dict[Any, bytes] = {}
"""Key of a task that has ended -> its `Reply`, for as long as the coordinator wants it."""


def run_order(text: bytes) -> None:
    """The task: run an order on the worker that this thread belongs to.

    Its reply is asked for as `reply`. Were it the task's result, and the worker lost just now, Dask would wait for the
    task to be run again.
    """
    worker = get_worker()
    key = worker.get_current_task()
    keeper = worker.plugins.get(NAME)
    try:
        if not isinstance(keeper, Keeper):
            found = Reply(kind="fault", message="the worker has not been made ready")
        else:
            found = keeper.run(text, f"{worker.address} {worker.local_directory}", key)
    except Interrupted:
        found = Reply(kind="stopped")
    except Exception as error:  # noqa: BLE001 - told in words, for Dask would send a pickle of it
        found = Reply(kind="fault", message=f"{type(error).__name__}: {error}"[:2000])
    _replies[key] = found.model_dump_json().encode()


def reply(key: str, dask_worker: Worker) -> bytes:
    """The `Reply` of a task that has ended here, as JSON; empty when there is none."""
    del dask_worker
    return _replies.get(key, b"")


def facts(dask_worker: Worker) -> bytes:
    """The worker's `Facts` as JSON; empty as long as it is not ready."""
    keeper = dask_worker.plugins.get(NAME)
    known = getattr(keeper, "facts", None)
    return known.model_dump_json().encode() if isinstance(known, Facts) else b""


async def send(sender: str, pieces: list[Piece], dask_worker: Worker) -> bytes:
    """Take pieces of parcels; gives what went wrong, in a clause, and nothing when nothing did."""
    keeper = dask_worker.plugins.get(NAME)
    if not isinstance(keeper, Keeper):
        return b"the worker has not been made ready"
    try:
        for piece in pieces:
            digest, offset, content, size = piece
            await asyncio.to_thread(keeper.store.add, sender, digest, offset, content, size)
    except (OSError, ValueError) as error:
        return f"{type(error).__name__}: {error}"[:500].encode("utf-8", "replace")
    return b""


def fetch(name: str, offset: int, length: int, dask_worker: Worker) -> bytes:
    """A piece of what an order gave."""
    keeper = dask_worker.plugins.get(NAME)
    return keeper.fetch(name, offset, length) if isinstance(keeper, Keeper) else b""


def received(dask_worker: Worker) -> dict[str, int]:
    """Digest -> how often this worker received that parcel whole."""
    keeper = dask_worker.plugins.get(NAME)
    return dict(keeper.store.received) if isinstance(keeper, Keeper) else {}
