"""Zips that try more than to hold notebooks cost nobody but whoever made them so."""

import stat
import zipfile
from datetime import UTC, datetime

import pytest

from grader.datasets.unpack import Bounds
from grader.errors import SubmissionsError
from grader.intake.archives import notebooks_in

LARGEST = 1000


def test_notebooks_come_out_and_nothing_else(zipped, room):
    archive = zipped("a.ipynb", "b/week1.ipynb", "b/notes.txt", "__MACOSX/b/week1.ipynb", ".x/c.ipynb", "D.IPYNB")
    found, left_out = notebooks_in(archive, room, LARGEST)
    assert [str(entry.relative) for entry in found] == ["a.ipynb", "b/week1.ipynb", "D.IPYNB"]
    assert [entry.path.read_text() for entry in found] == ["a.ipynb", "b/week1.ipynb", "D.IPYNB"]
    assert sorted(path.name for path in room.iterdir()) == ["0.ipynb", "1.ipynb", "2.ipynb"]
    assert left_out == []


def test_no_name_is_a_path_here(zipped, room, tmp_path):
    before = set(tmp_path.rglob("*"))
    names = ["/etc/x.ipynb", "a/../../y.ipynb", "C:\\z.ipynb", "a\nb.ipynb", "x" * 250 + ".ipynb"]
    archive = zipped(*names)
    found, _ = notebooks_in(archive, room, LARGEST)
    assert len(found) == 4, "what holds `..` is left out like a hidden folder"
    assert set(tmp_path.rglob("*")) - before == {archive, *(entry.path for entry in found)}


def test_a_link_an_encrypted_and_a_damaged_entry_are_left_out_and_named(zipped, room):
    link = zipfile.ZipInfo("link.ipynb")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive = zipped((link, b"/etc/passwd"), ("bad.ipynb", b"x" * 500), "good.ipynb")
    content = bytearray(archive.read_bytes())
    place = content.index(b"bad.ipynb") + len(b"bad.ipynb")
    content[place : place + 3] = b"\xff\xff\xff"
    archive.write_bytes(content)
    found, left_out = notebooks_in(archive, room, LARGEST)
    assert [str(entry.relative) for entry in found] == ["good.ipynb"]
    assert left_out == ["link.ipynb", "bad.ipynb"]
    assert [path.name for path in room.iterdir()] == [found[0].path.name]


def test_a_notebook_that_is_too_large_costs_its_own_student_alone(zipped, room):
    found, _ = notebooks_in(zipped(("big.ipynb", b"x" * 5000), "good.ipynb"), room, LARGEST)
    assert [entry.path.stat().st_size for entry in found] == [LARGEST + 1, len("good.ipynb")]


def test_a_bomb_is_refused(zipped, room):
    archive = zipped(*((f"{number}.ipynb", bytes(3 * 2**20)) for number in range(5)))
    with pytest.raises(SubmissionsError, match="grows to far more than its own size"):
        notebooks_in(archive, room, 2**30)
    with pytest.raises(SubmissionsError, match="more than 4 entries"):
        notebooks_in(archive, room, LARGEST, Bounds(files=4))


def test_what_is_no_zip_is_told(tmp_path, room):
    path = tmp_path / "class.zip"
    path.write_text("no")
    with pytest.raises(SubmissionsError, match="no zip that can be read"):
        notebooks_in(path, room, LARGEST)


def test_the_time_in_utc_counts_where_the_zip_has_one(zipped, room):
    moment = int(datetime(2026, 11, 1, tzinfo=UTC).timestamp())
    entry = zipfile.ZipInfo("a.ipynb", (2030, 1, 1, 0, 0, 0))
    entry.extra = b"UT\x05\x00\x01" + moment.to_bytes(4, "little")
    broken = zipfile.ZipInfo("b.ipynb", (1980, 1, 1, 0, 0, 0))
    found, _ = notebooks_in(zipped((entry, b"x"), (broken, b"x")), room, LARGEST)
    assert found[0].path.stat().st_mtime == moment
    assert datetime.fromtimestamp(found[1].path.stat().st_mtime, UTC).year in {1979, 1980}
