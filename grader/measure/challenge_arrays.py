"""The challenge as arrays and as CSV rows: small grey images with the labels of the sign-language alphabet."""

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from grader.measure.augmentation_pattern import Pattern
from grader.measure.challenge import Challenge, ChallengeImage, Folder, texture

__all__ = ["LETTERS", "SIDE", "array_challenge", "rows", "write_arrays"]

SIDE = 28
LETTERS = tuple(n for n in range(25) if n != 9)
"""Labels of the 24 letters that are shown by a still hand: J (9) and Z (25) are movements."""
IMAGES = 36
"""In each part: every letter once, half of them twice; few enough for one pass to see them all."""


def array_challenge(seed: int) -> Challenge:
    """The images of a run for functions that take arrays: 28 x 28, grey, classes by the text of their labels."""
    rng = np.random.default_rng([seed, 0xA44A])
    images = []
    folders: tuple[Folder, ...] = ("training", "validation")
    for folder in folders:
        labels = [*LETTERS, *rng.permutation(LETTERS)[: IMAGES - len(LETTERS)].tolist()]
        for number, label in enumerate(rng.permutation(labels).tolist()):
            grey = texture(SIDE, SIDE, rng)[..., 0]
            buffer = io.BytesIO()
            Image.fromarray(grey).save(buffer, "PNG")
            images.append(ChallengeImage(folder, str(label), f"{number}.png", buffer.getvalue()))
    return Challenge(seed=seed, classes=tuple(str(n) for n in LETTERS), splits=(), images=tuple(images))


def rows(challenge: Challenge, folder: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Images (n, 28, 28) with values from 0 to 255 and labels (n,), both float64, of one part."""
    part = [image for image in challenge.images if image.folder == folder]
    pixels = np.stack([image.pixels(1)[..., 0] for image in part]).astype(np.float64)
    return pixels, np.array([float(image.label) for image in part])


def write_arrays(folder: Path, seed: int) -> None:
    """Write `training-images.npy`, `training-labels.npy`, the same of validation, `rows.csv` and `fiducial.npy`."""
    folder.mkdir(parents=True)
    challenge = array_challenge(seed)
    for part in ("training", "validation"):
        images, labels = rows(challenge, part)
        np.save(folder / f"{part}-images.npy", images)
        np.save(folder / f"{part}-labels.npy", labels)
    images, labels = rows(challenge, "training")
    table = np.concatenate([labels[:, None], images.reshape(len(images), -1)], axis=1).astype(int)
    header = ",".join(["label", *(f"pixel{n}" for n in range(1, SIDE * SIDE + 1))])
    np.savetxt(folder / "rows.csv", table, fmt="%d", delimiter=",", header=header, comments="")
    np.save(folder / "fiducial.npy", Pattern.from_seed(seed).render(SIDE, SIDE, 1)[..., 0].astype(np.float64))
