import errno
import os
import stat
from pathlib import Path

import pytest

from grader.datasets.storage import cache_root, disk_error, make_once
from grader.errors import DataError


def build(folder: Path) -> None:
    (folder / "done").write_text("yes")


def whole(folder: Path) -> bool:
    return (folder / "done").is_file()


def test_a_folder_is_made_once_with_its_mode(tmp_path: Path) -> None:
    target = make_once(tmp_path / "deep" / "set", build, whole, mode=0o700)
    (target / "mark").touch()

    assert make_once(target, build, whole) == target
    assert (target / "mark").exists()
    assert stat.S_IMODE(target.stat().st_mode) == 0o700


def test_what_a_killed_process_left_is_cleaned(tmp_path: Path) -> None:
    left = tmp_path / ".set.abc.part"
    (left / "new").mkdir(parents=True)
    other = tmp_path / ".another.abc.part"
    other.mkdir()

    make_once(tmp_path / "set", build, whole)

    assert not left.exists()
    assert other.exists()


def test_an_incomplete_folder_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "junk").touch()

    make_once(tmp_path / "set", build, whole)

    assert [entry.name for entry in (tmp_path / "set").iterdir()] == ["done"]


def test_a_failed_build_leaves_no_folder(tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        make_once(tmp_path / "set", fail, whole)
    assert not [entry for entry in tmp_path.iterdir() if not entry.name.endswith(".lock")]


def test_a_file_where_the_cache_should_be_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(DataError, match="cannot be stored"):
        make_once(tmp_path / "file" / "set", build, whole)


@pytest.mark.parametrize(
    ("number", "message"),
    [(errno.ENOSPC, "the disk is full"), (errno.EROFS, "nothing can be written"), (errno.EACCES, "nothing can be")],
)
def test_each_refusal_of_the_disk_has_its_words_and_a_remedy(number: int, message: str) -> None:
    error = disk_error(OSError(number, os.strerror(number)), Path("/some/where"))

    assert message in error.message
    assert error.where == "/some/where"
    assert error.remedy


def test_the_cache_is_the_users_unless_the_environment_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CNN_GRADER_CACHE", raising=False)
    assert cache_root().name == "cnn-grader"
    monkeypatch.setenv("CNN_GRADER_CACHE", "/elsewhere")
    assert cache_root() == Path("/elsewhere")
