"""The inner end of the pipe, met by the outer one."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.course import Limits
from grader.probe import outbox
from grader.sandbox.inbox import Inbox


class Pipe:
    """An outbox and an inbox, connected."""

    def __init__(self, spool: Path) -> None:
        self.spool = spool

    def run(self, send: list[tuple[object, ...]]) -> tuple[Inbox, list[object]]:
        source, sink = os.pipe()
        os.environ["GRADER_OUTBOX"] = str(sink)
        inbox = Inbox(source, self.spool, Limits(file_bytes=100, disk_bytes=250))
        thread = threading.Thread(target=inbox.run)
        thread.start()
        try:
            said = [call(*arguments) for call, *arguments in send]  # type: ignore[operator]
        finally:
            assert outbox._stream is not None
            outbox._stream.close()
            thread.join()
        return inbox, said


@pytest.fixture
def pipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pipe]:
    monkeypatch.setattr(outbox, "_stream", None)
    monkeypatch.setattr(outbox, "_total_bytes", 0)
    monkeypatch.setattr(outbox, "PR_SET_DUMPABLE", 3)  # only asks: the tests' process stays as it is
    monkeypatch.setenv("GRADER_FILE_BYTES", "100")
    monkeypatch.setenv("GRADER_TOTAL_BYTES", "250")
    monkeypatch.setenv("GRADER_OUTBOX", "")
    (tmp_path / "spool").mkdir()
    return Pipe(tmp_path / "spool")


def test_what_goes_in_comes_out(pipe: Pipe, tmp_path: Path) -> None:
    path = tmp_path / "a.npy"
    path.write_bytes(b"\n\n{")
    inbox, said = pipe.run([(lambda: outbox.record("cell", text="é\n"),), (outbox.file, "a.npy", path)])
    assert inbox.records == [{"kind": "cell", "text": "é\n"}]
    assert inbox.files["a.npy"].read_bytes() == b"\n\n{"
    assert said == [None, True]
    assert "GRADER_OUTBOX" not in os.environ


def test_only_regular_files_under_the_limits_are_shipped(pipe: Pipe, tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).write_bytes(bytes(100))
    (tmp_path / "large").write_bytes(bytes(101))
    (tmp_path / "link").symlink_to(tmp_path / "a")
    os.mkfifo(tmp_path / "fifo")
    names = ["a", "link", "fifo", "large", "spool", "missing", "b", "c"]
    inbox, said = pipe.run([(outbox.file, name, tmp_path / name) for name in names])
    assert said == [True, False, False, False, False, False, True, False]
    assert inbox.fault == ""
    assert set(inbox.files) == {"a", "b"}


def test_halves_of_surrogate_pairs_do_not_break_the_stream(pipe: Pipe) -> None:
    inbox, _ = pipe.run([(lambda: outbox.record("cell", text="\ud800"),)])
    assert inbox.fault == ""
    assert inbox.records[0]["text"] == "?"


def test_a_number_that_json_lacks_is_refused(pipe: Pipe) -> None:
    def send() -> None:
        with pytest.raises(ValueError, match="JSON"):
            outbox.record("cell", x=float("nan"))
        with pytest.raises(ValueError, match="too long"):
            outbox.record("cell", x="x" * (9 * 1024**2))

    inbox, _ = pipe.run([(send,)])
    assert inbox.records == []


def test_files_from_memory_count_as_well(pipe: Pipe) -> None:
    inbox, said = pipe.run([(outbox.data, name, bytes(100)) for name in ("a", "b", "c")])
    assert said == [True, True, False]
    assert set(inbox.files) == {"a", "b"}


def test_outside_a_sandbox_there_is_no_pipe(pipe: Pipe) -> None:
    with pytest.raises(RuntimeError, match="sandbox"):
        outbox.record("cell")
