"""One try of one job on one worker: send what it lacks, start the job, wait, and fetch what came of it."""

import os
import shutil
import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from grader.cluster.connection import TICK, Line
from grader.cluster.fleet import Member
from grader.cluster.messages import Order, Reply
from grader.cluster.parcels import Parcel
from grader.errors import InternalFault, Interrupted
from grader.observation import RunStatus
from grader.sandbox.base import Job, Result
from grader.sandbox.inbox import Inbox

__all__ = ["Attempt", "WorkerLost", "held"]

MESSAGE = 8 * 2**20
"""Bytes that go to a worker, or come from it, in one message."""
GRACE = 5
"""Seconds after which a dead worker is known to be dead."""
ROOM = 64 * 2**20
"""Bytes of records and headings that may come besides the files that a job may ship."""
SENDINGS = 3
"""Times that a worker may ask for parcels, which it may drop when its disk is short, before a job is given up."""


class WorkerLost(Exception):
    """The worker went away."""


class Attempt:
    """See the module.

    Args:
        line: To the scheduler.
        member: The worker.
        job: What to run.
        inputs: Name of each input -> its parcel.
        data: Path inside -> its parcel.
        stopping: Set when nobody wants the job any more.
    """

    def __init__(
        self,
        line: Line,
        member: Member,
        job: Job,
        *,
        inputs: Mapping[str, Parcel],
        data: Mapping[str, Parcel],
        stopping: threading.Event,
    ) -> None:
        self._line = line
        self._member = member
        self._job = job
        self._stopping = stopping
        self._parcels = {parcel.digest: parcel for parcel in (*inputs.values(), *data.values())}
        self._order = Order(
            worker=member.listed.id,
            program=job.program,
            inputs={name: parcel.digest for name, parcel in inputs.items()},
            data={path: parcel.digest for path, parcel in data.items()},
            limits=job.limits,
            environment=dict(job.environment),
        )
        self.begun = False
        """The job may have run, so that it may be what the worker was lost for."""

    def run(self, spool: Path) -> Result:
        """Run the job.

        Args:
            spool: Folder for the files that come out; exists, and is empty.

        Raises:
            Interrupted: Nobody wants it any more.
            WorkerLost: The worker went away, or its answer makes no sense.
            InternalFault: The scheduler went away.
        """
        lacks: Iterable[str] = self._parcels.keys() - self._member.has
        for _ in range(SENDINGS):
            self._send(lacks)
            reply = self._start()
            if reply.kind == "done":
                return self._fetch(reply, spool)
            self.begun = reply.kind == "stranger"
            if reply.kind == "fault":
                return held(f"The worker {self._member.listed.name} could not run it: {reply.message}")
            if reply.kind != "missing":
                raise WorkerLost(reply.kind)
            lacks = self._parcels.keys() & set(reply.missing)
            self._member.has -= lacks
        return held(f"The worker {self._member.listed.name} does not keep what it is sent.")

    def _ask(self, what: str, *words: Any) -> bytes:
        self._go_on()
        try:
            return self._line.ask(self._member.listed.address, what, *words, meanwhile=self._go_on)
        except OSError as error:
            raise WorkerLost(str(error)) from error

    def _go_on(self) -> None:
        if self._stopping.is_set():
            raise Interrupted("the run was stopped")
        if not self._line.is_open:
            raise InternalFault(
                "the connection with the scheduler is lost",
                remedy="See that it runs, and run the same command again: all that is done is kept.",
            )
        if self._member.gone.is_set():
            raise WorkerLost("the scheduler has lost it")

    def _send(self, digests: Iterable[str]) -> None:
        """Send parcels, several small ones in one message; each goes to a worker once."""
        if not digests:
            return
        with self._member.supplying:
            lacks = [digest for digest in digests if digest not in self._member.has]
            pieces: list[tuple[str, int, bytes, int]] = []
            for piece in (p for digest in lacks for p in _pieces(digest, self._parcels[digest])):
                if sum(len(p[2]) for p in pieces) + len(piece[2]) > MESSAGE:
                    self._deliver(pieces)
                    pieces = []
                pieces.append(piece)
            if pieces:
                self._deliver(pieces)
            self._member.has.update(lacks)

    def _deliver(self, pieces: list[tuple[str, int, bytes, int]]) -> None:
        problem = self._ask("send", self._line.sender, pieces)
        if problem:
            raise OSError(f"{self._member.listed.name}: {problem.decode('utf-8', 'replace')[:500]}")

    def _start(self) -> Reply:
        """Begin the job and wait for its end."""
        self._go_on()
        self.begun = True
        future = self._line.start(self._member.listed.address, self._order.model_dump_json().encode())
        done = threading.Event()
        future.add_done_callback(lambda _: done.set())
        try:
            while not done.wait(TICK):
                self._go_on()
            if future.status != "finished":
                return self._explain(str(future.status))
            return Reply.model_validate_json(self._ask("reply", future.key))
        except ValidationError as error:
            raise WorkerLost(str(error)) from error
        finally:
            self._line.forget(future)

    def _explain(self, status: str) -> Reply:
        """Why Dask has no answer: the worker died, or it lives and Dask could not run or bring back the job."""
        if self._line.is_open and self._member.gone.wait(GRACE):
            raise WorkerLost(f"the job is {status}")
        self._go_on()
        return Reply(kind="fault", message=f"Dask says of the job: {status}")

    def _fetch(self, reply: Reply, spool: Path) -> Result:
        """What came of it, read as a stream from a sandbox is read, for it is no more to be trusted."""
        if reply.size > self._job.limits.disk_bytes + ROOM:
            return held(f"The worker {self._member.listed.name} would send more than a job may ship.")
        source, sink = os.pipe()
        inbox = Inbox(source, spool, self._job.limits)
        inbox.start()
        try:
            with os.fdopen(sink, "wb") as stream:
                for offset in range(0, reply.size, MESSAGE):
                    stream.write(self._piece(reply, offset))
        except BrokenPipeError:
            pass  # the inbox has seen enough, and says why
        except BaseException:
            inbox.join()
            shutil.rmtree(spool, ignore_errors=True)
            spool.mkdir()
            raise
        inbox.join()
        if inbox.fault or inbox.host_fault:
            return held(f"What the worker {self._member.listed.name} sent is wrong: {inbox.fault or inbox.host_fault}.")
        return Result(
            status=reply.status,
            message=reply.message,
            seconds=reply.seconds,
            records=tuple(inbox.records),
            files=dict(inbox.files),
            log=reply.log,
            worker=self._member.listed.name,
        )

    def _piece(self, reply: Reply, offset: int) -> bytes:
        length = min(MESSAGE, reply.size - offset)
        piece = self._ask("fetch", reply.name, offset, length)
        if len(piece) != length:
            raise WorkerLost("it does not have any more what came of the job")
        return piece


def held(message: str) -> Result:
    """The result of a job that could not be run through no fault of the submission's: its score is held."""
    return Result(RunStatus.INTERNAL, message, seconds=0.0, records=(), files={}, log="")


def _pieces(digest: str, parcel: Parcel) -> Iterator[tuple[str, int, bytes, int]]:
    offset = 0
    for chunk in parcel.chunks():
        yield digest, offset, chunk, parcel.size
        offset += len(chunk)
