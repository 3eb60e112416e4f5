import base64
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from grader.observation import Augmentation, AugmentationSetting
from grader.report.pictures import Picture, augmented_rows, plain_picture, random_pictures, thumbnail
from grader.report.student_page import render


def setting(low: float, high: float, share: float = 1.0) -> AugmentationSetting:
    return AugmentationSetting(low=low, high=high, share=share, interval=(low, high), samples=96)


def measured(**settings: AugmentationSetting) -> Augmentation:
    return Augmentation(settings=settings, samples=96)


def pixels(picture: Picture) -> np.ndarray:
    head, _, data = picture.source.partition(",")
    assert head == "data:image/jpeg;base64"
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB"), dtype=float)


def test_each_change_has_its_range_and_a_picture_of_either_end():
    rows = augmented_rows(measured(rotation=setting(-40, 40), width_shift=setting(-0.2, 0.2)))
    assert [(row.name, row.range, len(row.pictures)) for row in rows] == [
        ("Rotation", "\u221240\u00b0 to 40\u00b0", 2),
        ("Shift, left and right", "\u221220 % to 20 %", 2),
    ]
    assert rows[0].pictures[1].says == "the drawn cat, rotation 40\u00b0"


def test_a_shift_moves_the_picture_the_way_it_says():
    plain = pixels(plain_picture())
    (row,) = augmented_rows(measured(width_shift=setting(-0.25, 0.25)))
    right = pixels(row.pictures[1])
    assert np.abs(right[:, 40:100] - plain[:, 12:72]).mean() < 8 < np.abs(right - plain).mean()


def test_a_zoom_above_one_is_closer():
    plain = pixels(plain_picture())
    (row,) = augmented_rows(measured(zoom_height=setting(-0.5, 1.0), zoom_width=setting(-0.5, 1.0)))
    assert (row.name, row.range) == ("Zoom", "\u00d7 0.50 to \u00d7 2.00")
    middle = np.asarray(
        Image.fromarray(plain[28:84, 28:84].astype(np.uint8)).resize((112, 112), Image.Resampling.BILINEAR)
    )
    assert np.abs(pixels(row.pictures[1]) - middle).mean() < 12


def test_a_flip_is_a_flip_and_its_share_is_told():
    (row,) = augmented_rows(measured(horizontal_flip=setting(0, 1, share=0.5)))
    assert row.range == "of 50% of the images"
    assert np.abs(pixels(row.pictures[0]) - pixels(plain_picture())[:, ::-1]).mean() < 4


def test_light_changes_as_it_was_measured():
    plain = pixels(plain_picture()).mean()
    (row,) = augmented_rows(measured(brightness=setting(-0.5, 0.0)))
    assert pixels(row.pictures[0]).mean() == pytest.approx(plain / 2, rel=0.03)
    added = Augmentation(settings={"brightness": setting(-0.2, 0.0)}, samples=96, brightness_form="added")
    assert pixels(augmented_rows(added)[0].pictures[0]).mean() == pytest.approx(plain - 51, abs=8)


def test_noise_is_no_augmentation():
    still = measured(rotation=setting(-0.1, 0.1), zoom_width=setting(0, 0.001), vertical_flip=setting(0, 0, share=0.0))
    assert augmented_rows(still) == []
    assert random_pictures(still) == []


def test_random_pictures_differ_from_each_other_and_not_from_day_to_day():
    all_at_once = measured(rotation=setting(-40, 40), shear=setting(-20, 20), contrast=setting(-0.3, 0.3))
    first = random_pictures(all_at_once)
    assert len({picture.source for picture in first}) == 5
    assert first == random_pictures(all_at_once)


def test_all_kinds_at_once_stay_small():
    names = (
        "rotation", "shear", "zoom_height", "zoom_width", "height_shift", "width_shift", "horizontal_flip",
        "vertical_flip", "brightness", "contrast", "tint",
    )  # fmt: skip
    everything = measured(**{name: setting(-0.3, 0.4) for name in names})
    sources = [p.source for row in augmented_rows(everything) for p in row.pictures]
    assert sum(map(len, [*sources, *(p.source for p in random_pictures(everything))])) < 120_000


def test_a_page_holds_a_large_picture_whole(pages, make_card, make_observations, tmp_path: Path, read):
    Image.effect_noise((300, 300), 120).save(tmp_path / "noise.png")
    source = thumbnail(tmp_path / "noise.png")
    assert source is not None
    assert len(source) > 6000
    page = render(
        make_card(), pages, assignment="week1", max_score=30, seen=make_observations(),
        picture_of=lambda _: tmp_path / "noise.png",
    )  # fmt: skip
    assert str(source) in [image["src"] for image in read(page).of("img")]


def test_a_thumbnail_is_small_and_a_broken_file_has_none(tmp_path: Path):
    Image.effect_noise((900, 600), 90).save(tmp_path / "noise.png")
    small = thumbnail(tmp_path / "noise.png")
    assert small is not None
    assert small.startswith("data:image/jpeg;base64,")
    assert len(small) < 16_000
    (tmp_path / "empty.jpg").touch()
    assert thumbnail(tmp_path / "empty.jpg") is None
    assert thumbnail(tmp_path / "absent.jpg") is None
