"""Who runs what: graders that share a gradebook leave each other's runs alone, and take over those of dead graders.

A claim belongs to a grader. On the same machine the process table says whether that still lives. Elsewhere its beat
does: a number that it raises every few seconds. Whoever waits watches the number by its own clock, so that the clocks
of two machines need not agree.
"""

import contextlib
import os
import platform
import secrets
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from grader.errors import GraderError
from grader.gradebook.engine import Database
from grader.gradebook.records import Claim
from grader.gradebook.tables import ClaimRow, GraderRow

__all__ = ["BEAT", "LEASE", "Claims"]

BEAT = 5.0
"""Seconds between two signs of life."""
LEASE = 60.0
"""Seconds without one after which a grader on another machine is taken for dead."""


class Claims:
    """The claims of this process.

    Args:
        database: The gradebook.
        lease: See `LEASE`.
    """

    def __init__(self, database: Database, *, lease: float = LEASE) -> None:
        self._database = database
        self._lease = lease
        self._id = secrets.token_hex(16)
        self._end = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._seen: dict[str, tuple[int, float]] = {}
        """Grader -> its beat, and when we first saw that, by our monotonic clock."""

    @property
    def name(self) -> str:
        """This grader, for people."""
        return f"{platform.node()}:{os.getpid()}"

    def join(self) -> None:
        """Enter the list of graders, and go on giving signs of life."""
        with self._lock:
            if self._thread is not None:
                return
            with self._database.write() as session:
                self._bury(session)
                session.add(
                    GraderRow(
                        id=self._id,
                        host=_host(),
                        pid=os.getpid(),
                        started=_started(os.getpid()) or 0,
                        beat=0,
                        at=datetime.now(UTC),
                    )
                )
            self._thread = threading.Thread(target=self._live, name="grader-beat", daemon=True)
            self._thread.start()

    def leave(self) -> None:
        """Give back all claims, and leave the list."""
        with self._lock:
            if self._thread is None:
                return
            self._end.set()
            self._thread.join()
            self._thread = None
            with (
                contextlib.suppress(GraderError),
                self._database.write() as session,
            ):  # others will see that we are gone
                session.execute(delete(ClaimRow).where(ClaimRow.grader == self._id))
                session.execute(delete(GraderRow).where(GraderRow.id == self._id))

    def take(self, session: Session, week: str, student: str, key: str) -> Claim:
        """Claim a run, unless a living grader has it."""
        place = (week, student, key)
        row = session.get(ClaimRow, place)
        if row is None:
            session.add(ClaimRow(week=week, student=student, key=key, grader=self._id))
            return Claim.MINE
        if row.grader == self._id:
            return Claim.BUSY  # another thread of ours
        owner = session.get(GraderRow, row.grader)
        if owner is not None and not self._is_gone(owner):
            return Claim.BUSY
        row.grader = self._id
        return Claim.MINE

    def give(self, session: Session, week: str, student: str, key: str) -> bool:
        """Give a claim back; False when it was no longer ours, for others took us for dead."""
        row = session.get(ClaimRow, (week, student, key))
        if row is None or row.grader != self._id:
            return False
        session.delete(row)
        return True

    def _is_gone(self, owner: GraderRow) -> bool:
        if owner.host == _host():
            started = _started(owner.pid)
            return started is None or started != owner.started
        beat, since = self._seen.get(owner.id, (-1, 0.0))
        if beat != owner.beat:
            self._seen[owner.id] = (owner.beat, time.monotonic())
            return False
        return time.monotonic() - since > self._lease

    def _bury(self, session: Session) -> None:
        """Take dead graders of this machine, with their claims, off the list."""
        for row in session.query(GraderRow).where(GraderRow.host == _host()):
            if self._is_gone(row):
                session.execute(delete(ClaimRow).where(ClaimRow.grader == row.id))
                session.delete(row)

    def _live(self) -> None:
        while not self._end.wait(BEAT):
            # A beat that cannot be written is no reason to stop: the worst is that a run is made by somebody else.
            with contextlib.suppress(GraderError), self._database.write() as session:
                session.execute(
                    update(GraderRow)
                    .where(GraderRow.id == self._id)
                    .values(beat=GraderRow.beat + 1, at=datetime.now(UTC))
                )


def _host() -> str:
    """Names this machine's process table: containers of one machine have tables of their own, and so has each boot."""
    parts = [platform.node()]
    for path, read in (
        ("/proc/sys/kernel/random/boot_id", lambda p: p.read_text(encoding="ascii").strip()),
        ("/proc/self/ns/pid", lambda p: str(p.readlink())),
    ):
        try:
            parts.append(read(Path(path)))
        except OSError:  # no Linux: nobody's process table can be told, and the beat alone counts
            parts.append(secrets.token_hex(8))
    return " ".join(parts)


def _started(pid: int) -> int | None:
    """When a living process was started, in ticks of the clock; None for one that is dead, zombies among them."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
    except OSError:
        return None
    return None if fields[0] in {b"Z", b"X"} else int(fields[19])
