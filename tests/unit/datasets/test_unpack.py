"""Archives that try to do more than hold files."""

import gzip
import io
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest

from grader.datasets.unpack import Bounds, unpack
from grader.errors import DataError


def zipped(path: Path, *entries: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in entries:
            packed.writestr(name, content)
    return path


def taped(path: Path, *members: tarfile.TarInfo | tuple[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as tape:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                tape.addfile(member)
            else:
                info = tarfile.TarInfo(member[0])
                info.size = len(member[1])
                tape.addfile(info, io.BytesIO(member[1]))
    return path


def special(name: str, kind: bytes, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


@pytest.fixture
def target(tmp_path: Path) -> Path:
    (tmp_path / "deep" / "target").mkdir(parents=True)
    return tmp_path / "deep" / "target"


@pytest.mark.parametrize("make", [zipped, taped])
def test_files_and_folders_come_out_and_litter_stays(make, tmp_path: Path, target: Path) -> None:
    archive = make(tmp_path / "a", ("rps/rock/1.png", b"one"), ("rps/.DS_Store", b"x"), ("__MACOSX/rps/1.png", b"y"))

    unpack(archive, target)

    assert {p.relative_to(target).as_posix() for p in target.rglob("*") if p.is_file()} == {"rps/rock/1.png"}
    assert (target / "rps/rock/1.png").read_bytes() == b"one"
    assert not (target / "rps/rock/1.png").stat().st_mode & stat.S_IXUSR


@pytest.mark.parametrize("make", [zipped, taped])
@pytest.mark.parametrize("name", ["../out", "a/../../out", "/out", "a\\..\\out", "C:/out", "a\nb"])
def test_no_entry_leads_out_of_the_folder(make, name: str, tmp_path: Path, target: Path) -> None:
    archive = make(tmp_path / "a", ("fine", b"1"), (name, b"2"))

    with pytest.raises(DataError, match="leads out"):
        unpack(archive, target)
    assert not list(tmp_path.rglob("*out"))


@pytest.mark.parametrize(
    "member",
    [
        special("x", tarfile.SYMTYPE, "/etc/passwd"),
        special("x", tarfile.LNKTYPE, "fine"),
        special("x", tarfile.CHRTYPE),
        special("x", tarfile.BLKTYPE),
        special("x", tarfile.FIFOTYPE),
    ],
    ids=["symlink", "hard link", "character device", "block device", "pipe"],
)
def test_links_and_devices_in_a_tape_are_refused(member: tarfile.TarInfo, tmp_path: Path, target: Path) -> None:
    with pytest.raises(DataError, match="a link, a device"):
        unpack(taped(tmp_path / "a", ("fine", b"1"), member), target)
    assert [path.name for path in target.iterdir()] == ["fine"]


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO])
def test_links_and_devices_in_a_zip_are_refused(kind: int, tmp_path: Path, target: Path) -> None:
    info = zipfile.ZipInfo("x")
    info.create_system, info.external_attr = 3, (kind | 0o777) << 16

    with pytest.raises(DataError, match="a link, a device"):
        unpack(zipped(tmp_path / "a", (info, b"/etc/passwd")), target)


@pytest.mark.parametrize("make", [zipped, taped])
def test_a_bomb_is_stopped_by_its_ratio(make, tmp_path: Path, target: Path) -> None:
    archive = make(tmp_path / "a", ("zeros", bytes(40_000_000)))

    with pytest.raises(DataError, match="grows to"):
        unpack(archive, target)
    assert (target / "zeros").stat().st_size <= 16_000_000


def test_a_tape_whose_bomb_is_in_a_header_is_stopped(tmp_path: Path, target: Path) -> None:
    header = tarfile.TarInfo("././@LongLink")
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, 60_000_000
    (tmp_path / "a").write_bytes(gzip.compress(header.tobuf() + bytes(60_000_000), 1))

    with pytest.raises(DataError, match="grows to"):
        unpack(tmp_path / "a", target)


def test_limits_on_count_and_bytes_hold(tmp_path: Path, target: Path) -> None:
    archive = zipped(tmp_path / "a", *((f"{n}", bytes(100)) for n in range(20)))

    with pytest.raises(DataError, match="more than 5 entries"):
        unpack(archive, target, Bounds(files=5))
    with pytest.raises(DataError, match="grows to"):
        unpack(zipped(tmp_path / "b", ("x", bytes(2000))), target, Bounds(total_bytes=1000))


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
def test_an_entry_cannot_replace_another(tmp_path: Path, target: Path) -> None:
    with pytest.raises(DataError, match="same place"):
        unpack(zipped(tmp_path / "a", ("x", b"1"), ("x", b"2")), target)
    with pytest.raises(DataError, match="same place"):
        unpack(taped(tmp_path / "b", ("y", b"1"), ("y/z", b"2")), target)


@pytest.mark.parametrize("content", [b"", b"not an archive", b"\x1f\x8b broken", b"PK\x03\x04 broken"])
def test_what_is_no_archive_is_told(content: bytes, tmp_path: Path, target: Path) -> None:
    (tmp_path / "a").write_bytes(content)

    with pytest.raises(DataError, match="damaged or of a kind"):
        unpack(tmp_path / "a", target)


def test_a_file_that_is_cut_short_is_told(tmp_path: Path, target: Path) -> None:
    whole = taped(tmp_path / "a", ("x", bytes(range(256)) * 400)).read_bytes()
    (tmp_path / "b").write_bytes(whole[: len(whole) // 2])

    with pytest.raises(DataError, match="damaged or of a kind"):
        unpack(tmp_path / "b", target)
