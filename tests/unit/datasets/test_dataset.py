"""What every data set of the catalogue promises."""

import ast
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from grader.datasets import drawing, ensure, ensure_holdout, home, inside_paths, names, training_sample
from grader.datasets.catalogue import find_dataset
from grader.datasets.dataset import DataSet

NEW = ("horses-humans", "sign-mnist", "rock-paper-scissors")
PACKAGE = "grader.datasets.drawing"
ENTRIES = {
    "cats-dogs": "scene",
    "horses-humans": "paddock",
    "sign-mnist": "signs",
    "rock-paper-scissors": "rps",
}


def imported(module: str) -> set[str]:
    """The modules of the drawing package that one of them imports, at any remove, and itself."""
    found, waiting = set(), [module]
    while waiting:
        module = waiting.pop()
        if module in found:
            continue
        found.add(module)
        tree = ast.parse(Path(drawing.__file__).with_name(f"{module}.py").read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module == PACKAGE:
                waiting.extend(name.name for name in node.names)
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PACKAGE + "."):
                waiting.append((node.module or "").removeprefix(PACKAGE + "."))
    return found


@pytest.mark.parametrize("name", names())
def test_the_edition_counts_every_module_that_draws_the_set(name: str) -> None:
    assert sorted(imported(ENTRIES[name])) == sorted(find_dataset(name).artists)


@pytest.mark.parametrize("name", names())
def test_the_edition_is_short_stable_and_the_sets_own(name: str) -> None:
    editions = {find_dataset(other).edition() for other in names()}

    assert len(find_dataset(name).edition()) == 12
    assert len(editions) == len(names())


@pytest.mark.parametrize("name", names())
def test_every_part_is_there_and_has_its_place_in_the_sandbox(name: str, drawn_cache: Path) -> None:
    folder = ensure(name, drawn_cache)
    paths = inside_paths(name, folder)

    assert all(path.startswith("/tmp/") for path in paths)
    assert all(path.exists() for path in paths.values())
    assert {f"{home(name)}/{part}" for part in find_dataset(name).parts} <= set(paths)


@pytest.mark.parametrize("name", NEW)
def test_the_public_files_are_the_same_each_time(name: str, drawn_cache: Path, tmp_path: Path) -> None:
    folder = ensure(name, drawn_cache)
    find_dataset(name).write_public(tmp_path)
    files = [file.relative_to(tmp_path) for file in sorted(tmp_path.rglob("*")) if file.is_file()]

    assert files
    assert all((tmp_path / file).read_bytes() == (folder / file).read_bytes() for file in files)


@pytest.mark.parametrize("name", NEW)
def test_every_picture_has_the_size_of_the_set_and_something_on_it(name: str, drawn_cache: Path) -> None:
    size, mode = ((28, 28), "L") if name == "sign-mnist" else ((200, 200), "RGB")
    for file in ensure(name, drawn_cache).rglob("*.png"):
        with Image.open(file) as picture:
            assert (picture.size, picture.mode) == (size, mode)
            assert np.asarray(picture).std() > 3


@pytest.mark.parametrize("name", NEW)
def test_no_picture_is_in_two_parts_or_in_the_holdout(name: str, drawn_cache: Path, tmp_path: Path) -> None:
    folder = ensure(name, drawn_cache)
    public = [file.read_bytes() for file in folder.rglob("*.png")]
    holdout = [file.read_bytes() for file in ensure_holdout(name, bytes(32), tmp_path).files]

    assert len(set(public)) == len(public)
    assert len(set(holdout)) == len(holdout) == 2 * len(find_dataset(name).classes)
    assert not set(public) & set(holdout)


@pytest.mark.parametrize("name", NEW)
def test_the_holdout_is_balanced_mixed_and_the_secrets_own(name: str, tmp_path: Path) -> None:
    holdout = ensure_holdout(name, bytes(32), tmp_path / "a")
    other = ensure_holdout(name, bytes(range(32)), tmp_path / "a")

    assert np.bincount(holdout.labels).tolist() == [2] * len(holdout.classes)
    assert list(holdout.labels) != sorted(holdout.labels)
    assert holdout.files[0].read_bytes() != other.files[0].read_bytes()


@pytest.mark.parametrize("name", NEW)
def test_a_training_sample_takes_the_same_number_of_each_class(name: str, drawn_cache: Path) -> None:
    classes = find_dataset(name).classes
    sample = training_sample(name, 2 * len(classes), drawn_cache)

    assert np.bincount(sample.labels).tolist() == [2] * len(classes)
    assert all(file.parent.name == classes[label] for file, label in zip(sample.files, sample.labels, strict=True))


@pytest.mark.parametrize("name", names())
def test_size_and_colours_of_a_picture_do_not_wait_for_the_class(name: str) -> None:
    """The same generator gives every class the same corner of the same background, most of the time."""
    dataset: DataSet = find_dataset(name)
    sizes = {dataset.draw(label, np.random.default_rng(21)).size for label in range(len(dataset.classes))}

    assert len(sizes) == 1
