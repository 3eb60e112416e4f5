"""The course secret: what makes the holdout of this course unlike that of any other."""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

import numpy as np
from filelock import FileLock

from grader.datasets.storage import disk_error
from grader.errors import DataError

__all__ = ["course_secret", "secret_generator"]

LENGTH = 32
"""Bytes."""


def course_secret(private: Path) -> bytes:
    """The 32 random bytes in `private/secret`, made at first use and readable by their owner only.

    The folder gets a `.gitignore` that keeps all of it out of git.

    Args:
        private: The course's private folder; made if need be.

    Raises:
        DataError: The folder cannot be written, or the file holds something else.
    """
    path = private / "secret"
    try:
        private.mkdir(parents=True, exist_ok=True, mode=0o700)
        with FileLock(private / ".secret.lock", mode=0o600):
            ignore = private / ".gitignore"
            if not ignore.exists():
                _write(ignore, b"*\n", 0o644)
            if not path.exists():
                _write(path, secrets.token_bytes(LENGTH), 0o600)
            secret = path.read_bytes()
    except OSError as error:
        raise disk_error(error, path) from error
    if len(secret) != LENGTH:
        raise DataError(
            f"the course secret has {len(secret)} bytes instead of {LENGTH}",
            where=str(path),
            remedy="Restore it from a backup. If there is none, delete it: a new secret draws a new holdout.",
        )
    return secret


def secret_generator(secret: bytes, purpose: str) -> np.random.Generator:
    """A random generator that only holders of the secret can repeat, a different one for each purpose.

    Its seed is HMAC-SHA256(secret, purpose).
    """
    seed = hmac.new(secret, purpose.encode(), hashlib.sha256).digest()
    return np.random.default_rng(int.from_bytes(seed, "big"))


def _write(path: Path, content: bytes, mode: int) -> None:
    """Writes the file whole or not at all; the caller holds the lock."""
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)
