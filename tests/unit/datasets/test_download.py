from pathlib import Path

import pytest

from grader.datasets.download import ResumingDownloader
from grader.errors import DataError

CONTENT = bytes(range(256)) * 2000


@pytest.fixture
def shelf(web):
    web.files["a.zip"] = CONTENT
    return web


def fetched(shelf, tmp_path: Path, *, pauses: tuple[float, ...] = (), most: int = 10**7) -> bytes:
    out = tmp_path / "out"
    ResumingDownloader(tmp_path / "a.part", most=most, pauses=pauses)(f"{shelf.url}/a.zip", out, None)
    return out.read_bytes()


def test_a_whole_download_leaves_no_part_behind(shelf, tmp_path: Path) -> None:
    assert fetched(shelf, tmp_path) == CONTENT
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_broken_connection_is_taken_up_where_it_broke(shelf, tmp_path: Path) -> None:
    shelf.cut = [100_000, 50_000]

    assert fetched(shelf, tmp_path, pauses=(0, 0)) == CONTENT
    assert shelf.asked == ["", "bytes=100000-", "bytes=150000-"]


def test_a_later_call_goes_on_with_what_an_earlier_one_left(shelf, tmp_path: Path) -> None:
    shelf.cut = [100_000]
    with pytest.raises(DataError, match="goes on where it stopped"):
        fetched(shelf, tmp_path)
    assert not (tmp_path / "out").exists()

    assert fetched(shelf, tmp_path) == CONTENT
    assert shelf.asked == ["", "bytes=100000-"]


def test_a_file_that_changed_meanwhile_is_fetched_from_its_start(shelf, tmp_path: Path) -> None:
    shelf.cut = [100_000]
    with pytest.raises(DataError):
        fetched(shelf, tmp_path)
    shelf.files["a.zip"], shelf.tag = CONTENT[::-1], '"two"'

    assert fetched(shelf, tmp_path) == CONTENT[::-1]


def test_a_server_without_ranges_is_asked_again_for_the_whole(shelf, tmp_path: Path) -> None:
    shelf.cut, shelf.ranges = [100_000], False

    assert fetched(shelf, tmp_path, pauses=(0,)) == CONTENT


def test_a_part_that_is_whole_already_is_used(shelf, tmp_path: Path) -> None:
    shelf.cut = [100_000]
    with pytest.raises(DataError):
        fetched(shelf, tmp_path)
    (tmp_path / "a.part").write_bytes(CONTENT)

    assert fetched(shelf, tmp_path) == CONTENT
    assert shelf.asked[-1] == f"bytes={len(CONTENT)}-"


def test_a_missing_file_is_not_asked_for_again_and_again(shelf, tmp_path: Path) -> None:
    shelf.files.clear()

    with pytest.raises(DataError, match="404"):
        fetched(shelf, tmp_path, pauses=(0, 0))
    assert len(shelf.asked) == 1


def test_a_busy_server_is_asked_again(shelf, tmp_path: Path) -> None:
    shelf.status = 503

    with pytest.raises(DataError, match="503"):
        fetched(shelf, tmp_path, pauses=(0,))
    assert len(shelf.asked) == 2


def test_a_file_without_end_is_not_accepted(shelf, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="larger than"):
        fetched(shelf, tmp_path, most=1000)


def test_only_web_addresses_are_fetched(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="not fetched"):
        ResumingDownloader(tmp_path / "p", most=10)("file:///etc/passwd", tmp_path / "out", None)


def test_progress_is_told(shelf, tmp_path: Path) -> None:
    seen = []
    downloader = ResumingDownloader(tmp_path / "p", most=10**7, told=lambda done, whole: seen.append((done, whole)))
    downloader(f"{shelf.url}/a.zip", tmp_path / "out", None)

    assert seen[-1] == (len(CONTENT), len(CONTENT))
