"""The outer end of the pipe believes nothing that it reads."""

import json
import os
import threading
from pathlib import Path

import pytest

from grader.course import Limits
from grader.sandbox.inbox import Inbox

LIMITS = Limits(file_bytes=1000, disk_bytes=2500)


def read(spool: Path, *frames: bytes, limits: Limits = LIMITS) -> Inbox:
    """What an inbox makes of a stream."""
    source, sink = os.pipe()

    def write() -> None:
        try:
            with os.fdopen(sink, "wb") as stream:
                for frame in frames:
                    stream.write(frame)
        except BrokenPipeError:
            pass  # the inbox had enough

    writer = threading.Thread(target=write)
    writer.start()
    inbox = Inbox(source, spool, limits)
    inbox.run()
    writer.join()
    return inbox


def file(name: object, content: bytes, size: object = None) -> bytes:
    header = {"kind": "file", "name": name, "size": len(content) if size is None else size}
    return json.dumps(header).encode() + b"\n" + content


def test_records_and_files_arrive_in_order(tmp_path: Path) -> None:
    inbox = read(tmp_path, b'{"kind": "a", "n": 1}\n', file("x/y.npy", b"\n{}"), b'{"kind": "b"}\n')
    assert inbox.fault == ""
    assert inbox.records == [{"kind": "a", "n": 1}, {"kind": "b"}]
    assert {name: path.read_bytes() for name, path in inbox.files.items()} == {"x/y.npy": b"\n{}"}


@pytest.mark.parametrize(
    "frame",
    [
        b"not json\n",
        b"[1]\n",
        b'{"no": "kind"}\n',
        b'{"kind": 3}\n',
        b'{"kind": "a", "kind": "b"}\n',
        b'{"kind": "a", "x": NaN}\n',
        b'{"kind": "a", "x": -Infinity}\n',
        b'{"kind": "a", "x": 1e999}\n',
        b'{"kind": "a", "x": "\\ud800"}\n',
        b'{"kind": "a", "x": "\xff"}\n',
        b'{"kind": "a", "x": ' + b"9" * 10_000 + b"}\n",
        b'{"kind": "a", "x": ' + b"[" * 50 + b"]" * 50 + b"}\n",
        b'{"kind": "a", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n",
        file("../up.json", b""),
        file("/etc/passwd", b""),
        file("a//b", b""),
        file(".hidden", b""),
        file("a/../b", b""),
        file("a\nb", b""),
        file("", b""),
        file(None, b""),
        file("x" * 200, b""),
        file("x", b"", size=-1),
        file("x", b"", size=True),
        file("x", b"", size="3"),
        file("x", bytes(1001)),
        file("twice", b"1") + file("twice", b"2"),
        file("a", b"1") + file("a/b", b"2"),
        b"".join(file(f"n{n}", bytes(1000)) for n in range(3)),
    ],
)
def test_a_broken_frame_ends_the_stream_and_keeps_what_came_before(tmp_path: Path, frame: bytes) -> None:
    spool = tmp_path / "spool"
    spool.mkdir()
    inbox = read(spool, b'{"kind": "before"}\n', frame)
    assert inbox.fault
    assert inbox.host_fault == ""
    assert inbox.records[0] == {"kind": "before"}
    assert {p.name for p in tmp_path.iterdir()} == {"spool"}
    assert {p for p in tmp_path.rglob("*") if p.is_file()} == set(inbox.files.values())


def test_too_many_records_or_files_end_the_stream(tmp_path: Path) -> None:
    assert "records" in read(tmp_path, b'{"kind": "a"}\n' * 20_001).fault
    assert "too many files" in read(tmp_path, *(file(f"n{n}", b"") for n in range(201))).fault


def test_a_record_without_end_is_not_read_into_memory_for_ever(tmp_path: Path) -> None:
    assert "more than" in read(tmp_path, b'{"kind": "' + b"x" * (9 * 1024**2)).fault


def test_a_stream_that_is_cut_off_is_nobodys_fault(tmp_path: Path) -> None:
    inbox = read(tmp_path, b'{"kind": "a"}\n', file("half.npy", b"abc", size=900))
    assert (inbox.fault, inbox.records, inbox.files) == ("", [{"kind": "a"}], {})
    assert list(tmp_path.iterdir()) == []
    assert read(tmp_path, b'{"kind": "a"').records == []


def test_a_file_that_was_there_before_is_neither_changed_nor_removed(tmp_path: Path) -> None:
    (tmp_path / "mine.json").write_text("mine", encoding="utf-8")
    inbox = read(tmp_path, file("mine.json", b"theirs"))
    assert "collides" in inbox.fault
    assert (tmp_path / "mine.json").read_text(encoding="utf-8") == "mine"


def test_a_spool_that_cannot_be_written_is_our_own_fault(tmp_path: Path) -> None:
    inbox = read(tmp_path / "spool", file("a.json", b"1"), limits=LIMITS)
    assert inbox.host_fault == ""
    assert inbox.files  # the folder is made when missing
    inbox = read(Path("/proc/nowhere"), file("a.json", b"1"))
    assert inbox.host_fault
    assert not inbox.fault
