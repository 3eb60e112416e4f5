"""The workers of a cluster as the coordinator sees them: which there are, what they are, and who works for whom."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from grader.cluster.messages import Facts
from grader.errors import ClusterError, InternalFault, Interrupted

__all__ = ["Fleet", "Member", "Roll"]

PERIOD = 0.5
"""Seconds between two looks who is there."""
PATIENCE = 120.0
"""Seconds without any worker, or without the scheduler, after which a class is given up; what is done is kept."""


@dataclass(frozen=True)
class Listed:
    """A worker as the scheduler lists it."""

    address: str
    id: str
    """Of the process: another one may come to have its address."""
    name: str
    places: int
    """Jobs that it runs at once."""


class Roll(Protocol):
    """Where the fleet asks."""

    def workers(self) -> list[Listed]:
        """All workers that the scheduler knows.

        Raises:
            OSError: It does not answer.
        """

    def facts(self, address: str) -> Facts | None:
        """What a worker is; None as long as it is not ready."""


@dataclass(eq=False)
class Member:
    """A worker that runs our jobs."""

    listed: Listed
    running: int = 0
    reserved: bool = False
    """For a job that runs by itself, once all others have ended."""
    gone: threading.Event = field(default_factory=threading.Event)
    supplying: threading.Lock = field(default_factory=threading.Lock)
    """Held while parcels are sent, so that two jobs do not send the same one."""
    has: set[str] = field(default_factory=set)
    """Digests of parcels that were sent to it."""


class Fleet:
    """Keeps the list of workers and shares them out; a thread of its own looks who comes and goes.

    Args:
        roll: Where to ask.
        like: What every worker must be.
        safe: What the address of every worker must begin with.
    """

    def __init__(self, roll: Roll, like: Facts, safe: str) -> None:
        self._roll = roll
        self._like = like
        self._safe = safe
        self._members: dict[str, Member] = {}
        self._refused: dict[str, str] = {}
        self._changed = threading.Condition()
        self._closed = threading.Event()
        self._since = time.monotonic()
        """When there last was a worker."""
        self._thread = threading.Thread(target=self._watch, name="grader-fleet", daemon=True)

    def start(self, patience: float) -> str:
        """Wait for the first worker, and give the name of the sandbox that all have.

        Args:
            patience: Seconds to wait.

        Raises:
            ClusterError: There is none, or one of those that are there is not as it must be.
        """
        end = time.monotonic() + patience
        while True:
            self.look()
            if self._refused:
                raise ClusterError(
                    next(iter(self._refused.values())),
                    remedy="Give all workers the same image or environment as this machine, and start them again.",
                )
            if self._members:
                break
            if time.monotonic() > end:
                raise ClusterError("the scheduler has no workers", remedy="Start some, and run the same command again.")
            self._closed.wait(PERIOD)
        self._thread.start()
        return self._like.sandbox

    @property
    def places(self) -> int:
        """Jobs that all workers run at once."""
        return sum(member.listed.places for member in self._members.values())

    def close(self) -> None:
        """Look no more."""
        self._closed.set()
        if self._thread.is_alive():
            self._thread.join()

    def wake(self) -> None:
        """Let those who wait for a place look whether they still want one."""
        with self._changed:
            self._changed.notify_all()

    def look(self) -> None:
        """See who came and who went; who is not as it must be stays outside.

        Raises:
            OSError: The scheduler does not answer.
        """
        listed = {one.id: one for one in self._roll.workers()}
        fresh = [one for one in listed.values() if one.id not in self._members and one.id not in self._refused]
        ready = [Member(one) for one in fresh if self._is_fit(one)]
        with self._changed:
            for member in [m for key, m in self._members.items() if key not in listed]:
                del self._members[member.listed.id]
                member.gone.set()
            # Who was found by another look meanwhile stays as it is, with what it is known to have.
            self._members = {member.listed.id: member for member in ready} | self._members
            self._refused = {key: why for key, why in self._refused.items() if key in listed}
            if self._members:
                self._since = time.monotonic()
            self._changed.notify_all()

    def _is_fit(self, one: Listed) -> bool:
        if not one.address.startswith(self._safe):
            self._refused[one.id] = f"the worker {one.name} does not encrypt what it sends ({one.address})"
            return False
        facts = self._roll.facts(one.address)
        if facts is None:
            return False
        if facts.problem:
            self._refused[one.id] = f"the worker {one.name} has no sandbox: {facts.problem}"
            return False
        if not self._like.sandbox:
            self._like = self._like.model_copy(update={"sandbox": facts.sandbox})
        why = _difference(facts, self._like)
        if why:
            self._refused[one.id] = f"the worker {one.name} would not run notebooks as others do: {why}"
        return not why

    def _watch(self) -> None:
        while not self._closed.wait(PERIOD):
            try:
                self.look()
            except (OSError, RuntimeError, ValueError, TypeError):  # the scheduler may come back
                self.wake()

    @contextmanager
    def place(self, stopping: threading.Event, *, alone: bool = False) -> Iterator[Member]:
        """A worker with room for one more job, for as long as the context lasts.

        Args:
            stopping: Set when nobody wants it any more.
            alone: Nothing else runs on that worker meanwhile.

        Raises:
            Interrupted: `stopping` was set.
            InternalFault: There have been no workers for too long.
        """
        member = self._take(stopping, alone=alone)
        try:
            yield member
        finally:
            with self._changed:
                member.running -= 1
                member.reserved = member.reserved and not alone
                self._changed.notify_all()

    def _take(self, stopping: threading.Event, *, alone: bool) -> Member:
        mine: Member | None = None
        with self._changed:
            try:
                while True:
                    self._go_on(stopping)
                    if mine is None or mine.gone.is_set():
                        mine = self._best(alone=alone)
                        if mine is not None:
                            mine.reserved = alone
                    if mine is not None and not (alone and mine.running):
                        mine.running += 1
                        return mine
                    self._changed.wait(PERIOD)
            except BaseException:
                if mine is not None and alone:
                    mine.reserved = False
                raise

    def _go_on(self, stopping: threading.Event) -> None:
        if stopping.is_set():
            raise Interrupted("the run was stopped before it began")
        if time.monotonic() - self._since > PATIENCE:
            raise InternalFault(
                f"for {PATIENCE:.0f} seconds the cluster has had no workers, or its scheduler has not answered",
                remedy="Start some, and run the same command again: all that is done is kept.",
            )

    def _best(self, *, alone: bool) -> Member | None:
        """The worker with the most room; one with none will do where it is to be emptied."""
        free = [m for m in self._members.values() if not m.reserved and (alone or m.running < m.listed.places)]
        return min(free, key=lambda m: m.running / m.listed.places, default=None)


def _difference(found: Facts, wanted: Facts) -> str:
    """In what two workers differ, in a clause; empty where they do not."""
    for name, version in wanted.versions.items():
        if found.versions.get(name) != version:
            return f"it has {name} {found.versions.get(name, 'missing')} and this machine {version}"
    if found.code != wanted.code:
        return "its grader has other code"
    return f"its sandbox is '{found.sandbox}', not '{wanted.sandbox}'" if found.sandbox != wanted.sandbox else ""


def listed(workers: Mapping[str, Mapping[str, Any]]) -> list[Listed]:
    """Workers from what the scheduler says of itself."""
    return [
        Listed(address, f"{address} {one['local_directory']}", str(one["name"])[:100], max(1, int(one["nthreads"])))
        for address, one in workers.items()
    ]
