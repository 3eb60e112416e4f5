"""Cats and dogs, drawn: a stand-in for the archive of photographs, in its layout and with its flaws.

`PetImages/Cat` and `PetImages/Dog` hold `0.jpg`, `1.jpg`, ... in many sizes. As in the real archive, some files are
not what they seem. Exactly these, in each class:

- `6.jpg` and `16.jpg` have **zero length**: `split_data` has to leave them out.
- `3.jpg` has **trailing junk** after the end of the picture, `11.jpg` has **stray bytes before its end marker**, and
  `18.jpg` has a **broken EXIF block**. Decoders give the picture; for the last one Pillow warns "Corrupt EXIF data", as
  it does for the real archive.
- `Thumbs.db` (shaped like a Windows thumbnail cache) and `20.jpg.part` (the first half of a JPEG, as an interrupted
  download leaves it) **do not decode**.

Why no plain `.jpg` is beyond decoding: by the course's contract `split_data` leaves out zero-length files and nothing
else, so a correct solution copies every other file; and `flow_from_directory` raises on the first `.jpg` that it
cannot decode, in the middle of an epoch. The undecodable files therefore carry extensions that `flow_from_directory`
and `image_dataset_from_directory` pass over, as both list files by extension. So a plain correct solution trains, and
its `len(training) + len(validation)` is the number of non-empty files, these two in each class among them.
"""

import hashlib
import io
import json
from pathlib import Path

import numpy as np
from PIL import Image

from grader.datasets import drawing
from grader.datasets.drawing import Species, draw_picture

__all__ = ["BROKEN", "CLASSES", "EMPTY", "FOLDER", "JUNK", "edition", "write_holdout", "write_public"]

CLASSES = ("cats", "dogs")
"""Names of the classes, alphabetical: label 0 is a cat."""
FOLDER = "PetImages"
EACH = 330
"""Numbered `.jpg` files in each class of the public set, zero-length ones included."""
HOLDOUT_EACH = 200
SEED = 2024
"""Of the public set. Everybody may know it."""
EMPTY = ("6.jpg", "16.jpg")
"""Zero length, in each class."""
TRAILING, STRAY, EXIF = "3.jpg", "11.jpg", "18.jpg"
BROKEN = (TRAILING, STRAY, EXIF)
"""Damaged but decodable, in each class."""
JUNK = ("20.jpg.part", "Thumbs.db")
"""Non-empty and undecodable, in each class."""
SPECIES = (Species.CAT, Species.DOG)
ARTISTS = ("background", "body", "brush", "camera", "cat", "coat", "dog", "figure", "scene", "shapes")
"""The modules of `grader.datasets.drawing` that these pictures depend on; others may change without redrawing them."""


def edition() -> str:
    """Twelve hex digits that change whenever the pictures may: a digest of this file and its drawing code."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for name in ARTISTS:
        digest.update(name.encode() + b"\0" + Path(drawing.__file__).with_name(f"{name}.py").read_bytes())
    return digest.hexdigest()[:12]


def write_public(folder: Path, each: int) -> None:
    """Draws the public set into `folder / "PetImages"`, `each` numbered files in each class."""
    for label, species in enumerate(SPECIES):
        target = folder / FOLDER / species.value
        target.mkdir(parents=True)
        for number in range(each):
            rng = np.random.default_rng([SEED, label, number])
            name = f"{number}.jpg"
            content = b"" if name in EMPTY else _damaged(_jpeg(draw_picture(species, rng), rng), name)
            (target / name).write_bytes(content)
        rng = np.random.default_rng([SEED, label, each])
        whole = _jpeg(draw_picture(species, rng), rng)
        (target / "20.jpg.part").write_bytes(whole[: len(whole) // 2])
        (target / "Thumbs.db").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + rng.bytes(5624))


def write_holdout(folder: Path, rng: np.random.Generator, each: int) -> None:
    """Draws the holdout: `images/000.jpg`, ... in random order; their labels go to `labels.json` beside that folder."""
    labels = rng.permutation(np.repeat(np.arange(len(SPECIES)), each))
    (folder / "images").mkdir()
    for index, (label, own) in enumerate(zip(labels, rng.spawn(len(labels)), strict=True)):
        (folder / "images" / f"{index:03}.jpg").write_bytes(_jpeg(draw_picture(SPECIES[label], own), own))
    (folder / "labels.json").write_text(json.dumps([int(label) for label in labels]), encoding="utf-8")


def _jpeg(picture: Image.Image, rng: np.random.Generator) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=int(rng.integers(60, 93)))
    return buffer.getvalue()


def _damaged(content: bytes, name: str) -> bytes:
    """The file's bytes, with the damage that its name stands for."""
    if name == TRAILING:
        return content + b"\0" * 37 + b"<!-- saved from the web -->"
    if name == STRAY:
        return content[:-2] + b"\x13\x37" * 8 + content[-2:]
    if name == EXIF:  # an EXIF block that promises an entry far beyond its end
        block = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0"
        return content[:2] + b"\xff\xe1" + (len(block) + 2).to_bytes(2, "big") + block + content[2:]
    return content
