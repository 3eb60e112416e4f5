"""What a worker answers is believed as little as what comes out of a sandbox, and a job that kills twice is held."""

import threading
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from grader.cluster import attempt as attempts
from grader.cluster.attempt import Attempt, WorkerLost
from grader.cluster.fleet import Listed, Member
from grader.cluster.messages import Order, Reply, write_stream
from grader.cluster.parcels import Parcel
from grader.cluster.sandbox import ClusterSandbox
from grader.course import Limits
from grader.errors import Interrupted
from grader.observation import RunStatus
from grader.sandbox import Job


class Answered:
    """Stands for Dask's future."""

    def __init__(self, answer: Any, status: str) -> None:
        self.key, self.answer, self.status, self.cancelled = "key", answer, status, False

    def add_done_callback(self, call: Any) -> None:
        if self.status != "pending":
            call(self)


class Worker:
    """A line with one worker at its end, which answers as a test says."""

    sender, is_open = "me", True

    def __init__(self, *replies: Any, stream: bytes = b"", status: str = "finished") -> None:
        self.replies, self.stream, self.status = list(replies), stream, status
        self.orders: list[Order] = []
        self.sent: list[str] = []
        self.futures: list[Answered] = []

    def ask(self, address: str, what: str, *words: Any, meanwhile: Callable[[], None]) -> bytes:
        if what == "send":
            self.sent += [digest for digest, offset, _, _ in words[1] if not offset]
            return b""
        if what == "reply":
            return self.futures[-1].answer
        return self.stream[words[1] : words[1] + words[2]]

    def forget(self, future: Answered) -> None:
        future.cancelled = True

    def start(self, address: str, order: bytes) -> Answered:
        self.orders.append(Order.model_validate_json(order))
        reply = self.replies.pop(0) if self.replies else b""
        self.futures.append(
            Answered(reply.model_dump_json().encode() if isinstance(reply, Reply) else reply, self.status)
        )
        return self.futures[-1]


@pytest.fixture
def job(tmp_path):
    (tmp_path / "plan.json").write_text("{}")
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "1.jpg").write_bytes(b"image")
    return Job("grader.probe.execute", {"plan.json": tmp_path / "plan.json"}, {"/tmp/x": tmp_path / "images"}, Limits())


@pytest.fixture
def spool(tmp_path):
    (tmp_path / "spool").mkdir()
    return tmp_path / "spool"


def member() -> Member:
    return Member(Listed("tls://w", "id w", "w", 1))


def attempt(worker, job, at=None, stopping=None):
    parcels = ({name: Parcel(path) for name, path in part.items()} for part in (job.inputs, job.data))
    inputs, data = parcels
    return Attempt(worker, at or member(), job, inputs=inputs, data=data, stopping=stopping or threading.Event())


def done(stream: bytes, **changes: Any) -> Reply:
    return Reply(kind="done", status=RunStatus.OK, seconds=1.5, name="n", size=len(stream), **changes)


def test_records_and_files_come_back(job, spool, tmp_path, monkeypatch):
    monkeypatch.setattr(attempts, "MESSAGE", 7)
    (tmp_path / "model").write_bytes(b"weights\n" * 5)
    record = {"kind": "cell", "text": "grüße", "seconds": 0.25}
    write_stream(tmp_path / "stream", [record], {"built.keras": tmp_path / "model"})
    stream = (tmp_path / "stream").read_bytes()
    result = attempt(Worker(done(stream, message="m", log="l"), stream=stream), job).run(spool)
    assert (result.status, result.message, result.seconds, result.log) == (RunStatus.OK, "m", 1.5, "l")
    assert result.records == (record,)
    assert result.files["built.keras"].read_bytes() == b"weights\n" * 5
    assert result.files["built.keras"].is_relative_to(spool)
    assert result.worker == "w"


def test_what_a_worker_has_is_not_sent_again_unless_it_says_that_it_lost_it(job, spool):
    at = member()
    worker = Worker(done(b""), done(b""))
    for _ in range(2):
        attempt(worker, job, at).run(spool)
    assert sorted(worker.sent) == sorted(at.has)
    assert len(at.has) == 2
    lost = min(at.has)
    worker.replies = [Reply(kind="missing", missing=(lost, "0" * 64)), done(b"")]
    assert attempt(worker, job, at).run(spool).status is RunStatus.OK
    assert worker.sent[2:] == [lost]


def test_an_order_names_no_place_of_this_machine(job, spool, tmp_path):
    worker = Worker(done(b""))
    attempt(worker, job).run(spool)
    assert str(tmp_path) not in worker.orders[0].model_dump_json()
    assert worker.orders[0].data.keys() == {"/tmp/x"}


