"""Real archives, made small: from our own web server and from local copies."""

import hashlib
import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from grader.datasets import ensure, ensure_holdout, inside_paths, training_sample
from grader.datasets.archives import ARCHIVES
from grader.datasets.fetch import fetch
from grader.datasets.sign_mnist import HEADER, SignMnist
from grader.errors import DataError


def png(seed: int, size: tuple[int, int] = (12, 10)) -> bytes:
    buffer = io.BytesIO()
    pixels = np.random.default_rng(seed).integers(0, 256, (*size, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return buffer.getvalue()


def horses(each: int, seed: int, top: str = "") -> dict[str, bytes]:
    return {
        f"{top}{name}/{name[:-1]}{n:02}.png": png(1000 * seed + 100 * label + n)
        for label, name in enumerate(("horses", "humans"))
        for n in range(each)
    }


TRAIN, VALIDATION = zipped(horses(9, 1)), zipped(horses(3, 2))


@pytest.fixture
def table(web, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Sets the table of archives to what lies on our own server."""

    def put(name: str, contents: dict[str, bytes], *, hashed: bool = True) -> None:
        web.files |= contents
        entries = tuple(
            replace(
                archive,
                urls=(f"{web.url}/gone/{archive.file}", f"{web.url}/{archive.file}"),
                sha256=hashlib.sha256(contents[archive.file]).hexdigest() if hashed else None,
            )
            for archive in ARCHIVES[name]
        )
        monkeypatch.setattr("grader.datasets.fetch.ARCHIVES", {name: entries})

    return put


@pytest.fixture
def both(table) -> None:
    table("horses-humans", {"horse-or-human.zip": TRAIN, "validation-horse-or-human.zip": VALIDATION})


def test_a_set_of_two_archives_lands_in_the_layout_of_the_stand_in(both, web, tmp_path: Path) -> None:
    folder = fetch("horses-humans", cache=tmp_path)

    assert folder == ensure("horses-humans", tmp_path, source="real")
    assert all(path.is_dir() for path in inside_paths("horses-humans", folder).values())
    assert len(list((folder / "validation" / "humans").iterdir())) == 3
    asked = len(web.asked)
    assert fetch("horses-humans", cache=tmp_path) == folder
    assert len(web.asked) == asked


def test_the_holdout_of_a_real_set_is_not_in_what_notebooks_get(
    both, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CNN_GRADER_CACHE", str(tmp_path))
    folder = fetch("horses-humans")
    holdout = ensure_holdout("horses-humans", bytes(32), tmp_path / "private", source="real")
    given = {file.read_bytes() for path in inside_paths("horses-humans", folder).values() for file in path.rglob("*.*")}

    assert np.bincount(holdout.labels).tolist() == [3, 3]
    assert not given & {file.read_bytes() for file in holdout.files}
    assert len(training_sample("horses-humans", 10, source="real").files) == 10


def test_a_set_that_was_not_fetched_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="grader data fetch horses-humans"):
        ensure("horses-humans", tmp_path, source="real")


def test_a_broken_download_goes_on_and_a_dead_mirror_is_passed_over(
    both, web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.datasets.download.PAUSES", ())
    web.cut = [500]
    with pytest.raises(DataError, match="goes on where it stopped"):
        fetch("horses-humans", cache=tmp_path)
    assert not (tmp_path / "horses-humans-real").exists()

    fetch("horses-humans", cache=tmp_path)
    assert "bytes=500-" in web.asked


def test_a_wrong_checksum_is_refused_and_nothing_is_kept(both, web, tmp_path: Path) -> None:
    web.files["horse-or-human.zip"] = TRAIN[:-1] + b"x"

    with pytest.raises(DataError, match="checksum"):
        fetch("horses-humans", cache=tmp_path)
    assert not (tmp_path / "horses-humans-real").exists()
    assert not (tmp_path / "downloads" / "horse-or-human.zip").exists()


def test_without_a_published_checksum_the_first_download_is_trusted_aloud_and_then_compared(
    table, web, tmp_path: Path
) -> None:
    contents = {"horse-or-human.zip": TRAIN, "validation-horse-or-human.zip": VALIDATION}
    table("horses-humans", contents, hashed=False)
    said: list[str] = []
    fetch("horses-humans", cache=tmp_path, say=said.append)
    assert any("trusted and noted" in line for line in said)

    (tmp_path / "horses-humans-real" / "manifest.json").unlink()
    (tmp_path / "downloads" / "horse-or-human.zip").unlink()
    web.files["horse-or-human.zip"] = zipped(horses(9, 7))
    with pytest.raises(DataError, match="checksum"):
        fetch("horses-humans", cache=tmp_path)


def test_local_copies_of_the_originals_need_no_network(both, web, tmp_path: Path) -> None:
    (tmp_path / "horse-or-human.zip").write_bytes(TRAIN)
    (tmp_path / "validation-horse-or-human.zip").write_bytes(VALIDATION)
    copies = [tmp_path / "horse-or-human.zip", tmp_path / "validation-horse-or-human.zip"]

    folder = fetch("horses-humans", archives=copies, cache=tmp_path / "cache")

    assert (folder / "train" / "horses").is_dir()
    assert not web.asked


def test_a_local_copy_with_another_checksum_is_refused(both, tmp_path: Path) -> None:
    (tmp_path / "horse-or-human.zip").write_bytes(VALIDATION)

    with pytest.raises(DataError, match="differs from the published one"):
        fetch("horses-humans", archives=[tmp_path / "horse-or-human.zip"], cache=tmp_path / "cache")


def test_one_archive_of_any_name_may_hold_all_parts(tmp_path: Path) -> None:
    content = zipped(horses(6, 1, "data/train/") | horses(3, 2, "data/validation/"))
    (tmp_path / "mine.zip").write_bytes(content)

    folder = fetch("horses-humans", archives=[tmp_path / "mine.zip"], cache=tmp_path / "cache")

    assert len(list((folder / "train" / "humans").iterdir())) == 4
    assert len(list((folder / "holdout" / "images").iterdir())) == 4


def test_an_archive_without_the_parts_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.zip").write_bytes(zipped({"readme.txt": b"x"}))

    with pytest.raises(DataError, match="does not hold train, validation"):
        fetch("horses-humans", archives=[tmp_path / "mine.zip"], cache=tmp_path / "cache")
    with pytest.raises(DataError, match="no such archive"):
        fetch("horses-humans", archives=[tmp_path / "none.zip"], cache=tmp_path / "cache")


def test_a_hostile_archive_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "mine.zip").write_bytes(zipped({"train/horses/1.png": b"x", "../../evil": b"x"}))

    with pytest.raises(DataError, match="leads out"):
        fetch("horses-humans", archives=[tmp_path / "mine.zip"], cache=tmp_path / "cache")
    assert not list(tmp_path.rglob("evil"))
    assert not (tmp_path / "cache" / "horses-humans-real").exists()


def test_cats_and_dogs_keep_their_empty_and_broken_files_but_not_in_the_samples(table, tmp_path: Path) -> None:
    files = {
        f"PetImages/{name}/{n}.jpg": png(n + 50 * label)
        for label, name in enumerate(("Cat", "Dog"))
        for n in range(1, 13)
    }
    files |= {"PetImages/Cat/666.jpg": b"", "PetImages/Dog/11702.jpg": b"junk", "PetImages/Cat/Thumbs.db": b"x"}
    table("cats-dogs", {"kagglecatsanddogs_5340.zip": zipped(files | {"readme[1].txt": b"r"})})

    folder = fetch("cats-dogs", cache=tmp_path)

    assert (folder / "PetImages" / "Cat" / "666.jpg").stat().st_size == 0
    assert (folder / "PetImages" / "Dog" / "11702.jpg").is_file()
    sample = training_sample("cats-dogs", 10, tmp_path, source="real")
    assert not {"666.jpg", "11702.jpg"} & {file.name for file in sample.files}


def test_the_csv_files_lose_the_rows_that_are_held_back_and_gain_folders(table, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)

    def rows(each: int) -> bytes:
        lines = (",".join(map(str, (code, *rng.integers(0, 256, 784)))) for code in SignMnist.codes * each)
        return "\n".join([",".join(HEADER), *lines, ""]).encode()

    table("sign-mnist", {"sign_mnist_train.csv": rows(4), "sign_mnist_test.csv": rows(1)}, hashed=False)

    folder = fetch("sign-mnist", cache=tmp_path)

    kept = (folder / "sign_mnist_train.csv").read_text().splitlines()
    assert len(kept) == 1 + 24 * 3
    assert len(list((folder / "sign_mnist" / "train" / "Y").iterdir())) == 3
    assert len(list((folder / "holdout" / "images").iterdir())) == 24
    held = {Image.open(file).tobytes() for file in (folder / "holdout" / "images").iterdir()}
    assert not held & {bytes(map(int, line.split(",")[1:])) for line in kept[1:]}
