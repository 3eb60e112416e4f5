"""A Dask scheduler and workers on this machine, over TLS, started by the commands of docs/cluster.md."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import trustme


class Cluster:
    """A context manager; on leaving it, every process is gone.

    Args:
        folder: For certificates, logs and scratch.
        preload: A file that workers run first.
    """

    def __init__(self, folder: Path, preload: str = "") -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._stack = ExitStack()
        self._preload = ["--preload", preload] if preload else []
        self.workers: dict[str, subprocess.Popen[bytes]] = {}
        self.temporary = folder / "temporary"
        """TMPDIR of the workers."""
        self.temporary.mkdir(exist_ok=True)
        self.settings = make_certificates(folder)
        """What Dask's configuration needs, by key."""
        self.environment = {"DASK_" + key.upper().replace(".", "__").replace("-", "_"): value
                            for key, value in self.settings.items()}  # fmt: skip
        """The same as environment variables."""

    def __enter__(self) -> Self:
        with self._stack:
            file = self.folder / "scheduler.json"
            self._start("scheduler", "scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(file))
            end = time.monotonic() + 60
            while not (file.exists() and file.read_text().strip().endswith("}")):
                assert time.monotonic() < end, self.said("scheduler")
                time.sleep(0.05)
            self.address: str = json.loads(file.read_text())["address"]
            self._stack = self._stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def add(self, name: str, places: int = 1) -> subprocess.Popen[bytes]:
        """Start a worker; it is there when the scheduler says so."""
        words = [
            "--host",
            "127.0.0.1",
            "--nthreads",
            str(places),
            "--memory-limit",
            "0",
            "--no-nanny",
            "--name",
            name,
            *self._preload,
        ]
        self.workers[name] = self._start(name, "worker", self.address, *words)
        return self.workers[name]

    def said(self, name: str) -> str:
        """What a process wrote."""
        return (self.folder / f"{name}.log").read_text()

    def _start(self, name: str, *words: str) -> subprocess.Popen[bytes]:
        log = self._stack.enter_context((self.folder / f"{name}.log").open("wb"))
        line = [sys.executable, "-m", "dask", *words, "--protocol", "tls", "--no-dashboard"]
        environment = os.environ | self.environment | {
            "TMPDIR": str(self.temporary), "DASK_TEMPORARY_DIRECTORY": str(self.temporary),
        }  # fmt: skip
        process = subprocess.Popen(line, env=environment, stdout=log, stderr=log, cwd=self.folder)
        self._stack.callback(self._end, process)
        return process

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
        process.wait()


def make_certificates(folder: Path) -> dict[str, str]:
    """An authority for one cluster, and one certificate for all who take part in it; gives Dask's settings for them."""
    authority = trustme.CA()
    own = authority.issue_cert("127.0.0.1", "localhost")
    authority.cert_pem.write_to_path(folder / "ca.pem")
    own.private_key_and_cert_chain_pem.write_to_path(folder / "own.pem")
    (folder / "own.pem").chmod(0o600)
    tls = "distributed.comm.tls"
    settings = {f"{tls}.ca-file": str(folder / "ca.pem"), "distributed.comm.require-encryption": "True"}
    for role in ("scheduler", "worker", "client"):
        settings |= {f"{tls}.{role}.cert": str(folder / "own.pem"), f"{tls}.{role}.key": str(folder / "own.pem")}
    return settings
