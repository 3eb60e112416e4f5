"""Data is where a notebook looks for it, and other images can be shown there for the time of a call."""

import random
from pathlib import Path

import numpy as np
import pytest

from grader.measure.challenge import Challenge
from grader.measure.evidence import Evidence
from grader.measure.observe import read_pipeline
from grader.measure.splits import measure_pool_split
from grader.probe import inside
from grader.probe.places import make_links, shown_in_place

JPEG = b"\xff\xd8\xff\xe0 and so on"


class Shipped:
    def __init__(self, out: Path) -> None:
        self.files = {path.name: path for path in out.iterdir() if path.is_file()}
        self.records = ()


@pytest.fixture
def pets(tmp_path, monkeypatch):
    """A data set with odd files, and a working folder."""
    for kind in ("Cat", "Dog"):
        folder = tmp_path / "tmp" / "PetImages" / kind
        folder.mkdir(parents=True)
        for name, content in {"1.jpg": JPEG, "666.jpg": b"", "2.jpg": b"no picture", "Thumbs.db": JPEG}.items():
            (folder / name).write_bytes(content)
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "tmp" / "PetImages"


def test_a_link_shows_the_data_in_the_working_folder(pets):
    make_links([{"path": "data/train", "to": str(pets / "Cat"), "sound": False}])
    assert Path("data/train/1.jpg").read_bytes() == JPEG


def test_a_sound_link_leaves_out_what_is_no_picture(pets):
    make_links([{"path": "PetImages", "to": str(pets), "sound": True}])
    assert sorted(path.as_posix() for path in Path("PetImages").rglob("*.*")) == [
        "PetImages/Cat/1.jpg",
        "PetImages/Dog/1.jpg",
    ]


def test_links_that_cannot_be_made_stop_nothing(pets):
    Path("PetImages").write_text("in the way")
    make_links([{"path": "PetImages", "to": str(pets), "sound": True}, {"path": "pets", "to": str(pets)}])
    assert Path("pets/Cat/1.jpg").exists()


def test_other_images_stand_in_all_places_for_a_while(pets, tmp_path):
    make_links([{"path": "PetImages", "to": str(pets), "sound": True}])
    other = tmp_path / "other"
    other.mkdir()
    with shown_in_place({"PetImages": other, str(pets): other, "data/train": other}):
        assert [list(Path(place).iterdir()) for place in ("PetImages", str(pets), "data/train")] == [[], [], []]
    assert Path("PetImages/Cat/1.jpg").read_bytes() == (pets / "Cat" / "1.jpg").read_bytes() == JPEG
    assert not Path("data/train").exists()


def test_the_data_comes_back_after_an_error(pets, tmp_path):
    with pytest.raises(RuntimeError), shown_in_place({str(pets): tmp_path}):
        raise RuntimeError
    assert (pets / "Cat" / "1.jpg").exists()


@pytest.fixture(scope="module")
def challenge():
    return Challenge.from_seed(11)


def halves(split):
    """A function without parameters that reads ./PetImages and divides the files by `split`."""

    def train_val_datasets():
        from PIL import Image

        files = sorted(Path("PetImages").glob("*/*.jpg"))
        random.Random(5).shuffle(files)

        def batches(part):
            for start in range(0, len(part), 8):
                some = part[start : start + 8]
                images = [np.asarray(Image.open(f).resize((150, 150)), "float32") for f in some]
                yield np.stack(images), np.array([[float(f.parent.name == "Dog")] for f in some])

        return tuple(batches(part) for part in split(files))

    return train_val_datasets


def probed(function, challenge, folder: Path):
    (out := folder / "out").mkdir()
    challenge.write_for_datasets(folder / "challenge", ("Cat", "Dog"), pool=True, marks=False)
    plan = {
        "step_seconds": 30,
        "model_variable": "model",
        "history_variable": "history",
        "functions": [{"name": "train_val_datasets", "role": "datasets", "replaces": ["split_data"]}],
        "places": {"training": ["PetImages"], "validation": [], "offered": 40},
    }
    inside.run_probes({"train_val_datasets": function}, plan, challenge=folder / "challenge", out=out)
    evidence = Evidence(Shipped(out))
    return [read_pipeline(evidence, challenge.as_pool(name), name) for name in ("training", "validation")]


def test_a_function_without_parameters_reads_the_challenge_in_its_own_place(pets, challenge, tmp_path):
    training, validation = probed(halves(lambda f: (f[:36], f[36:])), challenge, tmp_path)
    assert (training.images, validation.images) == (36, 4)
    assert training.labels_right == validation.labels_right == 1
    assert training.from_other_folder == validation.from_other_folder == 0
    split = measure_pool_split(training, validation, challenge, share=0.9)
    assert (split.files, split.training, split.validation) == (40, 36, 4)
    assert (split.shared, split.lost, split.foreign, split.in_order) == (0, 0, 0, False)


def test_validation_images_out_of_the_training_part_are_counted(pets, challenge, tmp_path):
    training, validation = probed(halves(lambda f: (f[:36], f[:4])), challenge, tmp_path)
    split = measure_pool_split(training, validation, challenge, share=0.9)
    assert (split.shared, split.lost) == (4, 4)


def test_a_split_in_the_order_of_the_files_is_told(pets, challenge, tmp_path):
    def unshuffled(files):
        files = sorted(files)
        return files[:36], files[36:]

    split = measure_pool_split(*probed(halves(unshuffled), challenge, tmp_path), challenge, share=0.9)
    assert split.in_order


def test_nothing_is_probed_where_the_notebook_has_a_function_that_it_would_replace(pets, challenge, tmp_path):
    plan = {
        "step_seconds": 30,
        "model_variable": "model",
        "history_variable": "history",
        "functions": [
            {"name": "train_val_datasets", "role": "datasets", "replaces": ["split_data"]},
            {"name": "split_data", "role": "none"},
        ],
        "places": {"training": ["PetImages"], "validation": [], "offered": 40},
    }
    functions = {"train_val_datasets": len, "split_data": len}
    inside.run_probes(functions, plan, challenge=tmp_path / "challenge", out=tmp_path)
    assert not (tmp_path / "pipelines.json").exists()
