"""What a sandbox is: a job goes in, a result comes out, and nothing that ran is left."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Event
from typing import Any, ClassVar

from grader.course import Limits
from grader.observation import RunStatus

__all__ = ["Job", "Result", "Sandbox"]


@dataclass(frozen=True)
class Job:
    """One program of ours to run beside hostile code or files."""

    program: str
    """A module of ours that `python -m` could run, such as `grader.probe.execute`."""
    inputs: Mapping[str, Path]
    """Name -> host file or folder; read-only inside, at `$GRADER_IN/<name>`."""
    data: Mapping[str, Path]
    """Absolute path inside, such as `/tmp/PetImages` -> host folder or file; read-only inside."""
    limits: Limits
    environment: Mapping[str, str] = field(default_factory=dict)
    """Variables to set besides the sandbox's own, such as `TF_NUM_INTRAOP_THREADS`. Nothing is inherited."""
    stopping: Event | None = field(default=None, compare=False)
    """Ends this run alone when it is set, as `Sandbox.stop` ends all; None where only that one does."""


@dataclass(frozen=True)
class Result:
    """What became of a job."""

    status: RunStatus
    """OK, TIMEOUT, MEMORY, OUTPUT, DISK, KILLED or INTERNAL; never CELL_ERROR, which is for the outside to find."""
    message: str
    """What stopped it, in one sentence; empty when nothing did."""
    seconds: float
    """Wall clock from start to end."""
    records: tuple[dict[str, Any], ...]
    """JSON records that the program sent, in order, as far as it came. Finite numbers, no lone surrogates."""
    files: Mapping[str, Path]
    """Files that the program shipped whole: relative POSIX name -> regular file in the spool folder."""
    log: str
    """The last of what it wrote to stderr, for staff. Students can write there too."""
    worker: str = ""
    """Name of the worker of a cluster that ran it; empty for this machine."""


class Sandbox(ABC):
    """Runs one job at a time per call; calls from several threads do not disturb each other.

    The contract, which one conformance suite asks of every provider:

    - Inside, `GRADER_IN` and `GRADER_OUT` name the folders of inputs and of output, the working folder is writable, and
      of the host's environment nothing is seen.
    - Records and files come out through a pipe that only our program holds. A forged, broken or oversized stream ends
      the run; what came before it is kept.
    - Whatever happens inside is a `Result`: hostile code never makes `run` raise.
    - When `run` returns or raises, nothing that it started is alive but what `standing` names, and no temporary file of
      it is left except the files in the spool.

    A provider with `isolates` true also promises: no network, none of the host's files but the interpreter, its
    packages and what the job lists, own process table, no privileges, and a sized writable disk.
    """

    name: ClassVar[str]
    isolates: ClassVar[bool]
    """Hostile code may be run in it."""

    @property
    def places(self) -> int | None:
        """How many jobs to give it at once; None where that is for this machine's cores and memory to say."""
        return None

    @property
    def standing(self) -> frozenset[int]:
        """Ids of the processes that live between runs: none, unless a provider says so."""
        return frozenset()

    @cached_property
    def stopping(self) -> Event:
        """Set once somebody wants all runs to end."""
        return Event()

    def stop(self) -> None:
        """End what runs in other threads, and start nothing any more: each `run` raises Interrupted."""
        self.stopping.set()

    def begin(self, environment: Mapping[str, str]) -> None:
        """Start what lives between runs, without waiting for it: jobs with this environment are sure to come."""
        del environment

    def close(self) -> None:
        """End what lives between runs; a later run starts it again."""
        return

    @abstractmethod
    def run(self, job: Job, spool: Path) -> Result:
        """Run a job to its end or its limits.

        Args:
            job: What to run.
            spool: Folder for the files that come out; made when missing, and best empty.

        Raises:
            Interrupted: `stop` was called.
            SandboxUnavailable: The sandbox cannot be set up on this machine.
            ValueError: The job names an input or a path that no job of ours may name.
        """
