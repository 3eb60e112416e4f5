"""The line to a Dask scheduler: encrypted, with certificates, and closed to pickles that run code."""

import asyncio
import importlib
import io
import ipaddress
import logging
import os
import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import CancelledError, wait
from contextlib import contextmanager, suppress
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from grader.errors import ClusterError

if TYPE_CHECKING:
    from distributed import Client, Future, Security

    from grader.cluster.messages import Facts

__all__ = ["Line", "connected", "loads_safely", "security_for"]

CONNECTING = 20
"""Seconds in which a scheduler must answer."""
TICK = 0.3
"""Seconds between two looks whether an answer is still wanted."""
CERTIFICATES = ("ca-file", "client.cert")
"""What Dask must know, by its settings below `distributed.comm.tls`; the key may stand in the certificate's file."""
VARIABLES = ", ".join(f"DASK_DISTRIBUTED__COMM__TLS__{name}" for name in ("CA_FILE", "CLIENT__CERT", "CLIENT__KEY"))
"""The environment variables that set these."""
HARMLESS = {("builtins", "bytes")}
"""Module and name of all that a message for us may name in a pickle."""
PICKLES = ("distributed.protocol.pickle", "distributed.client")
"""Modules of Dask that hold Python's pickle, through which all its unpickling in a client goes."""


@contextmanager
def connected(address: str) -> Iterator["Client"]:
    """A client of the scheduler at this address, for as long as the context lasts.

    Args:
        address: Such as `tls://10.0.0.5:8786`, or `tcp://127.0.0.1:8786` on this machine.

    Raises:
        ClusterError: The address is not safe, there are no certificates, or nobody answers.
    """
    try:
        from distributed import Client  # noqa: PLC0415 - takes a second, and is not always installed
    except ImportError as error:
        raise ClusterError(
            "a cluster needs Dask, which is not installed", remedy="Install it with: pip install 'cnn-grader[cluster]'"
        ) from error
    security = security_for(address)
    with _without_code_in_pickles():
        try:
            client = Client(
                address, security=security, timeout=CONNECTING, set_as_default=False, direct_to_workers=False,
                name="grader",
            )  # fmt: skip
        except (OSError, TimeoutError, ValueError, TypeError) as error:
            raise ClusterError(
                f"no scheduler answers: {' '.join(str(error).split())[:300]}",
                where=address,
                remedy="Is it running, is the address right, and are your certificates and its own of one authority?",
            ) from error
        try:
            yield client
        finally:
            client.close()


class Line:
    """What the coordinator asks of scheduler and workers. Answers are bytes, to be checked by whoever asked.

    Args:
        client: Of the scheduler.
    """

    def __init__(self, client: "Client") -> None:
        from grader.cluster import keeper  # noqa: PLC0415 - imports Dask

        self._client = client
        self._keeper = keeper
        self.sender = os.urandom(8).hex()
        """Tells this coordinator from others."""

    def install(self) -> None:
        """Put a keeper into every worker that is there, or comes, and has none yet; waits until all have started."""
        self._client.register_plugin(self._keeper.Keeper())

    def here(self) -> "Facts":
        """What this process is, to be compared with workers."""
        return self._keeper.here()

    def workers(self) -> Mapping[str, Mapping[str, Any]]:
        """Address -> what the scheduler says of the worker.

        Raises:
            OSError: The scheduler does not answer.
        """
        if not self.is_open:
            raise OSError("the scheduler does not answer")
        found: Mapping[str, Mapping[str, Any]] | None = self._client.scheduler_info().get("workers")
        if found is None:
            raise OSError("the scheduler went away")
        return found

    @property
    def is_open(self) -> bool:
        """The scheduler is connected."""
        return bool(self._client.status == "running")

    def ask(self, address: str, what: str, *words: Any, meanwhile: Callable[[], None]) -> bytes:
        """Call a function of `grader.cluster.keeper` in a worker, beside its jobs.

        Args:
            address: Of the worker.
            what: Name of the function.
            words: What it is called with.
            meanwhile: Called again and again, and may raise: Dask takes half a minute to find that nobody answers.

        Raises:
            OSError: The worker is gone, or does not answer with bytes.
        """
        function = getattr(self._keeper, what)
        loop: Any = self._client.loop
        try:
            asked = self._client.run(function, *words, workers=[address], on_error="return", asynchronous=True)
            answering = asyncio.run_coroutine_threadsafe(asked, loop.asyncio_loop)
            try:
                while not wait([answering], TICK).done:
                    meanwhile()
                answer = answering.result().get(address)
            finally:
                answering.cancel()
        except (CancelledError, RuntimeError, ValueError, TypeError) as error:  # closed, or no message of Dask's
            raise OSError(f"the scheduler does not answer: {error}") from error
        if not isinstance(answer, bytes):
            raise OSError(f"the worker does not answer: {answer!r}"[:500])
        return answer

    def start(self, address: str, order: bytes) -> "Future[Any]":
        """Begin a job on a worker; nowhere else, whatever becomes of it."""
        return self._client.submit(
            self._keeper.run_order, order, key=f"grader-{os.urandom(8).hex()}", workers=[address],
            allow_other_workers=False, retries=0,
        )  # fmt: skip

    def forget(self, future: "Future[Any]") -> None:
        """End a job that still runs, and let go of one that does not."""
        with suppress(RuntimeError):  # the client is closed, and the scheduler has forgotten all that it wanted
            future.release()


