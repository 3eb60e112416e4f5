"""Where the real data sets are to be had, and how their files become the parts of a set."""

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["ARCHIVES", "HELD_EACH", "Archive"]

GOOGLE = "https://storage.googleapis.com/download.tensorflow.org/data"
LEARNING = "https://storage.googleapis.com/learning-datasets"


@dataclass(frozen=True)
class Archive:
    """One file to download."""

    file: str
    urls: tuple[str, ...]
    """The first that answers is taken."""
    part: str
    """What of the set it becomes."""
    inside: str = ""
    """The folder in the archive that is the part; empty for all of it."""
    sha256: str | None = None
    """None where nobody has published it: the first download is trusted, noted, and compared with ever after."""
    md5: str | None = None
    """What its owner publishes instead of SHA-256; looked at only where that is None."""
    size: int = 0
    """Bytes, as published; 0 where nobody says."""
    most: int = 10**9
    """Bytes that it may have."""
    packed: bool = True
    """False for a file that is the part itself."""


ARCHIVES: Mapping[str, tuple[Archive, ...]] = {
    "cats-dogs": (
        Archive(
            "kagglecatsanddogs_5340.zip",
            (
                "https://download.microsoft.com/download/3/E/1/3E1C3F21-ECDB-4869-8368-6DEBA77B919F/"
                "kagglecatsanddogs_5340.zip",
            ),
            part="PetImages",
            inside="PetImages",
            sha256="b7974bd00a84a99921f36ee4403f089853777b5ae8d151c76a86e64900334af9",
            size=824_887_076,
        ),
    ),
    "horses-humans": (
        Archive(
            "horse-or-human.zip",
            (f"{GOOGLE}/horse-or-human.zip", f"{LEARNING}/horse-or-human.zip"),
            part="train",
            sha256="e2e6f70d3d549c5dd10a57165e55af253ee66ad750403f95c0fb76bb943633a9",
            size=149_574_867,
        ),
        Archive(
            "validation-horse-or-human.zip",
            (f"{GOOGLE}/validation-horse-or-human.zip", f"{LEARNING}/validation-horse-or-human.zip"),
            part="validation",
            sha256="ae5fff2f4f5554791f05358108e2e05d9801b191f1896ea101402f0e7f6c32c0",
            size=11_480_187,
        ),
    ),
    "sign-mnist": (
        Archive(
            "sign_mnist_train.csv",
            ("https://drive.google.com/uc?export=download&id=1z0DkA9BytlLxO1C0BAWzknLyQmZAp0HR",),
            part="sign_mnist_train.csv",
            packed=False,
        ),
        Archive(
            "sign_mnist_test.csv",
            ("https://drive.google.com/uc?export=download&id=1z1BIj4qmri59GWBG4ivMNFtpZ4AXIbzg",),
            part="sign_mnist_test.csv",
            packed=False,
        ),
    ),
    "rock-paper-scissors": (
        Archive(
            "rps.zip",
            (f"{GOOGLE}/rps.zip", f"{LEARNING}/rps.zip"),
            part="rps",
            inside="rps",
            sha256="c2403444395842ad04c53612bad54b574443eae17a0723117a2ff87b9d72194f",
            size=200_682_221,
        ),
        Archive(
            "rps-test-set.zip",
            (f"{GOOGLE}/rps-test-set.zip", f"{LEARNING}/rps-test-set.zip"),
            part="rps-test-set",
            inside="rps-test-set",
            sha256="c27ab9fa43ce40b2e453de711365b477f4424586edf0388116674fd320f07503",
            size=29_516_758,
        ),
    ),
}

HELD_EACH: Mapping[str, int] = {"cats-dogs": 200, "horses-humans": 60, "sign-mnist": 12, "rock-paper-scissors": 60}
"""Training images of each class of a real set that are held back to judge with."""
