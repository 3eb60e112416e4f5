import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from grader import datasets
from grader.datasets import cats_dogs, ensure, ensure_holdout, inside_paths, names, training_sample
from grader.errors import DataError

SECRET = bytes(range(32))


def test_all_is_sorted_and_complete() -> None:
    assert datasets.__all__ == sorted(datasets.__all__)
    assert all(hasattr(datasets, name) for name in datasets.__all__)


def test_an_unknown_name_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(DataError, match="Did you mean 'cats-dogs'"):
        ensure("cat-dogs")
    with pytest.raises(DataError, match="There are: cats-dogs, horses-humans, sign-mnist, rock-paper-scissors"):
        inside_paths("zebras", Path("/x"))


def test_names_lists_what_can_be_made() -> None:
    assert names() == ("cats-dogs", "horses-humans", "sign-mnist", "rock-paper-scissors")


def test_a_finished_set_is_not_drawn_again(drawn_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(folder: Path, each: int) -> None:
        raise AssertionError("drawn again")

    monkeypatch.setattr(cats_dogs, "write_public", fail)

    assert (ensure("cats-dogs", drawn_cache) / "PetImages" / "Cat" / "0.jpg").is_file()


def test_the_environment_names_the_cache(drawn_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNN_GRADER_CACHE", str(drawn_cache))

    assert ensure("cats-dogs").parent == drawn_cache


def test_a_set_that_lost_or_gained_a_file_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cats_dogs, "EACH", 2)
    pets = ensure("cats-dogs", tmp_path) / "PetImages"
    before = (pets / "Cat" / "1.jpg").read_bytes()
    (pets / "Cat" / "1.jpg").unlink()
    (pets / "Dog" / "extra.jpg").write_bytes(b"x")

    ensure("cats-dogs", tmp_path)

    assert (pets / "Cat" / "1.jpg").read_bytes() == before
    assert not (pets / "Dog" / "extra.jpg").exists()


def test_two_processes_at_once_share_one_whole_set(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib; from grader.datasets import cats_dogs, ensure; cats_dogs.EACH = 3;"
        "print(ensure('cats-dogs', pathlib.Path(sys.argv[1])))"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    first, second = (subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2))
    said = [process.communicate()[0].strip() for process in (first, second)]

    assert first.returncode == second.returncode == 0
    assert said[0] == said[1]
    assert not list(tmp_path.glob(".*.part"))
    assert len(list((Path(said[0]) / "PetImages" / "Dog").iterdir())) == 3 + len(cats_dogs.JUNK)


def test_a_full_disk_is_told_with_the_way_out_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(folder: Path, each: int) -> None:
        (folder / "half").write_bytes(b"x")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(cats_dogs, "write_public", fill)

    with pytest.raises(DataError, match="the disk is full") as caught:
        ensure("cats-dogs", tmp_path)
    assert "CNN_GRADER_CACHE" in str(caught.value)
    assert not [entry for entry in tmp_path.iterdir() if not entry.name.endswith(".lock")]


def test_inside_the_sandbox_the_set_is_where_notebooks_look(tmp_path: Path) -> None:
    assert inside_paths("cats-dogs", tmp_path) == {"/tmp/PetImages": tmp_path / "PetImages"}


def test_a_training_sample_is_fixed_balanced_mixed_and_undamaged(drawn_cache: Path) -> None:
    sample = training_sample("cats-dogs", 24, drawn_cache)

    assert sample == training_sample("cats-dogs", 24, drawn_cache)
    assert sample.classes == ("cats", "dogs")
    assert sum(sample.labels) == 12
    assert list(sample.labels) not in (sorted(sample.labels), sorted(sample.labels, reverse=True))
    assert all(
        ("Cat", "Dog")[label] == file.parent.name for file, label in zip(sample.files, sample.labels, strict=True)
    )
    assert not {file.name for file in sample.files} & {*cats_dogs.EMPTY, *cats_dogs.BROKEN}
    assert len(set(sample.files)) == 24


def test_of_a_week_that_trains_on_little_the_sample_is_taken_from_just_that(drawn_cache: Path) -> None:
    sample = training_sample("cats-dogs", 200, drawn_cache, each=3)

    assert sorted(int(file.stem) for file in sample.files) == [0, 0, 1, 1, 2, 2]


def test_a_training_sample_larger_than_the_set_is_refused(drawn_cache: Path) -> None:
    with pytest.raises(DataError, match="at most 30"):
        training_sample("cats-dogs", 31, drawn_cache)


def test_the_holdout_is_private_balanced_and_its_names_tell_nothing(tmp_path: Path) -> None:
    holdout = ensure_holdout("cats-dogs", SECRET, tmp_path)
    folder = holdout.files[0].parent.parent

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert len(holdout.files) == 12
    assert sum(holdout.labels) == 6
    assert [file.name for file in holdout.files] == [f"{index:03}.jpg" for index in range(12)]
    assert list(holdout.labels) != sorted(holdout.labels)
    assert {file.name for file in holdout.files[0].parent.iterdir()} == {file.name for file in holdout.files}


def test_the_holdout_depends_on_the_secret_alone(tmp_path: Path) -> None:
    first = ensure_holdout("cats-dogs", SECRET, tmp_path / "a")
    again = ensure_holdout("cats-dogs", SECRET, tmp_path / "b")
    other = ensure_holdout("cats-dogs", bytes(32), tmp_path / "a")

    assert first.labels == again.labels
    assert [file.read_bytes() for file in first.files] == [file.read_bytes() for file in again.files]
    assert first.files[0].read_bytes() != other.files[0].read_bytes()
    assert SECRET.hex() not in str(first.files[0])


def test_the_holdout_is_as_large_as_is_asked_and_another_draw_is_of_other_pictures(tmp_path: Path) -> None:
    usual = ensure_holdout("cats-dogs", SECRET, tmp_path)
    small = ensure_holdout("cats-dogs", SECRET, tmp_path, images=3)
    other = ensure_holdout("cats-dogs", SECRET, tmp_path, images=3, draw=1)

    assert (len(usual.files), len(small.files), len(other.files)) == (12, 4, 4)
    assert sum(small.labels) == 2
    assert ensure_holdout("cats-dogs", SECRET, tmp_path, images=12) == usual
    assert not {file.read_bytes() for file in small.files} & {file.read_bytes() for file in other.files}


def test_the_holdout_shares_no_picture_with_the_public_set(tmp_path: Path, drawn_cache: Path) -> None:
    public = {file.read_bytes() for file in ensure("cats-dogs", drawn_cache).rglob("*.jpg")}

    assert not public & {file.read_bytes() for file in ensure_holdout("cats-dogs", SECRET, tmp_path).files}


def test_the_holdout_has_pixels(tmp_path: Path) -> None:
    pixels = ensure_holdout("cats-dogs", SECRET, tmp_path).pixels(16, 24, 3, "nearest")

    assert pixels.shape == (12, 16, 24, 3)
    assert pixels.dtype == np.uint8
