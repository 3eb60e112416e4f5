"""Augmentation read from pixels: pipelines written with SciPy here, those of Keras in benchmarks/augmentation.py."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from grader.measure.augmentation import join, measure_augmentation
from grader.measure.augmentation_factoring import factor
from grader.measure.augmentation_pattern import Pattern
from grader.measure.augmentation_registration import Register
from grader.observation import Augmentation

PATTERN = Pattern.from_seed(11)
SIDE = 48
LINE = (1 / 255, 0.0)


def turn(degrees: float) -> NDArray[np.float64]:
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[c, -s], [s, c]])


def warp(image, matrix, shift=(0.0, 0.0), mode="nearest"):
    """Output point u shows source point `matrix (u + shift)`, about the middle; shift in shares of the side."""
    middle = (np.array(image.shape[:2]) - 1) / 2
    moved = np.array(shift) * image.shape[:2]
    planes = [
        ndimage.affine_transform(image[..., c], matrix, middle - matrix @ (middle - moved), order=1, mode=mode)
        for c in range(image.shape[-1])
    ]
    return np.stack(planes, axis=-1)


def measured(one: Callable, *, n: int = 60, side: int = SIDE, channels: int = 1, line=LINE) -> Augmentation:
    rng = np.random.default_rng(5)
    image = PATTERN.render(side, side, channels).astype(np.float64)
    images = np.stack([one(image, rng) for _ in range(n)]) * (line[0] if line else 1 / 255)
    return measure_augmentation(images.astype(np.float32), PATTERN, line=line)


@pytest.fixture(scope="module")
def everything() -> Augmentation:
    def one(image, rng):
        zoom = np.diag(rng.uniform(0.8, 1.2, 2))
        made = warp(image, turn(rng.uniform(-40, 40)) @ zoom, rng.uniform(-0.1, 0.1, 2))
        made = np.clip(made * rng.uniform(0.7, 1.3), 0, 255)
        return made[:, ::-1] if rng.random() < 0.5 else made

    return measured(one, n=120)


@pytest.mark.parametrize(
    ("setting", "true", "bound"),
    [("rotation", 40, 2), ("zoom_height", 0.2, 0.02), ("zoom_width", 0.2, 0.02), ("height_shift", 0.1, 0.01),
     ("width_shift", 0.1, 0.01), ("brightness", 0.3, 0.03), ("shear", 0, 2), ("contrast", 0, 0.05)],
)  # fmt: skip
def test_settings_are_recovered_from_all_of_them_at_once(everything, setting, true, bound):
    seen = everything.settings[setting]
    assert seen.low == pytest.approx(-true, abs=bound)
    assert seen.high == pytest.approx(true, abs=bound)
    assert everything.unreadable == 0


def test_flips_are_told_by_their_share_and_an_interval(everything):
    flip = everything.settings["horizontal_flip"]
    assert flip.interval[0] < 0.5 < flip.interval[1]
    assert flip.share == pytest.approx(0.5, abs=0.12)
    assert everything.settings["vertical_flip"].share == 0


@pytest.mark.parametrize("mode", ["constant", "nearest", "reflect", "grid-wrap"])
@pytest.mark.parametrize("side", [28, 150])
def test_no_way_of_filling_borders_misleads(mode, side):
    def one(image, rng):
        return warp(image, turn(rng.uniform(-30, 30)) * rng.uniform(0.8, 1.2), rng.uniform(-0.2, 0.2, 2), mode)

    seen = measured(one, n=30, side=side)
    assert seen.unreadable == 0
    assert seen.settings["rotation"].reach == pytest.approx(30, abs=4)  # of 30 draws only
    assert seen.settings["width_shift"].reach == pytest.approx(0.2, abs=0.03)


@pytest.mark.parametrize("order", ["zoom first", "rotation first"])
def test_the_order_of_zoom_and_rotation_is_found_so_that_neither_looks_like_a_shear(order):
    rng = np.random.default_rng(1)
    turns = np.stack([turn(angle) for angle in rng.uniform(-35, 35, 100)])
    zooms = np.stack([np.diag(pair) for pair in rng.uniform(0.7, 1.3, (100, 2))])
    moves = factor(zooms @ turns if order == "zoom first" else turns @ zooms, np.zeros((100, 2)), 60, 60)
    assert np.abs(moves.shear).max() < 1e-6
    assert np.abs(moves.rotation).max() < 35
    assert np.abs(moves.zoom_height - 1).max() < 0.3


def test_a_whole_turn_is_no_vertical_flip_and_half_a_turn_is_both_flips():
    rng = np.random.default_rng(2)
    everywhere = np.stack([turn(angle) for angle in rng.uniform(-180, 180, 100)])
    assert not factor(everywhere, np.zeros((100, 2)), 60, 60).vertical_flip.any()
    half = np.stack([turn(180 * (i % 2)) for i in range(100)])
    moves = factor(half, np.zeros((100, 2)), 60, 60)
    assert moves.vertical_flip.sum() == moves.horizontal_flip.sum() == 50
    assert np.abs(moves.rotation).max() < 1e-6


def test_an_untouched_pipeline_has_no_setting():
    seen = measured(lambda image, rng: image, n=10)
    assert all(setting.share == 0 and setting.reach == 0 for setting in seen.settings.values())
    assert seen.places == ()
    assert seen.samples == 10


def test_contrast_and_added_brightness_are_told_from_brightness_that_multiplies():
    contrast = measured(lambda image, rng: (image - image.mean()) * rng.uniform(0.7, 1.3) + image.mean())
    assert contrast.settings["contrast"].reach == pytest.approx(0.3, abs=0.03)
    assert contrast.settings["brightness"].reach < 0.03
    added = measured(lambda image, rng: np.clip(image + rng.uniform(-50, 50), 0, 255))
    assert added.brightness_form == "added"
    assert added.settings["brightness"].reach == pytest.approx(50 / 255, abs=0.02)
    assert added.settings["contrast"].reach == 0


def test_a_shift_of_single_channels_is_a_tint():
    def one(image, rng):
        return np.clip(image + rng.uniform(-40, 40, 3), 0, 255)

    assert measured(one, channels=3, n=30).settings["tint"].reach > 0.08


def test_the_usual_scale_is_found_where_none_is_known():
    seen = measured(lambda image, rng: image * rng.uniform(0.8, 1.2), line=None)
    assert seen.settings["brightness"].reach == pytest.approx(0.2, abs=0.03)


def test_the_interval_holds_the_true_end_and_shrinks_with_more_images():
    def one(image, rng):
        return warp(image, turn(rng.uniform(-20, 20)))

    few, many = measured(one, n=15).settings["rotation"], measured(one, n=90).settings["rotation"]
    assert few.interval[0] < 20 < few.interval[1]
    assert many.interval[0] < 20 < many.interval[1]
    assert many.interval[1] - many.interval[0] < few.interval[1] - few.interval[0]


def test_an_epoch_that_repeats_says_nothing_twice():
    rng = np.random.default_rng(3)
    image = PATTERN.render(SIDE, SIDE, 1).astype(np.float64)
    once = np.stack([warp(image, turn(rng.uniform(-20, 20))) for _ in range(12)]).astype(np.float32)
    single, repeated = (measure_augmentation(a, PATTERN, line=(1, 0)) for a in (once, np.tile(once, (4, 1, 1, 1))))
    assert repeated.settings["rotation"].interval[1] == pytest.approx(single.settings["rotation"].interval[1], abs=0.01)


def test_images_without_marks_are_unreadable_and_no_setting_is_made_up():
    rng = np.random.default_rng(4)
    for images in (np.zeros((10, 40, 40, 3)), rng.normal(size=(10, 40, 40, 1)), np.full((10, 40, 40, 3), np.nan)):
        seen = measure_augmentation(images.astype(np.float32), PATTERN)
        assert (seen.settings, seen.unreadable) == ({}, 10)


def test_noise_like_that_of_jpeg_is_no_augmentation():
    seen = measured(lambda image, rng: image + rng.normal(0, 3, image.shape), side=150, n=12, channels=3)
    assert all(setting.share == 0 for setting in seen.settings.values())


def test_data_and_model_together_count_with_the_wider_range(everything):
    still = measured(lambda image, rng: image, n=10)
    both = join(still, everything)
    assert both.settings["rotation"] == everything.settings["rotation"]
    assert both.places == ("data",)
    assert join(None, everything) == everything
    assert join(None, None) is None


def test_patterns_differ_from_run_to_run_and_have_no_symmetry():
    assert not np.allclose(PATTERN.places, Pattern.from_seed(12).places)
    for seed in range(20):
        pattern = Pattern.from_seed(seed)
        image = pattern.render(64, 64, 3).astype(np.float32)
        for mirrored in (image[:, ::-1], image[::-1]):
            found = Register(pattern, 64, 64).place(mirrored)
            assert np.linalg.det(found.matrix) < 0
