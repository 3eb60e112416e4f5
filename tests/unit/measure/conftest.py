"""A challenge, and pipelines simulated with numpy and Pillow alone."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from grader.measure.challenge import Challenge, ChallengeImage
from grader.measure.pipelines import measure_pipeline
from grader.observation import Pipeline

Change = Callable[[NDArray[np.float32], np.random.Generator], NDArray[np.float32]]


class Pipelines:
    """Measures what a pipeline would yield that loads the images of one folder in a shuffled order."""

    def __init__(self, challenge: Challenge) -> None:
        self.challenge = challenge

    def sources(self, folder: str) -> list[ChallengeImage]:
        return [image for image in self.challenge.images if image.folder == folder]

    def measure(
        self,
        *,
        folder: str = "validation",
        reads: str | None = None,
        side: int = 90,
        method: Image.Resampling = Image.Resampling.NEAREST,
        change: Change | None = None,
        scale: float = 1 / 255,
        offset: float = 0.0,
        labels: Callable[[NDArray[np.float64]], NDArray[np.float64]] | None = None,
        images: int = 20,
    ) -> Pipeline:
        rng = np.random.default_rng(3)
        sources = self.sources(reads or folder)
        order = rng.permutation(len(sources))
        frames, truth = [], []
        for index in order[:images]:
            resized = Image.fromarray(sources[index].pixels()).resize((side, side), method)
            pixels = np.asarray(resized, np.float32)
            frames.append((change(pixels, rng) if change else pixels) * scale + offset)
            truth.append(self.challenge.classes.index(sources[index].label))
        answers = np.array(truth, np.float64)
        answers = labels(answers) if labels else answers
        return measure_pipeline(
            np.stack(frames).astype(np.float32),
            answers,
            self.challenge,
            folder=folder,
            batch_size=images,
            label_shape=answers.shape,
        )


@pytest.fixture(scope="session")
def challenge() -> Challenge:
    return Challenge.from_seed(2024)


@pytest.fixture(scope="session")
def pipelines(challenge: Challenge) -> Pipelines:
    return Pipelines(challenge)
