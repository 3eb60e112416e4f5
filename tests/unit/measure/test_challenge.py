import io
from collections import Counter

import numpy as np
import pytest
from PIL import Image

from grader.measure.challenge import Challenge, make_challenge


def test_a_seed_always_gives_the_same_challenge_and_another_seed_another(challenge):
    assert Challenge.from_seed(2024) == challenge
    other = Challenge.from_seed(2025)
    assert other.splits[0].files.keys() != challenge.splits[0].files.keys()
    assert not {image.data for image in other.images} & {image.data for image in challenge.images}


def test_what_is_written_is_what_is_known(tmp_path, challenge):
    written = make_challenge(tmp_path / "challenge", 2024)

    assert written == challenge
    on_disk = {path.relative_to(tmp_path / "challenge").as_posix() for path in tmp_path.rglob("*.jpg")}
    expected = {f"images/{i.folder}/{i.label}/{i.name}" for i in challenge.images}
    expected |= {f"{split.name}/{name}" for split in challenge.splits for name in split.files}
    assert on_disk == expected
    image = challenge.images[0]
    path = tmp_path / "challenge" / "images" / image.folder / image.label / image.name
    assert path.read_bytes() == image.data


@pytest.mark.parametrize(("names", "each"), [(("horses", "humans"), 10), (("paper", "rock", "scissors"), 10)])
def test_folders_are_named_as_the_data_set_names_its_classes(names, each):
    made = Challenge.from_seed(1, classes=names)
    for folder in ("training", "validation"):
        assert Counter(i.label for i in made.images if i.folder == folder) == dict.fromkeys(names, each)


def test_with_many_classes_every_one_is_among_the_images_that_are_drawn():
    made = Challenge.from_seed(1, classes=tuple("ABCDEFGHIKLMNOPQRSTUVWXY"))
    assert made.offered("training") == 24


def test_split_folders_tell_a_share_of_the_good_files_from_a_share_of_all(challenge):
    for split in challenge.splits:
        exact = split.share * len(split.full)
        assert exact == round(exact)
        assert len(split.empty) + len(split.full) == len(split.files)
    first = challenge.splits[0]
    assert int(first.share * len(first.files)) != first.share * len(first.full)


def test_names_are_in_no_order_and_contents_are_unique(challenge):
    for split in challenge.splits:
        assert list(split.files) != sorted(split.files)
        assert len(set(split.full.values())) == len(split.full)


def test_images_use_the_whole_range_and_come_in_many_shapes(challenge):
    shapes = {image.pixels().shape for image in challenge.images}
    assert len(shapes) > 30
    for image in challenge.images:
        small = np.asarray(Image.open(io.BytesIO(image.data)).resize((28, 28), Image.Resampling.BILINEAR))
        assert small.min() <= 6
        assert small.max() >= 249


def test_no_image_looks_like_another_or_like_its_own_mirror_image(challenge):
    thumbs = [
        np.asarray(Image.fromarray(i.pixels()).resize((16, 16), Image.Resampling.BOX), float) for i in challenge.images
    ]
    flat = np.array([(t - t.mean((0, 1))).ravel() / np.linalg.norm(t - t.mean((0, 1))) for t in thumbs])
    mirrored = np.array([(t[:, ::-1] - t.mean((0, 1))).ravel() / np.linalg.norm(t - t.mean((0, 1))) for t in thumbs])
    assert np.abs(flat @ flat.T - np.eye(len(flat))).max() < 0.7
    assert np.abs(flat @ mirrored.T).max() < 0.7


def test_where_no_function_reads_images_none_are_drawn_and_the_rest_is_the_same(tmp_path, challenge):
    made = make_challenge(tmp_path / "challenge", 2024, images=False)
    assert (made.images, made.splits, made.seed) == ((), challenge.splits, challenge.seed)
    assert not (tmp_path / "challenge" / "images").exists()
