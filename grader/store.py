"""Observations on disk, kept beside the reports so that judging again needs no notebook to run."""

import hashlib
import json
import os
import re
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from grader.errors import InternalFault
from grader.model import Model
from grader.observation import Observations

__all__ = ["Kept", "ObservationStore"]


class Kept(Model):
    """What is kept of one submission."""

    schema_version: Literal[1] = 1
    student: str
    notebook: str
    """Path as reports show it."""
    sha256: str
    """Of the notebook file's bytes."""
    key: str
    """Of all that the observations depend on: notebook, data, limits, versions."""
    observations: Observations


class ObservationStore:
    """One folder a student below `folder`, with `observations.json` and, where it ran, `executed.ipynb`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load(self, student: str) -> Kept | None:
        """What is kept of a student; None when there is nothing, or nothing that this version can read."""
        path = self._place(student) / "observations.json"
        try:
            kept = Kept.model_validate_json(path.read_bytes())
        except (OSError, ValidationError):
            return None
        return kept if kept.student == student else None

    def save(self, kept: Kept, executed: str | None) -> None:
        """Keep observations and the executed notebook, in place of older ones.

        Raises:
            InternalFault: The disk is full or cannot be written.
        """
        place = self._place(kept.student)
        try:
            place.mkdir(parents=True, exist_ok=True)
            if executed is not None:
                (place / "executed.ipynb.part").write_text(executed, encoding="utf-8")
                (place / "executed.ipynb.part").replace(place / "executed.ipynb")
            else:
                (place / "executed.ipynb").unlink(missing_ok=True)
            part = place / "observations.json.part"
            with part.open("w", encoding="utf-8") as file:
                file.write(kept.model_dump_json(indent=1))
                file.flush()
                os.fsync(file.fileno())
            part.replace(place / "observations.json")
        except OSError as error:
            raise InternalFault(
                f"the observations of '{kept.student}' cannot be written: {error.strerror}",
                where=str(place),
                remedy="Make room or choose another folder with --out, and run the same command again.",
            ) from error

    def students(self) -> list[str]:
        """Students with observations, in order."""
        names = []
        for path in sorted(self.folder.glob("*/observations.json")):
            try:
                names.append(str(json.loads(path.read_bytes())["student"]))
            except (OSError, ValueError, KeyError, TypeError, RecursionError):
                continue
        return sorted(names)

    def _place(self, student: str) -> Path:
        """A folder name that no student name can break out of, and that differs for different students."""
        slug = re.sub(r"[^A-Za-z0-9_-]+", "-", student)[:40].strip("-") or "student"
        digest = hashlib.sha256(student.encode("utf-8", "surrogatepass")).hexdigest()[:10]
        return self.folder / f"{slug}-{digest}"