@pytest.mark.parametrize(
    "stream",
    [
        b"no json\n",
        b'{"kind": "x", "number": NaN}\n',
        b'{"kind": "file", "name": "../../evil", "size": 4}\nevil',
        b'{"kind": "file", "name": "a", "size": 999999999999}\n',
        b'{"kind": "x", "kind": "y"}\n',
    ],
)
def test_a_stream_that_no_sandbox_would_let_through_is_held_and_never_a_zero(job, spool, tmp_path, stream):
    result = attempt(Worker(done(stream), stream=stream), job).run(spool)
    assert result.status is RunStatus.INTERNAL
    assert "sent is wrong" in result.message
    assert not (tmp_path / "evil").exists()


def test_a_worker_that_would_send_too_much_is_not_listened_to(job, spool):
    reply = done(b"").model_copy(update={"size": 2**40})
    assert attempt(Worker(reply), job).run(spool).status is RunStatus.INTERNAL


@pytest.mark.parametrize(
    "answer", [b"", b"{}", b'{"kind": "done", "status": "cell_error"}', b'{"kind": "done", "seconds": 1e999}', b"[]"]
)  # fmt: skip
def test_an_answer_that_is_none_counts_as_a_lost_worker(job, spool, answer):
    one = attempt(Worker(answer), job)
    with pytest.raises(WorkerLost):
        one.run(spool)
    assert one.begun


def test_less_than_was_announced_counts_as_a_lost_worker_and_leaves_no_file(job, spool):
    stream = b'{"kind": "file", "name": "a", "size": 2}\nxx{"kind": "file", "name": "b", "size": 4}\nyy'
    with pytest.raises(WorkerLost):
        attempt(Worker(done(stream + b"yy"), stream=stream), job).run(spool)
    assert not list(spool.iterdir())


def test_a_fault_of_the_worker_is_told_and_holds_the_score(job, spool):
    result = attempt(Worker(Reply(kind="fault", message="OSError: no room")), job).run(spool)
    assert (result.status, result.message) == (RunStatus.INTERNAL, "The worker w could not run it: OSError: no room")


def test_a_worker_that_was_shut_down_in_order_is_no_mark_against_the_job(job, spool):
    one = attempt(Worker(Reply(kind="stopped")), job)
    with pytest.raises(WorkerLost):
        one.run(spool)
    assert not one.begun


def test_a_job_that_nobody_wants_any_more_is_cancelled(job, spool):
    stopping, worker = threading.Event(), Worker(status="pending")
    one = attempt(worker, job, stopping=stopping)
    threading.Timer(0.05, stopping.set).start()
    with pytest.raises(Interrupted):
        one.run(spool)
    assert worker.futures[0].cancelled


def test_a_worker_that_dies_is_noticed_whatever_dask_makes_of_it(job, spool):
    at, worker = member(), Worker(status="pending")
    threading.Timer(0.05, at.gone.set).start()
    with pytest.raises(WorkerLost):
        attempt(worker, job, at).run(spool)
    assert worker.futures[0].cancelled


class Fleet:
    """Hands out workers in turn, and notes who ran alone."""

    def __init__(self) -> None:
        self.alone: list[bool] = []

    @contextmanager
    def place(self, stopping: threading.Event, *, alone: bool = False):
        self.alone.append(alone)
        yield Member(Listed("tls://w", "id w", f"w{len(self.alone)}", 1))


def sandbox(worker: Worker) -> ClusterSandbox:
    """One without a cluster."""
    made = object.__new__(ClusterSandbox)
    made._line, made._fleet, made._data, made._lock = worker, Fleet(), {}, threading.Lock()
    return made


def test_the_second_try_is_by_itself_and_there_is_no_third(job, tmp_path):
    box = sandbox(Worker())
    result = box.run(job, tmp_path / "spool")
    assert result.status is RunStatus.INTERNAL
    assert "(w1, w2)" in result.message
    assert box._fleet.alone == [False, True]


def test_one_lost_worker_costs_nothing(job, tmp_path):
    box = sandbox(Worker(b"", done(b"")))
    assert box.run(job, tmp_path / "spool").worker == "w2"


def test_a_file_that_cannot_be_sent_is_an_error_of_this_machine(job, tmp_path):
    Path(job.inputs["plan.json"]).unlink()
    with pytest.raises(OSError, match=r"plan\.json"):
        sandbox(Worker()).run(job, tmp_path / "spool")
