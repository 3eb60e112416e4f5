import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from grader.datasets import ensure, inside_paths
from grader.datasets.sign_mnist import HEADER, read_rows
from grader.errors import DataError


@pytest.fixture
def folder(drawn_cache: Path) -> Path:
    return ensure("sign-mnist", drawn_cache)


def test_a_csv_file_has_the_header_and_rows_of_the_real_one(folder: Path) -> None:
    with (folder / "sign_mnist_train.csv").open(newline="") as stream:
        rows = list(csv.reader(stream))

    assert rows[0][:3] == ["label", "pixel1", "pixel2"]
    assert rows[0][-1] == "pixel784"
    assert len(rows) == 1 + 24 * 4
    assert all(len(row) == 785 for row in rows)
    assert all(0 <= int(value) <= 255 for row in rows[1:] for value in row[1:])


def test_labels_count_letters_from_a_without_j_and_z(folder: Path) -> None:
    for file in ("sign_mnist_train.csv", "sign_mnist_test.csv"):
        labels = np.loadtxt(folder / file, delimiter=",", skiprows=1, dtype=int)[:, 0]

        assert sorted(set(labels)) == [n for n in range(25) if n != 9]
        assert list(labels) != sorted(labels)


def test_the_folders_hold_the_pictures_of_the_rows(folder: Path) -> None:
    for part, file in (("train", "sign_mnist_train.csv"), ("validation", "sign_mnist_test.csv")):
        for number, (label, pixels) in enumerate(read_rows(folder / file)):
            with Image.open(folder / "sign_mnist" / part / chr(65 + label) / f"{number:05}.png") as picture:
                np.testing.assert_array_equal(np.asarray(picture), pixels)


def test_notebooks_find_files_and_folder_in_the_sandbox(folder: Path) -> None:
    paths = inside_paths("sign-mnist", folder)

    assert paths["/tmp/sign_mnist_train.csv"].is_file()
    assert paths["/tmp/sign_mnist"].is_dir()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "the first line"),
        ("label,a\n", "the first line"),
        (",".join(HEADER) + "\n3,1,2\n", "not a label and 784 values"),
        (",".join(HEADER) + "\n3" + ",300" * 784 + "\n", "not a label and 784 values"),
        (",".join(HEADER) + "\n9" + ",3" * 784 + "\n", "no letter has the label 9"),
    ],
)
def test_a_file_of_another_form_is_refused_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "x.csv").write_text(text)

    with pytest.raises(DataError, match=told):
        list(read_rows(tmp_path / "x.csv"))
