"""What the grader is made of: a digest of its own source files, and the versions of packages that it rests on."""

import hashlib
import importlib.metadata
from functools import cache
from pathlib import Path

__all__ = ["package_versions", "source_digest"]


@cache
def source_digest(*rooms: str) -> str:
    """SHA-256 over all Python files of these rooms of the grader, in hexadecimal: another one when any has changed."""
    digest = hashlib.sha256()
    package = Path(__file__).parent
    for room in rooms:
        for path in sorted((package / room).rglob("*.py")):
            digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def package_versions(*packages: str) -> dict[str, str]:
    """Versions of installed packages; `missing` for one that is not installed."""
    found = {}
    for package in packages:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            found[package] = "missing"
    return found
