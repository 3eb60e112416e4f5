"""No sandbox: the program runs as a process of this user. Only for one's own code."""

import os
import shutil
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from grader.errors import SandboxUnavailable
from grader.sandbox.base import Job, Result, Sandbox
from grader.sandbox.cgroup import control_group
from grader.sandbox.fonts import font_list
from grader.sandbox.supervise import environment, order, rlimits, supervise
from grader.scratch import scratch_folder

__all__ = ["PlainSandbox"]

MARGIN = 16
"""Processes over the limit that the kernel allows, so that the watchdog sees that it was passed."""


class PlainSandbox(Sandbox):
    """Limits without isolation: **unsafe** for anybody's code but one's own.

    Time, memory, processes, file size and output are limited as in the real sandbox. Not held: the network, the host's
    files (which the program reads and writes as this user), the size of what it writes in all, and processes that take
    pains to hide. Data folders appear at their paths as links, for as long as a run needs them.
    """

    name: ClassVar[str] = "none"
    isolates: ClassVar[bool] = False

    def run(self, job: Job, spool: Path) -> Result:
        """See `Sandbox.run`."""
        spool.mkdir(parents=True, exist_ok=True)
        with scratch_folder("plain") as root, _linked(job.data):
            folders = {part: root / part for part in ("in", "out", "work", "home", "tmp")}
            for folder in folders.values():
                folder.mkdir()
            for key, source in job.inputs.items():
                if "/" in key or key.startswith("."):
                    raise ValueError(f"'{key}' is no name for an input")
                (folders["in"] / key).symlink_to(source.resolve(strict=True))
            env = environment(job, inputs=folders["in"], out=folders["out"], home=folders["home"])
            env |= {"TMPDIR": str(folders["tmp"])}
            fonts = font_list()
            if fonts:
                Path(env["MPLCONFIGDIR"]).mkdir()
                shutil.copy(fonts, env["MPLCONFIGDIR"])
            limits = rlimits(job.limits)
            most = job.limits.processes + MARGIN
            with control_group(processes=most, memory_bytes=job.limits.memory_bytes) as group:
                return supervise(
                    lambda outbox: order(job, limits, outbox, group.entry, parent=os.getpid()),
                    job,
                    spool,
                    env=env,
                    cwd=folders["work"],
                    depth=0,
                    keep=[] if group.entry is None else [group.entry],
                    group=group,
                    stopping=self.stopping,
                )


_links: dict[Path, int] = {}
"""Link that we made -> runs that use it."""
_lock = threading.Lock()


@contextmanager
def _linked(data: Mapping[str, Path]) -> Iterator[None]:
    """Data folders at the paths where notebooks look for them."""
    made: list[Path] = []
    try:
        for name, source in data.items():
            path = Path(name)
            if not path.is_absolute():
                raise ValueError(f"'{name}' is no absolute path for data")
            with _lock:
                if path not in _links and not path.is_symlink() and path.exists():
                    if path.resolve() == source.resolve():
                        continue
                    raise SandboxUnavailable(
                        f"without a sandbox the data must appear at {path}, and something else is there",
                        remedy=f"Move {path} away, or run with the sandbox.",
                    )
                if path not in _links:
                    path.unlink(missing_ok=True)  # left by a run that was killed
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.symlink_to(source.resolve(strict=True))
                _links[path] = _links.get(path, 0) + 1
            made.append(path)
        yield
    finally:
        with _lock:
            for path in made:
                _links[path] -= 1
                if not _links[path]:
                    del _links[path]
                    path.unlink(missing_ok=True)
