"""What common errors of TensorFlow, Keras and Python mean, in plain words, told from their name and message."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from grader.observation import CodeError

__all__ = ["Explanation", "explain_error", "explanations"]

_LOOKED_AT = 600
"""Characters of a message that patterns see; observations keep 500."""


@dataclass(frozen=True)
class Explanation:
    """What one kind of error means, and what to do."""

    id: str
    names: frozenset[str]
    """Classes of exceptions that it is about; empty for any."""
    pattern: re.Pattern[str]
    means: str
    try_next: str

    def fits(self, error: CodeError) -> bool:
        """Whether it is about this error."""
        # Some messages of Keras begin with lines of dashes or a class in angle brackets: searched, not matched.
        named = not self.names or error.name.rpartition(".")[2] in self.names
        return named and self.pattern.search(" ".join(error.message[:_LOOKED_AT].split())) is not None


def explain_error(error: CodeError) -> Explanation | None:
    """The first explanation that fits; None for an error that is not common."""
    for explanation in explanations():
        if explanation.fits(error):
            return explanation
    return None


@cache
def explanations() -> tuple[Explanation, ...]:
    """The table in `error_help.toml`, in its order: special cases come before general ones."""
    table: dict[str, Any] = tomllib.loads(
        files("grader.report").joinpath("error_help.toml").read_text(encoding="utf-8")
    )
    return tuple(
        Explanation(
            id=row["id"],
            names=frozenset(row.get("names", ())),
            pattern=re.compile(row["pattern"], re.IGNORECASE),
            means=row["means"],
            try_next=row["try"],
        )
        for row in table["explanation"]
    )
