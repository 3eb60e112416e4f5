"""The augmentation check, on settings as they would be measured."""

import pytest

from grader.errors import RubricError
from grader.judge import compile_rubric, judge
from grader.observation import Augmentation, AugmentationSetting, CodeError
from grader.rubric import Rubric
from grader.scorecard import Outcome

NAMES = (
    "rotation", "shear", "zoom_height", "zoom_width", "height_shift", "width_shift", "horizontal_flip",
    "vertical_flip", "brightness", "contrast", "tint",
)  # fmt: skip


def setting(reach: float, *, flip: bool = False) -> AugmentationSetting:
    if flip:
        return AugmentationSetting(low=0, high=1, share=reach, interval=(reach - 0.05, reach + 0.05), samples=200)
    interval = (reach * 0.99, reach * 1.02)
    return AugmentationSetting(low=-reach, high=reach, share=float(reach > 0), interval=interval, samples=200)


def augmentation(claimed=None, **reaches) -> Augmentation:
    settings = {name: setting(reaches.get(name, 0), flip=name.endswith("flip")) for name in NAMES}
    return Augmentation(settings=settings, samples=200, claimed=claimed or {})


def verdict(right, seen, **parameters):
    rubric = Rubric.model_validate(
        {
            "title": "t",
            "image_shape": (150, 150, 3),
            "functions": [{"name": "train_val_generators", "role": "pipelines"}],
            "criteria": [
                {"id": "a", "check": "augmentation", "title": "t", "points": 10, "function": "train_val_generators",
                 "parameters": parameters}
            ],
        }
    )  # fmt: skip
    return judge(compile_rubric(rubric, where="rubric.toml"), right.model_copy(update={"augmentation": seen}))[0]


WEEK2 = {"rotation": {"at_least": 10, "at_most": 60}, "horizontal_flip": {"at_least": 0.2}, "zoom": {"at_least": 0.1}}
GOOD = {"rotation": 40, "horizontal_flip": 0.5, "zoom_width": 0.2}


def test_settings_within_their_bounds_pass_and_are_told(right):
    found = verdict(right, augmentation(**GOOD), **WEEK2)
    assert found.outcome is Outcome.PASSED
    assert "rotation -40 to +40 degrees" in found.actual
    assert "horizontal flip in 50% of the images" in found.actual
    assert found.evidence["rotation"] == [-40, 40]


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"rotation": 5}, "too-weak", "reaches 5 degrees; from 10 degrees to 60 degrees"),
        ({"rotation": 90}, "too-strong", "reaches 90 degrees"),
        ({"rotation": 0}, "wrong-kind", "Of rotation nothing was found"),
        ({"horizontal_flip": 0}, "wrong-kind", "horizontal flip"),
        ({"zoom_width": 0.02}, "too-weak", "reaches 2%"),
        (dict.fromkeys(GOOD, 0), "none", "exactly as they went in"),
    ],
)
def test_what_is_missing_too_weak_or_too_strong_has_words_of_its_own(right, changes, code, words):
    found = verdict(right, augmentation(**{**GOOD, **changes}), **WEEK2)
    assert (found.outcome, found.evidence["code"]) == (Outcome.FAILED, code)
    assert words in found.feedback


def test_a_bound_within_the_confidence_interval_is_met(right):
    assert verdict(right, augmentation(rotation=9.9), rotation={"at_least": 10}).outcome is Outcome.PASSED
    assert verdict(right, augmentation(rotation=60.3), rotation={"at_most": 60}).outcome is Outcome.PASSED


def test_the_measurement_counts_when_the_claim_differs(right):
    lie = augmentation(claimed={"rotation": (-40, 40)}, horizontal_flip=0.5, zoom_width=0.2)
    found = verdict(right, lie, **WEEK2)
    assert found.evidence["code"] == "claim-differs"
    assert "rotation 40 degrees" in found.feedback
    better = augmentation(claimed={"rotation": (-1, 1)}, **GOOD)
    found = verdict(right, better, **WEEK2)
    assert found.outcome is Outcome.PASSED
    assert "claimed, but not what was measured: rotation 1 degrees" in found.actual


def test_claims_that_agree_are_not_mentioned_and_shifts_may_change_axes(right):
    seen = augmentation(claimed={"rotation": (-40, 40), "width_shift": (-0.2, 0.2)}, height_shift=0.2, **GOOD)
    found = verdict(right, seen, shift={"at_least": 0.1}, **WEEK2)
    assert found.outcome is Outcome.PASSED
    assert "claimed" not in found.actual


def test_without_bounds_any_change_will_do_and_kinds_are_counted(right):
    assert verdict(right, augmentation(tint=0.1)).outcome is Outcome.PASSED
    found = verdict(right, augmentation(zoom_width=0.1, zoom_height=0.1), kinds=2)
    assert found.evidence["code"] == "too-few-kinds"


def test_data_that_cannot_be_read_says_so(right):
    error = CodeError(name="ValueError", message="bad")
    assert verdict(right, Augmentation(error=error)).evidence["code"] == "raised"
    assert verdict(right, Augmentation(samples=2, unreadable=98)).evidence["code"] == "unreadable"
    assert verdict(right, None).outcome is Outcome.SKIPPED


def test_bounds_that_exclude_everything_are_refused(right):
    with pytest.raises(RubricError, match="at_most is less"):
        verdict(right, None, rotation={"at_least": 10, "at_most": 5})
