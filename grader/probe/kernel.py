"""Runs a notebook cell by cell, whatever the cells do, and tells how each of them ended."""

import asyncio
import contextlib
import math
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Callable
from queue import Empty
from typing import Any

# Two packages that running a notebook never needs, but whose import takes longer than the rest together. Both importers
# have a branch for their absence.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
sys.modules.setdefault("nbconvert.filters", None)  # type: ignore[arg-type]

import zmq
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.paths import jupyter_runtime_dir
from nbclient.util import run_sync
from nbconvert.preprocessors.execute import ExecutePreprocessor
from nbformat import NotebookNode, v4

from grader.probe import warm_kernel
from grader.probe.budget import Budget
from grader.probe.tracebacks import code_error

__all__ = ["Runner", "read"]

GRACE = 10.0
"""Seconds that a cell has to end after it was interrupted, before its kernel is killed."""

SETTLE = 0.3
"""Seconds that a cell which printed too much has to end by itself, without an interrupt among its outputs."""

MUST_FAIL_SECONDS = 20.0

MAX_SOCKET_FOLDER = 48
LOOK = 0.005
"""Seconds between two looks at a kernel that starts or ends; the libraries' own tenth is much of a short run."""

FULL_BYTES = 256 * 1024
"""Room on a disk under which it counts as full."""

OPTIONS = (
    "--HistoryManager.enabled=False",
    # leaves no name behind in the notebook
    "--IPKernelApp.exec_lines=__import__('grader.probe.surroundings', fromlist=['prepare']).prepare()",
)

Send = Callable[..., None]

DIED = {"name": "ProbeStopped", "message": "the kernel died before the probe", "line": "", "line_number": None}


class _Client(AsyncKernelClient):
    """A client that is ready as soon as it has heard the kernel on both channels, and that has no others.

    nbclient uses no more. A connection that a busy kernel takes late is a danger to it: its library ends the process
    when a notebook has used up the descriptors by then.
    """

    def start_channels(
        self, shell: bool = True, iopub: bool = True, stdin: bool = False, hb: bool = False, control: bool = False
    ) -> None:
        """Open the two channels on which requests, replies and outputs go."""
        super().start_channels(shell, iopub, stdin, hb, control)

    async def _async_wait_for_ready(self, timeout: float | None = None) -> None:
        """As in jupyter_client, which after that listens for a fifth of a second longer, should more come.

        What comes late does no harm: nbclient knows each message by the request that it answers.
        """
        deadline = time.monotonic() + (timeout or math.inf)
        while True:
            request = self.kernel_info()
            with contextlib.suppress(Empty):
                if await self._hears(request):
                    return
            if not await self._async_is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
            if time.monotonic() > deadline:
                raise RuntimeError(f"Kernel didn't respond in {timeout} seconds")

    async def _hears(self, request: str) -> bool:
        """Whether the kernel answers one request on the shell channel and, there too, tells that it has done so."""
        while (reply := await self.get_shell_msg(timeout=1))["parent_header"].get("msg_id") != request:
            pass
        while True:
            told = await self.get_iopub_msg(timeout=0.05)
            if told["parent_header"].get("msg_id") == request and told["content"].get("execution_state") == "idle":
                self._handle_kernel_info_reply(reply)
                return True

    wait_for_ready = _async_wait_for_ready


