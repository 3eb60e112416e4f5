"""One challenge on disk and one import of Keras for all probes of this folder."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import pytest

from grader.measure.challenge import Challenge, make_challenge


@pytest.fixture(scope="session")
def challenge_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("probe") / "challenge"
    make_challenge(folder, 77)
    return folder


@pytest.fixture(scope="session")
def challenge():
    return Challenge.from_seed(77)


@pytest.fixture(scope="session")
def keras():
    import keras

    return keras
