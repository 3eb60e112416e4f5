"""Submissions: one student's notebook, and the notebooks of a path; `grader.intake` says whose each is."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from grader.errors import SubmissionsError

__all__ = ["Submission", "as_text", "notebooks_below"]


@dataclass(frozen=True)
class Submission:
    """One student's notebook for one assignment."""

    student: str
    path: Path
    name: str
    """The path as reports show it: as given, or below the folder that was given."""
    came_in: datetime | Literal["file", "unknown"] = "file"
    """When, where the way it came says so; `file` for the time of the file's last change."""

    def digest(self) -> str:
        """SHA-256 of the file's bytes, in hex."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def notebooks_below(path: Path) -> list[tuple[Path, str]]:
    """A notebook, or those of a folder, hidden ones left out; each with its name for reports.

    Raises:
        SubmissionsError: It is missing, holds no notebook, or is none.
    """
    if path.is_dir():
        below = sorted(p for p in path.rglob("*.ipynb") if p.is_file() and not _hidden(p.relative_to(path)))
        if not below:
            raise SubmissionsError(
                "no notebook in this folder", where=str(path), remedy="A submission is a file that ends in .ipynb."
            )
        return [(p, p.relative_to(path).as_posix()) for p in below]
    if not path.exists():
        raise SubmissionsError("no such file or folder", where=str(path))
    if path.suffix != ".ipynb":
        raise SubmissionsError(
            "this is not a notebook", where=str(path), remedy="A submission is a file that ends in .ipynb."
        )
    return [(path, path.as_posix())]


def as_text(name: str) -> str:
    """A name that every report and database can hold: bytes of a file's name that are no UTF-8 are spelt out."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def _hidden(relative: Path) -> bool:
    return any(part.startswith(".") for part in relative.parts)