class _Kernels(AsyncKernelManager):
    """Kernels of this interpreter alone: no file on disk and no notebook chooses another."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.client_factory = _Client
        self.context.setsockopt(zmq.RECONNECT_IVL, int(1000 * LOOK))  # until the kernel has its sockets
        # Sockets in a private folder; through the loopback only where that folder's path is too long for a socket's.
        self.transport = "ipc" if len(jupyter_runtime_dir()) < MAX_SOCKET_FOLDER else "tcp"
        self._kernel_spec = KernelSpec(
            argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", *OPTIONS],
            display_name="Python 3",
            language="python",
            metadata={"kernel_provisioner": {"provisioner_name": warm_kernel.NAME}} if warm_kernel.in_reserve() else {},
        )

    async def _async_wait(self, pollinterval: float = LOOK) -> None:
        """Until the kernel has ended."""
        await super()._async_wait(min(pollinterval, LOOK))

    def _connect_control_socket(self) -> None:
        """Not at all: kernels are interrupted and ended by signals, never asked. See `_Client`."""


class Runner(ExecutePreprocessor):  # type: ignore[misc]
    """nbconvert's `ExecutePreprocessor`, with the policy of a grader.

    Nothing in the notebook is obeyed: errors never end the run, no tag skips a cell. The last cell is the grader's own
    probe. Each cell has its time; one that takes longer is interrupted, and if that does not help, the kernel is
    killed.

    Args:
        cell_seconds: Wall clock of one cell.
        cells_until: When the notebook's own cells must be over, on the clock of `time.monotonic`.
        probe_seconds: Wall clock of the last cell.
        budget: What cells may print.
        send: Called with the kind and the fields of a record as things happen.
        after: Called with the index and the outputs of each cell that has run.
    """

    def __init__(
        self,
        *,
        cell_seconds: float,
        cells_until: float,
        probe_seconds: float,
        budget: Budget,
        send: Send,
        after: Callable[[int, list[Any]], None],
    ) -> None:
        super().__init__(
            kernel_name="python3", kernel_manager_class=_Kernels, allow_errors=True, record_timing=False,
            store_widget_state=False, coalesce_streams=True, shutdown_kernel="immediate", skip_cells_with_tag="",
            ipython_hist_file="",
            on_cell_executed=self._replied,
        )  # fmt: skip
        self._cell_seconds = cell_seconds
        self._cells_until = cells_until
        self._probe_seconds = probe_seconds
        self._budget = budget
        self._send = send
        self._after = after
        self._limit = 0.0
        self._why = ""
        self._flooded: asyncio.Event | None = None
        self._timeouts = 0
        self._sources: dict[int, str] = {}
        self._over = False
        self._reply: dict[str, Any] = {}
        self._told: set[int] = set()
        self.running = False
        """The kernel was ready, so that from here on student code may have a hand in whatever goes wrong."""
        self.dead = False
        """The kernel is gone, or no longer speaks its protocol."""

    def preprocess_cell(self, cell: NotebookNode, resources: Any, index: int) -> tuple[NotebookNode, Any]:
        """Run one cell, or tell that it was not run; never raises for what the cell did."""
        self.running = True
        if cell.cell_type == "code":
            if index == len(self.nb.cells) - 1:
                self._probe(cell, index)
            else:
                self._student_cell(cell, index)
        return cell, resources

    def _replied(self, *, execute_reply: dict[str, Any], **_: Any) -> None:
        self._reply = execute_reply.get("content", {})

    def _error(self, cell: NotebookNode) -> dict[str, Any] | None:
        """What the cell raised: as its outputs tell, or the kernel's reply, should the outputs have been lost."""
        given = [output for output in cell.outputs if output.get("output_type") == "error"]
        if not given and self._reply.get("status") == "error":
            given = [self._reply]
        return code_error(given[-1], self._sources) if given else None

    def abandon(self) -> None:
        """Tell the end of a run that broke down in the middle: what was not run, and why."""
        self._stop("killed", "The notebook's kernel broke off the talk with the program that runs it.")
        for index, cell in enumerate(self.nb.cells[:-1]):
            if cell.cell_type == "code" and index not in self._told:
                self._tell(index, "not_run")

    def _tell(self, index: int, status: str, seconds: float = 0.0, error: Any = None) -> None:
        self._told.add(index)
        self._send("cell", index=index, status=status, seconds=round(seconds, 3), error=error)

    def _student_cell(self, cell: NotebookNode, index: int) -> None:
        left = self._cells_until - time.monotonic()
        if left <= 0 and not self._over:
            self._stop("timeout", "The notebook took longer than the time that all its cells have together.")
        if self._over:
            self._tell(index, "not_run")
            return
        start = time.monotonic()
        limit = min(self._cell_seconds, left)
        self._budget.begin_cell()
        self._run(cell, index, limit)
        told = self._error(cell)
        status = "error" if told else "ok"
        if self._why == "timeout":
            self._timeouts += 1
            status = "timeout"
            self._stop("timeout", f"Cell {index + 1} was stopped after {limit:.0f} seconds.", over=self._timeouts > 1)
        elif self._why == "output":
            status = "error"
            text = self._budget.over
            told = {"name": "OutputLimit", "message": f"{text}, and was stopped", "line": "", "line_number": None}
            self._stop("output", f"Cell {index + 1} was stopped: {text}.", over=self._budget.is_all_over)
        elif self.dead:
            status = "error"
            told = {
                "name": "KernelDied",
                "message": "the kernel died while this cell ran",
                "line": "",
                "line_number": None,
            }
        elif status == "error" and _disk_full():
            self._stop("disk", f"The disk that the notebook may write to was full when cell {index + 1} ended.")
        if self.dead:
            self._stop("killed", f"The notebook's kernel died while cell {index + 1} ran.")
        self._tell(index, status, time.monotonic() - start, told)
        self._after(index, cell.outputs)

    def _probe(self, cell: NotebookNode, index: int) -> None:
        if self.dead:
            return
        self._budget.begin_probe()
        self._must_fail(index)
        if self.dead:
            self._send("probe", error=DIED)
            return
        self._run(cell, index, self._probe_seconds)
        told = self._error(cell)
        if self._why or self.dead:
            name = "ProbeTimeout" if self._why == "timeout" else "ProbeStopped"
            told = {"name": name, "message": "the probe was stopped before its end", "line": "", "line_number": None}
        self._send("probe", error=told)

    def _must_fail(self, index: int) -> None:
        """Run a line that fails with a word that no notebook knows, and tell when the kernel keeps that to itself.

        A hook or a changed kernel that hides the errors of every cell hides this one too. One that hides those of some
        cells only does no more than a `try` in these cells would, and earns as little.
        """
        word = secrets.token_hex(8)
        cell = v4.new_code_cell(f"{{}}['{word}']")
        self._run(cell, index, MUST_FAIL_SECONDS)
        told = self._error(cell)
        if told is None or word not in told["message"]:
            self._send("errors_hidden")

    def _run(self, cell: NotebookNode, index: int, limit: float) -> None:
        """Run a cell; afterwards `_why` tells what we stopped it for, and `dead` whether the kernel is gone."""
        self._why, self._limit, self._reply = "", limit, {}
        try:
            self.execute_cell(cell, index)
        except Exception as error:  # noqa: BLE001 - a kernel in hostile hands can make its client raise anything
            print(f"cell {index}: {type(error).__name__}: {error}"[:1000], file=sys.stderr)  # noqa: T201 - the staff's log
            self.dead = True
        count = cell.get("execution_count")
        if isinstance(count, int):
            self._sources[count] = cell.source

    def _stop(self, status: str, message: str, *, over: bool = True) -> None:
        self._over = self._over or over
        self._send("stopped", status=status, message=message)

    async def async_execute_cell(self, cell: NotebookNode, cell_index: int, *args: Any, **kwargs: Any) -> NotebookNode:
        """As in nbclient, with our own watch over time and output."""
        self._flooded = asyncio.Event()
        guard = asyncio.create_task(self._guard(self._flooded))
        try:
            return await super().async_execute_cell(cell, cell_index, *args, **kwargs)
        finally:
            guard.cancel()

    execute_cell = run_sync(async_execute_cell)

    async def _guard(self, flooded: asyncio.Event) -> None:
        """Wait for the cell's time to run out or its output to run over; then interrupt it, and in the end kill."""
        try:
            await asyncio.wait_for(flooded.wait(), self._limit)
            self._why = "output"
            await asyncio.sleep(SETTLE)
        except TimeoutError:
            self._why = "timeout"
        await self.km.interrupt_kernel()
        await asyncio.sleep(min(GRACE, self._limit))
        self.dead = True
        await self.km.signal_kernel(9)

    def process_message(self, msg: dict[str, Any], cell: NotebookNode, cell_index: int) -> NotebookNode | None:
        """As in nbclient, but what is printed past the limit is dropped."""
        if msg["msg_type"] not in ("status", "execute_input"):
            size = _size(msg["content"]) + sum(len(part) for part in msg.get("buffers", ()))
            if not self._budget.take(size):
                if self._flooded is not None:
                    self._flooded.set()
                return None
        return super().process_message(msg, cell, cell_index)


def read(text: str, probe: str) -> NotebookNode:
    """A notebook from its JSON text, with one more code cell at its end."""
    notebook = v4.reads(text)
    notebook.cells.append(v4.new_code_cell(probe))
    return notebook


def _disk_full() -> bool:
    for folder in (".", tempfile.gettempdir(), os.environ["GRADER_OUT"]):
        disk = os.statvfs(folder)
        if disk.f_bavail * disk.f_frsize < FULL_BYTES:
            return True
    return False


def _size(content: Any) -> int:
    """Bytes that a message's content takes, roughly; 64 for its wrapping, so that empty ones count too."""
    if isinstance(content, str):
        return len(content)
    if isinstance(content, dict):
        return 64 + sum(_size(v) for v in content.values())
    if isinstance(content, list):
        return sum(_size(v) for v in content)
    return 8
