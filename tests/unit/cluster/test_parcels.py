"""A parcel is named by its content alone, arrives whole or not at all, and only where it belongs."""

import hashlib
import json
import os
from pathlib import Path

import pytest

from grader.cluster import parcels
from grader.cluster.parcels import BadParcel, Parcel, unpack


def folder(at: Path) -> Path:
    (at / "b" / "empty").mkdir(parents=True)
    (at / "b" / "two.bin").write_bytes(bytes(range(256)) * 100)
    (at / "a.txt").write_text("one")
    (at / "none").write_bytes(b"")
    return at


def contents(path: Path) -> dict[str, bytes | None]:
    return {
        found.relative_to(path).as_posix(): found.read_bytes() if found.is_file() else None
        for found in path.rglob("*")
    }  # fmt: skip


def shipped(parcel: Parcel, at: Path) -> Path:
    at.write_bytes(b"".join(parcel.chunks()))
    return at


def test_a_folder_arrives_as_it_was(tmp_path, monkeypatch):
    monkeypatch.setattr(parcels, "CHUNK", 1000)
    parcel = Parcel(folder(tmp_path / "here"))
    stream = shipped(parcel, tmp_path / "stream")
    assert stream.stat().st_size == parcel.size
    unpack(stream, parcel.digest, tmp_path / "there")
    assert contents(tmp_path / "there") == contents(tmp_path / "here")


def test_a_file_arrives_as_it_was(tmp_path):
    (tmp_path / "file").write_bytes(b"\n{}\n")
    parcel = Parcel(tmp_path / "file")
    unpack(shipped(parcel, tmp_path / "stream"), parcel.digest, tmp_path / "there")
    assert (tmp_path / "there").read_bytes() == b"\n{}\n"


def test_names_and_contents_make_the_digest_and_times_and_places_do_not(tmp_path):
    one, same, renamed, changed = (folder(tmp_path / name) for name in "abcd")
    os.utime(same / "a.txt", (1, 1))
    (renamed / "a.txt").rename(renamed / "c.txt")
    (changed / "a.txt").write_text("two")
    digests = [Parcel(path).digest for path in (one, same, renamed, changed)]
    assert digests[0] == digests[1]
    assert len(set(digests)) == 3


def test_another_content_is_refused_and_leaves_nothing(tmp_path):
    parcel = Parcel(folder(tmp_path / "here"))
    stream = shipped(parcel, tmp_path / "stream")
    stream.write_bytes(stream.read_bytes()[:-1] + b"!")
    with pytest.raises(BadParcel):
        unpack(stream, parcel.digest, tmp_path / "target" / "there")
    assert not (tmp_path / "target").exists()


@pytest.mark.parametrize("name", ["/etc/evil", "../evil", "a/../../evil"])
def test_nothing_is_written_beside_the_folder(tmp_path, name):
    (tmp_path / "store").mkdir()
    content = json.dumps([["a", None], [name, 4]]).encode() + b"\nevil"
    (tmp_path / "stream").write_bytes(content)
    with pytest.raises(BadParcel):
        unpack(tmp_path / "stream", hashlib.sha256(content).hexdigest(), tmp_path / "store" / "there")
    assert not list((tmp_path / "store").iterdir())
    assert not (tmp_path / "evil").exists()


def test_a_file_that_shrinks_while_it_is_sent_is_told(tmp_path):
    (tmp_path / "file").write_bytes(b"long enough")
    parcel = Parcel(tmp_path / "file")
    assert parcel.size
    (tmp_path / "file").write_bytes(b"short")
    with pytest.raises(OSError, match="shorter"):
        list(parcel.chunks())
