"""Observations as they are kept: JSON, of which only what somebody asks for is read."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from pydantic import BaseModel

from grader.observation import CellRun, Observations

__all__ = ["StoredObservations", "code_of"]


class _Cell(BaseModel):
    index: int
    source: str = ""


class _Run(BaseModel):
    cells: tuple[_Cell, ...] = ()


class _Code(BaseModel):
    """The little of `Observations` that comparing code takes; all other keys are skipped."""

    run: _Run


class StoredObservations(Mapping[str, Observations]):
    """Observations by student, each read when it is asked for: those of ten thousand at once would fill the memory.

    Args:
        texts: Student -> observations as JSON, or as they are where they were never written down.
    """

    def __init__(self, texts: Mapping[str, str | bytes | Observations]) -> None:
        self._texts = texts
        self._digests: dict[str, bytes] = {}

    def __getitem__(self, student: str) -> Observations:
        kept = self._texts[student]
        return kept if isinstance(kept, Observations) else Observations.model_validate_json(kept)

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def __contains__(self, student: object) -> bool:
        return student in self._texts

    def text(self, student: str) -> bytes:
        """All of one student's observations, as bytes."""
        kept = self._texts[student]
        if isinstance(kept, Observations):
            try:
                kept = kept.model_dump_json()
            except ValueError:  # something that is no text
                kept = ascii(kept)
        return kept if isinstance(kept, bytes) else kept.encode("utf-8", "surrogatepass")

    def digest(self, student: str) -> bytes:
        """SHA-256 of all of one student's observations."""
        if student not in self._digests:
            self._digests[student] = hashlib.sha256(self.text(student)).digest()
        return self._digests[student]

    def code(self, student: str) -> list[tuple[int, str]]:
        """Index and source of each code cell of one student's notebook."""
        kept = self._texts[student]
        return code_of(kept) if not isinstance(kept, Observations) else _cells(kept.run.cells)


def code_of(observations: str | bytes) -> list[tuple[int, str]]:
    """Index and source of each code cell, from observations as JSON."""
    return _cells(_Code.model_validate_json(observations).run.cells)


def _cells(cells: Sequence[_Cell | CellRun]) -> list[tuple[int, str]]:
    return [(cell.index, cell.source) for cell in cells]
