"""The record that grading hands to publishing, and how far publishing believes it."""

from typing import Literal, Self

from pydantic import Field, ValidationError, model_validator

from grader.errors import GraderError
from grader.model import Model
from grader.report.text import one_line
from grader.scorecard import Scores

__all__ = ["RESULT", "SUMMARY", "Note", "Result"]

RESULT = "result.json"
SUMMARY = "summary.md"
"""Files of the artifact; publishing reads the first one only."""

LONGEST = 400
"""Characters of a path or a message."""


class Note(Model):
    """Something to say of a path, other than a score."""

    path: str = Field(max_length=LONGEST)
    message: str = Field(max_length=LONGEST)
    wrong: bool = False
    """It keeps a notebook from being graded that should be."""

    @classmethod
    def about(cls, path: str, message: str, *, wrong: bool = False) -> Self:
        """A note, its texts made fit to be shown."""
        path = path.encode("utf-8", "backslashreplace").decode()
        return cls(path=one_line(path, LONGEST), message=one_line(message, LONGEST), wrong=wrong)


class Result(Model):
    """The content of `result.json`."""

    schema_version: Literal[1] = 1
    head: str = Field(pattern=r"^[0-9a-f]{40}([0-9a-f]{24})?$")
    """The commit that was graded."""
    scores: tuple[Scores, ...] = Field(default=(), max_length=50)
    """Of each week of which something changed; without evidence."""
    notes: tuple[Note, ...] = Field(default=(), max_length=50)

    @model_validator(mode="after")
    def _scores_hang_together(self) -> Self:
        for scores in self.scores:
            for card in scores.submissions:
                if card.held != (card.score is None):
                    raise ValueError("a score is null when it is held, and only then")
                if not 0 <= (card.score or 0) <= scores.max_score:
                    raise ValueError("a score lies between 0 and max_score")
                if any(verdict.points > verdict.max_points for verdict in card.verdicts):
                    raise ValueError("a verdict has at most max_points")
        return self

    def render(self) -> str:
        """As JSON in ASCII."""
        return self.model_dump_json(indent=1, ensure_ascii=True) + "\n"

    @classmethod
    def parse(cls, text: bytes, *, where: str) -> Self:
        """The record that a text of unknown origin holds.

        Raises:
            GraderError: It holds none; the message quotes nothing of it.
        """
        try:
            return cls.model_validate_json(text, strict=True)
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False, include_input=False)[0]
            key = one_line(".".join(str(part) for part in first["loc"]), 80)
            raise GraderError(
                f"this is no result of grading: {one_line(first['msg'])}", where=f"{where}: {key}"
            ) from None
