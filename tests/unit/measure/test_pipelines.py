"""Pipelines simulated with numpy and Pillow; those of Keras itself are in tests/unit/probe/test_inside.py."""

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from grader.measure.challenge_arrays import array_challenge
from grader.measure.pipelines import measure_pipeline


def turned(degrees):
    def change(pixels, rng):
        image = Image.fromarray(pixels.astype(np.uint8))
        return np.asarray(image.rotate(float(rng.uniform(-degrees, degrees)), Image.Resampling.BILINEAR), np.float32)

    return change


def shifted(share):
    def change(pixels, rng):
        by = int(rng.integers(1, int(share * len(pixels)) + 1))
        return np.concatenate([np.repeat(pixels[:, :1], by, axis=1), pixels[:, :-by]], axis=1)

    return change


def mirrored(pixels, rng):
    return pixels[:, ::-1] if rng.random() < 0.5 else pixels


def lit(pixels, rng):
    return np.clip(pixels * rng.uniform(0.7, 1.3), 0, 255)


def test_an_untouched_pipeline_is_read_exactly(pipelines):
    seen = pipelines.measure()
    assert seen.image_shape == (90, 90, 3)
    assert (seen.batch_size, seen.images) == (20, 20)
    assert seen.scale == pytest.approx(1 / 255, rel=1e-4)
    assert seen.offset == pytest.approx(0, abs=1e-4)
    assert (seen.low, seen.high) == (pytest.approx(0, abs=0.01), pytest.approx(1, abs=0.01))
    assert seen.interpolation == "nearest"
    assert (seen.label_form, seen.label_shape, seen.label_values, seen.classes) == ("integers", (20,), (0.0, 1.0), 2)
    assert seen.labels_right == 1.0
    assert seen.from_other_folder == 0
    assert seen.distortion < 1e-4
    assert seen.changes == ()


@pytest.mark.parametrize("side", [28, 150])
@pytest.mark.parametrize("method", [Image.Resampling.NEAREST, Image.Resampling.BILINEAR, Image.Resampling.BICUBIC])
def test_no_size_and_no_way_of_resizing_counts_as_a_change(pipelines, side, method):
    seen = pipelines.measure(side=side, method=method, images=8)
    assert seen.changes == ()
    assert seen.distortion < 0.008
    assert seen.labels_right == 1.0


@pytest.mark.parametrize("method", ["NEAREST", "BILINEAR"])
def test_the_way_of_resizing_is_told(pipelines, method):
    assert pipelines.measure(method=Image.Resampling[method]).interpolation == method.lower()


@pytest.mark.parametrize(
    ("scale", "offset", "high"),
    [(1.0, 0.0, 255), (1 / 255**2, 0.0, 1 / 255), (1 / 225, 0.0, 255 / 225), (1 / 127.5, -1.0, 1)],
    ids=["not rescaled", "rescaled twice", "1/225", "to -1..1"],
)
def test_the_scale_is_read_from_the_pixels(pipelines, scale, offset, high):
    seen = pipelines.measure(scale=scale, offset=offset, images=8)
    assert seen.scale == pytest.approx(scale, rel=1e-3)
    assert seen.offset == pytest.approx(offset, abs=1e-3)
    assert seen.high == pytest.approx(high, rel=0.02)
    assert seen.changes == ()


@pytest.mark.parametrize(
    ("change", "name"),
    [(mirrored, "flip"), (turned(5), "rotation"), (turned(40), "rotation"), (shifted(0.02), "shift"),
     (shifted(0.2), "shift"), (lit, "brightness")],
    ids=["flip", "slight rotation", "strong rotation", "slight shift", "strong shift", "brightness"],
)  # fmt: skip
def test_each_augmentation_is_named_and_the_image_is_still_known_again(pipelines, change, name):
    seen = pipelines.measure(change=change, images=8)
    assert name in seen.changes
    assert seen.distortion > 0.02
    assert seen.labels_right == 1.0
    assert seen.from_other_folder == 0
    if name != "brightness":
        assert seen.scale == pytest.approx(1 / 255, rel=0.05)


def test_several_augmentations_at_once_are_named_together(pipelines):
    def both(pixels, rng):
        return turned(20)(mirrored(pixels, rng), rng)

    assert {"flip", "rotation"} <= set(pipelines.measure(change=both, images=8).changes)


def test_shuffled_labels_are_about_half_right(pipelines):
    seen = pipelines.measure(labels=lambda truth: np.random.default_rng(0).permutation(truth))
    assert 0.4 <= seen.labels_right <= 0.75


