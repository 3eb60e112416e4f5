"""A small edition of the data set: drawn once for this folder, in seconds."""

from pathlib import Path

import pytest

from grader.datasets import cats_dogs, ensure

EACH = 20


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cats_dogs, "EACH", EACH)
    monkeypatch.setattr(cats_dogs, "HOLDOUT_EACH", 6)


@pytest.fixture(scope="session")
def drawn_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder in which the small public set is finished; tests leave it as it is."""
    cache = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cats_dogs, "EACH", EACH)
        ensure("cats-dogs", cache)
    return cache
