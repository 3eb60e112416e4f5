"""Splits as students write them, done with real files and listed as the sandbox lists them."""

import hashlib
import shutil

import pytest

from grader.measure.splits import measure_directories, measure_split, read_entries
from grader.observation import CodeError


def listed(root):
    return read_entries(
        {
            "path": path.relative_to(root).as_posix(),
            "kind": "folder" if path.is_dir() else "file",
            "size": path.stat().st_size if path.is_file() else 0,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None,
        }
        for path in root.rglob("*")
    )


@pytest.fixture
def source(challenge):
    return challenge.splits[0]


@pytest.fixture
def tree(tmp_path, source):
    for name in ("source", "training", "validation"):
        (tmp_path / name).mkdir()
    for name, data in source.files.items():
        (tmp_path / "source" / name).write_bytes(data)
    return tmp_path


def place(tree, names, folder, *, move=False):
    for name in names:
        (shutil.move if move else shutil.copyfile)(tree / "source" / name, tree / folder / name)


def measured(tree, source, *, stdout="", listing=(), error=None):
    return measure_split(listed(tree), source, stdout=stdout, listing=listing, error=error)


def shuffled(source):
    names = sorted(source.full, key=lambda name: source.full[name])
    return names[:18], names[18:]


def test_a_right_split(tree, source):
    training, validation = shuffled(source)
    place(tree, training, "training")
    place(tree, validation, "validation")

    split = measured(tree, source, stdout="\n".join(f"{name} is zero length, so ignoring." for name in source.empty))

    assert (split.share, split.files, split.empty) == (0.75, 24, 2)
    assert (split.training, split.validation) == (18, 6)
    assert (split.shared, split.lost, split.foreign, split.empty_copied) == (0, 0, 0, 0)
    assert split.source_intact
    assert not split.in_order
    assert split.empty_reported == 2
    assert split.error is None


def test_files_in_both_folders_are_shared(tree, source):
    training, _ = shuffled(source)
    place(tree, training, "training")
    place(tree, training[:6], "validation")
    split = measured(tree, source)
    assert (split.shared, split.lost) == (6, 6)


def test_moved_files_leave_the_source_broken(tree, source):
    training, validation = shuffled(source)
    place(tree, training, "training", move=True)
    place(tree, validation, "validation", move=True)
    split = measured(tree, source)
    assert not split.source_intact
    assert (split.training, split.validation, split.lost) == (18, 6, 0)


def test_copied_empty_files_are_counted_apart(tree, source):
    training, validation = shuffled(source)
    place(tree, [*training, *source.empty], "training")
    place(tree, validation, "validation")
    split = measured(tree, source)
    assert (split.training, split.empty_copied, split.foreign) == (18, 2, 0)


def test_a_file_with_other_content_or_another_name_is_foreign(tree, source):
    training, _ = shuffled(source)
    (tree / "training" / training[0]).write_bytes(b"made up")
    (tree / "training" / "stranger.jpg").write_bytes(b"made up")
    split = measured(tree, source)
    assert (split.training, split.foreign, split.lost) == (0, 2, 24)


def test_files_in_a_folder_of_their_own_are_foreign(tree, source):
    (tree / "training" / "deep").mkdir()
    place(tree, shuffled(source)[0][:1], "training/deep")
    assert measured(tree, source).foreign == 1


@pytest.mark.parametrize("order", ["sorted", "listing", "end of the listing"])
def test_a_split_without_a_shuffle_shows(tree, source, order):
    listing = list(source.files)[::-1]
    names = sorted(source.full) if order == "sorted" else [name for name in listing if name in source.full]
    place(tree, names[-18:] if order.startswith("end") else names[:18], "training")
    assert measured(tree, source, listing=listing).in_order


def test_a_listing_that_names_other_files_is_not_believed(tree, source):
    training, validation = shuffled(source)
    place(tree, training, "training")
    assert not measured(tree, source, listing=[*training, *validation]).in_order


def test_only_whole_names_count_as_reported(tree, source):
    name = source.empty[0]
    assert measured(tree, source, stdout=f"ignoring 9{name}").empty_reported == 0
    assert measured(tree, source, stdout=f"/tmp/PetImages/Cat/{name} is empty").empty_reported == 1


def test_an_error_is_kept_beside_what_was_done(tree, source):
    error = CodeError(name="ValueError", message="no")
    split = measured(tree, source, error=error)
    assert split.error == error
    assert split.lost == 24


def test_folders_are_those_below_the_root(tmp_path):
    for name in ("root/training/cats", "root/validation", "elsewhere"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "root" / "note.txt").write_text("a file is no folder")
    made = measure_directories(listed(tmp_path), error=None)
    assert made.folders == ("training", "training/cats", "validation")