def test_classes_numbered_the_other_way_round_are_right_and_the_naming_says_so(pipelines):
    seen = pipelines.measure(labels=lambda truth: 1 - truth)
    assert seen.labels_right == 1.0
    assert seen.naming == {0: 1, 1: 0}


def test_one_hot_labels_are_told_from_integers(pipelines):
    seen = pipelines.measure(labels=lambda truth: np.eye(2)[truth.astype(int)])
    assert (seen.label_form, seen.label_shape, seen.classes, seen.labels_right) == ("one_hot", (20, 2), 2, 1.0)


def test_training_images_in_the_validation_data_are_counted(pipelines):
    seen = pipelines.measure(reads="training")
    assert seen.from_other_folder == 20
    assert seen.labels_right == 1.0


def test_images_that_are_none_of_ours_count_as_changed(challenge):
    noise = np.random.default_rng(0).random((3, 90, 90, 3), dtype=np.float32)
    seen = measure_pipeline(noise, np.zeros(3), challenge, folder="validation", batch_size=3, label_shape=(3,))
    assert seen.distortion == 1.0
    assert seen.changes == ("other",)
    assert seen.labels_right == 0.0


@pytest.mark.parametrize("value", [0.0, np.nan, np.inf], ids=["black", "nan", "inf"])
def test_images_without_content_are_survived(challenge, value):
    blank = np.full((4, 32, 32, 3), value, np.float32)
    seen = measure_pipeline(blank, None, challenge, folder="training", batch_size=4)
    assert seen.label_form == "none"
    assert seen.changes == ("other",)


def test_images_with_odd_channels_are_survived(challenge):
    images = np.zeros((4, 32, 32, 7), np.float32)
    seen = measure_pipeline(images, np.zeros(4), challenge, folder="training", batch_size=4, label_shape=(4,))
    assert seen.image_shape == (32, 32, 7)
    assert seen.changes == ("other",)


def test_grey_images_are_compared_with_grey_sources(challenge):
    sources = [image for image in challenge.images if image.folder == "validation"]
    images = np.stack(
        [np.asarray(Image.fromarray(s.pixels()).convert("L").resize((64, 64)), np.float32)[..., None] for s in sources]
    )
    labels = np.array([challenge.classes.index(s.label) for s in sources], float)
    seen = measure_pipeline(images, labels, challenge, folder="validation", batch_size=20, label_shape=(20,))
    assert (seen.changes, seen.labels_right, seen.scale) == ((), 1.0, pytest.approx(1, rel=0.01))


@pytest.mark.parametrize("kind", ["crop", "pad"])
def test_keeping_the_aspect_ratio_is_no_augmentation(challenge, kind):
    images = []
    sources = [image for image in challenge.images if image.folder == "validation"]
    for source in sources:
        image = Image.fromarray(source.pixels())
        if kind == "crop":
            side = min(image.size)
            left, top = (image.width - side) // 2, (image.height - side) // 2
            frame = image.crop((left, top, left + side, top + side)).resize((90, 90), Image.Resampling.BILINEAR)
        else:
            ratio = 90 / max(image.size)
            small = image.resize((int(image.width * ratio), int(image.height * ratio)), Image.Resampling.BILINEAR)
            frame = Image.new("RGB", (90, 90))
            frame.paste(small, ((90 - small.width) // 2, (90 - small.height) // 2))
        images.append(np.asarray(frame, np.float32))
    labels = np.array([challenge.classes.index(s.label) for s in sources], float)
    seen = measure_pipeline(np.stack(images), labels, challenge, folder="validation", batch_size=20, label_shape=(20,))
    assert seen.labels_right == 1.0
    if kind == "crop":
        assert seen.changes == ()


def test_a_strong_shift_of_small_images_says_nothing_of_their_labels():
    challenge = array_challenge(105)
    images = [image for image in challenge.images if image.folder == "validation"]
    chance = np.random.default_rng(5)
    shifts = [(0, int(28 * chance.uniform(-0.2, 0.2)), 0) for _ in images]
    pairs = zip(images, shifts, strict=True)
    moved = np.stack([ndimage.shift(i.pixels(1).astype(np.float32), by, order=1, mode="nearest") for i, by in pairs])
    labels = np.array([float(image.label) for image in images])
    found = measure_pipeline(moved / 255, labels, challenge, folder="validation", batch_size=32)
    assert (found.labels_right, found.from_other_folder) == (1.0, 0)
    assert "shift" in found.changes
