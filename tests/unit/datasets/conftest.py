"""A small edition of the data sets: drawn once for this folder, in seconds."""

from pathlib import Path

import pytest

from grader.datasets import cats_dogs, ensure
from grader.datasets.horses_humans import HorsesHumans
from grader.datasets.rock_paper_scissors import RockPaperScissors
from grader.datasets.sign_mnist import SignMnist

EACH = 20


def shrink(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(cats_dogs, "EACH", EACH)
    patch.setattr(cats_dogs, "HOLDOUT_EACH", 6)
    for dataset, first, second in ((HorsesHumans, 6, 3), (RockPaperScissors, 5, 2), (SignMnist, 4, 2)):
        patch.setattr(dataset, "each", dict(zip(dataset.each, (first, second), strict=True)))
        patch.setattr(dataset, "holdout_each", 2)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    shrink(monkeypatch)


@pytest.fixture(scope="session")
def drawn_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder in which the small public sets are finished; tests leave it as it is."""
    cache = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        shrink(patch)
        for name in ("cats-dogs", "horses-humans", "sign-mnist", "rock-paper-scissors"):
            ensure(name, cache)
    return cache
