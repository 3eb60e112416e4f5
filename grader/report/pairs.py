"""Which submissions of a class have code in common, kept beside the reports: as long as no code is new, nor is that."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from grader import __version__, similarity
from grader.report.files import write
from grader.similarity import Hashes, Pair, find_similar
from grader.stored import StoredObservations

__all__ = ["KeptPairs"]

FILE = ".similar.json"
"""In the folder of the reports."""


class KeptPairs:
    """The pairs of one class.

    Args:
        out: The folder of the reports.
        students: All of the class.
        seen: Their observations.
        stub: Code cells of the student notebook; without any, code is not compared: all of it would look alike.
    """

    def __init__(self, out: Path, students: Sequence[str], seen: StoredObservations, stub: Sequence[str]) -> None:
        self._path = out / FILE
        self._seen = seen
        self._stub = stub
        self._students = [student for student in students if student in seen] if stub else []
        self._stamp = self._of_now() if self._students else ""
        self._kept = self._read()

    @property
    def given(self) -> frozenset[int] | None:
        """What `find` needs the fingerprints without; None where it needs none at all."""
        return similarity.given_fingerprints(self._stub) if self._students and self._kept is None else None

    def find(self, prints: Mapping[str, Hashes]) -> tuple[Pair, ...]:
        """The pairs, which are kept for the next time.

        Args:
            prints: Student -> fingerprints, where `given` asked for them.
        """
        if not self._students:
            self._path.unlink(missing_ok=True)
            return ()
        if self._kept is None:
            sources = _Sources(self._seen, self._students)
            self._kept = find_similar(sources, self._stub, prints=prints)
            self._write(self._kept)
        return self._kept

    def sources(self, student: str) -> list[tuple[int, str]]:
        """Number of the cell in the notebook, and source, of each code cell of a student."""
        return [(index + 1, source) for index, source in self._seen.code(student)]

    def _of_now(self) -> str:
        """Names all that the pairs depend on."""
        digest = hashlib.sha256(repr((__version__, self._stub)).encode("utf-8", "surrogatepass"))
        digest.update(Path(similarity.__file__).read_bytes())
        for student in sorted(self._students):
            digest.update(student.encode("utf-8", "surrogatepass") + b"\0")
            digest.update(self._seen.digest(student))
        return digest.hexdigest()

    def _read(self) -> tuple[Pair, ...] | None:
        try:
            text = self._path.read_text(encoding="ascii")
            data = json.loads(text)
            if data.pop("stamp") != _signed(data, self._stamp):
                return None
            return tuple(
                Pair(**one | {key: frozenset(map(tuple, one[key])) for key in ("first_lines", "second_lines")})
                for one in data["pairs"]
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def _write(self, pairs: Sequence[Pair]) -> None:
        data = {
            "pairs": [
                vars(pair) | {"first_lines": sorted(pair.first_lines), "second_lines": sorted(pair.second_lines)}
                for pair in pairs
            ]
        }
        data = json.loads(json.dumps(data))
        write(self._path, json.dumps({"stamp": _signed(data, self._stamp), **data}))


class _Sources(Mapping[str, Sequence[str]]):
    """The code of students, read where it is asked for."""

    def __init__(self, seen: StoredObservations, students: Sequence[str]) -> None:
        self._seen = seen
        self._students = students

    def __getitem__(self, student: str) -> Sequence[str]:
        return [source for _, source in self._seen.code(student)]

    def __iter__(self) -> Iterator[str]:
        return iter(self._students)

    def __len__(self) -> int:
        return len(self._students)


def _signed(data: object, stamp: str) -> str:
    """Of what is kept, and all that it depends on."""
    return hashlib.sha256((stamp + json.dumps(data, sort_keys=True)).encode()).hexdigest()
