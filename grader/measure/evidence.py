"""What came out of the first sandbox, each part read with suspicion and at most once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from grader.measure.files import BadFile, load_array, read_json
from grader.measure.splits import Entry, read_entries
from grader.observation import CodeError, RunStatus

__all__ = ["Evidence", "Ran", "code_error"]

MAX_ARRAY_BYTES = 80 * 2**20
UNREADABLE = CodeError(name="Unreadable", message="what came back from this call could not be read")


class Ran(Protocol):
    """The part of `grader.sandbox.Result` that measuring needs."""

    @property
    def status(self) -> RunStatus:
        """What ended the program."""

    @property
    def message(self) -> str:
        """Why, in a sentence."""

    @property
    def seconds(self) -> float:
        """Wall clock."""

    @property
    def records(self) -> tuple[dict[str, Any], ...]:
        """What it sent."""

    @property
    def files(self) -> Mapping[str, Path]:
        """What it shipped."""


@dataclass(frozen=True)
class Evidence:
    """Files and records of one run, by what they are about."""

    result: Ran
    _json: dict[str, dict[str, Any] | None] = field(default_factory=dict)

    def of_kind(self, kind: str) -> list[dict[str, Any]]:
        """Records of one kind, in order, without their `kind`."""
        return [{k: v for k, v in r.items() if k != "kind"} for r in self.result.records if r.get("kind") == kind]

    def json(self, name: str) -> dict[str, Any] | None:
        """A JSON file: None when it did not come, a record with an error when it cannot be read."""
        if name not in self._json:
            path = self.result.files.get(name)
            try:
                self._json[name] = None if path is None else read_json(path)
            except BadFile:
                self._json[name] = {"error": UNREADABLE.model_dump()}
        return self._json[name]

    def error(self, name: str) -> CodeError | None:
        """The error that a JSON file tells of."""
        record = self.json(name)
        return None if record is None else code_error(record.get("error"))

    def text(self, name: str, key: str) -> str:
        """A text in a JSON file; empty when there is none."""
        value = (self.json(name) or {}).get(key)
        return value if isinstance(value, str) else ""

    def array(self, name: str, *, ndim: tuple[int, ...]) -> NDArray[np.floating] | None:
        """A float array; None when it did not come or is not what was asked for."""
        path = self.result.files.get(name)
        if path is None:
            return None
        try:
            array = load_array(path, max_bytes=MAX_ARRAY_BYTES, ndim=ndim)
        except BadFile:
            return None
        return array.astype(np.float32) if array.dtype == np.uint8 else array  # type: ignore[return-value]

    def tree(self, name: str) -> tuple[Entry, ...] | None:
        """What lies below one tree; None when it was not listed."""
        for record in self.of_kind("tree"):
            if record.get("root") == name:
                try:
                    return read_entries(record["entries"])
                except (KeyError, TypeError, ValueError):
                    return None
        return None


def code_error(raw: Any) -> CodeError | None:
    """An error record, cut to size; None for none."""
    if raw is None:
        return None
    try:
        found = CodeError.model_validate(raw)
    except ValidationError:
        return UNREADABLE
    return found.model_copy(update={"name": found.name[:100], "message": found.message[:500], "line": found.line[:500]})
