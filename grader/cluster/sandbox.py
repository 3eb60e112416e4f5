"""The sandbox whose boxes stand on the workers of a cluster: inputs go there by hash, records and files come back."""

import os
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import ClassVar

from pydantic import ValidationError

from grader.cluster.attempt import Attempt, WorkerLost, held
from grader.cluster.connection import Line, connected
from grader.cluster.fleet import Fleet, Listed, listed
from grader.cluster.messages import Facts
from grader.cluster.parcels import Parcel
from grader.sandbox.base import Job, Result, Sandbox

__all__ = ["ClusterSandbox"]

TRIES = 2
"""Workers that may be lost while they run a job; then it is held."""
ASKING = 5.0
"""Seconds in which a worker must say what it is."""
WAIT_FOR_WORKERS = 60.0
"""Seconds in which the first worker must be there."""


class ClusterSandbox(Sandbox):
    """Runs jobs on Dask workers. Each has one safe sandbox of its own, started once; what this one promises, they keep.

    Args:
        address: Of the scheduler, such as `tls://10.0.0.5:8786`.

    Raises:
        ClusterError: The cluster cannot be reached, is not safe, or is not like this machine.
    """

    name: ClassVar[str] = "cluster"
    isolates: ClassVar[bool] = True

    def __init__(self, address: str) -> None:
        with ExitStack() as stack:
            self._line = Line(stack.enter_context(connected(address)))
            self._line.install()
            scheme = address.partition("://")[0] if "://" in address else "tcp"
            self._fleet = Fleet(self, self._line.here(), f"{scheme}://")
            stack.callback(self._fleet.close)
            # What is observed in a sandbox does not depend on where that stands, so it is kept under the same name.
            self.name = self._fleet.start(WAIT_FOR_WORKERS)  # type: ignore[misc]
            self._data: dict[Path, Parcel] = {}
            self._lock = threading.Lock()
            self._stack = stack.pop_all()

    @property
    def places(self) -> int:
        """What all workers run at once, and as many as this machine measures meanwhile."""
        return self._fleet.places + len(os.sched_getaffinity(0))

    def stop(self) -> None:
        """See `Sandbox.stop`."""
        super().stop()
        self._fleet.wake()

    def close(self) -> None:
        """Leave the cluster; its workers stay warm."""
        self._stack.close()

    def run(self, job: Job, spool: Path) -> Result:
        """See `Sandbox.run`; a job that two workers in turn were lost with is held.

        Raises:
            InternalFault: The cluster has been without workers for too long.
        """
        inputs = {name: Parcel(path) for name, path in job.inputs.items()}
        data = {inside: self._parcel(path) for inside, path in job.data.items()}
        spool.mkdir(parents=True, exist_ok=True)
        lost: list[str] = []
        while len(lost) < TRIES:
            with self._fleet.place(self.stopping, alone=bool(lost)) as member:
                attempt = Attempt(self._line, member, job, inputs=inputs, data=data, stopping=self.stopping)
                try:
                    return attempt.run(spool)
                except WorkerLost:
                    if attempt.begun:
                        lost.append(member.listed.name)
        return held(
            f"Two workers of the cluster were lost while they ran this submission, the second with nothing else to do "
            f"({', '.join(lost)}). It is not tried a third time; the same command tries it again."
        )

    def _parcel(self, path: Path) -> Parcel:
        """Of a data set: read once for the whole class."""
        with self._lock:
            parcel = self._data.setdefault(path, Parcel(path))
            parcel.digest  # noqa: B018 - worked out here, while nobody else does so
            return parcel

    def workers(self) -> list[Listed]:
        """See `fleet.Roll`."""
        return listed(self._line.workers())

    def facts(self, address: str) -> Facts | None:
        """See `fleet.Roll`."""
        try:
            return Facts.model_validate_json(self._line.ask(address, "facts", meanwhile=_not_for_long()))
        except (OSError, ValidationError):
            return None


def _not_for_long() -> Callable[[], None]:
    """Gives up a question after a few seconds: the worker is asked again, should it still be there."""
    end = time.monotonic() + ASKING

    def look() -> None:
        if time.monotonic() > end:
            raise OSError("the worker does not answer")

    return look