def security_for(address: str) -> "Security":
    """How to speak with a scheduler: over TLS, or, on this machine alone, plainly.

    Certificates are those of Dask's own configuration, which schedulers and workers read as well.

    Raises:
        ClusterError: The address would be spoken to in the clear, or Dask knows no certificates.
    """
    import dask  # noqa: PLC0415 - as above
    from distributed import Security  # noqa: PLC0415

    scheme, found, rest = address.partition("://")
    if not found:
        scheme, rest = "tcp", address
    host, _, port = rest.rpartition(":")
    if not host or not port.isdigit():
        raise ClusterError("this is no address of a scheduler", where=address, remedy="Write tls://HOST:PORT.")
    if scheme == "tcp" and _is_this_machine(host):
        return Security()
    if scheme != "tls":
        raise ClusterError(
            f"'{scheme}' sends submissions through the network for everybody to read and to change",
            where=address,
            remedy=f"Start scheduler and workers with --protocol tls, and name it as tls://{rest}.",
        )
    if not all(dask.config.get(f"distributed.comm.tls.{name}", None) for name in CERTIFICATES):
        raise ClusterError(
            "there is no certificate to show to the scheduler",
            where=address,
            remedy=f"Name the files in Dask's configuration, or in the environment: {VARIABLES}.",
        )
    return Security(require_encryption=True)


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def loads_safely(data: Any, *, buffers: Iterable[Any] = ()) -> Any:
    """As `pickle.loads`, for plain values only.

    Raises:
        TypeError: The pickle names a function or class, whose call could do anything.
    """
    return _Unpickler(io.BytesIO(data), buffers=buffers).load()


class _Unpickler(pickle.Unpickler):
    def find_class(self, module_name: str, global_name: str, /) -> Any:
        if (module_name, global_name) not in HARMLESS:
            # Dask takes a TypeError for a traceback that it cannot restore, and goes on without it
            raise TypeError(f"a message from the cluster names {module_name}.{global_name}")
        return super().find_class(module_name, global_name)


@contextmanager
def _without_code_in_pickles() -> Iterator[None]:
    """Dask's client in this process unpickles plain values only.

    Dask trusts whoever holds a certificate, down to running code from a message. A worker is one step from student
    code, and this process holds the gradebook, the rubric and the labels.
    """
    safe = SimpleNamespace(**{**vars(pickle), "loads": loads_safely})
    logger = logging.getLogger("distributed")  # it would tell of each refused pickle on the terminal
    level = logger.level
    logger.setLevel(logging.ERROR)
    modules = [importlib.import_module(name) for name in PICKLES]
    before = [vars(module)["pickle"] for module in modules]
    for module in modules:
        vars(module)["pickle"] = safe
    try:
        yield
    finally:
        logger.setLevel(level)
        for module, old in zip(modules, before, strict=True):
            vars(module)["pickle"] = old
