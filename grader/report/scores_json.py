"""`scores.json`: the record that other people's scripts read."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import NoReturn

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

from grader.errors import GraderError
from grader.report.text import number
from grader.rubric import explain_validation
from grader.scorecard import Scorecard, Scores

__all__ = ["assemble", "entry", "parse", "render"]

_WHOLE = re.compile(r'\.0(?=,\n {6}"(?:max_points|expected|judged)"|\n {4}})')
"""End of whole points, by what follows those of a verdict and those of a remark.

What belongs to evidence, whose numbers stay as they were measured, stands further in.
"""


def render(scores: Scores) -> str:
    """The scores as strict JSON in ASCII, keys in the order of the contract.

    Points are written as integers where they are whole, a score always with its decimals.
    """
    return "".join(assemble(scores, [entry(card) for card in scores.submissions]))


def assemble(scores: Scores, entries: Sequence[str]) -> Iterator[str]:
    """As `render`, of entries that are there already, in pieces."""
    head = {
        "schema_version": scores.schema_version,
        "assignment": scores.assignment,
        "max_score": number(scores.max_score),
        "submissions": [],
    }
    before, bracket, after = json.dumps(head, indent=2).rpartition("]")
    yield before
    for count, one in enumerate(entries):
        yield ",\n" if count else "\n"
        yield one
    yield ("\n  " if entries else "") + bracket + after + "\n"


def entry(card: Scorecard) -> str:
    """One of the submissions, as it stands among the others."""
    exclude = None if card.remarks else {"remarks"}
    try:  # ten times as quick as `json`, which indents in pure Python
        text = card.model_dump_json(indent=2, ensure_ascii=True, exclude=exclude)
    except PydanticSerializationError:  # a name that is no text
        text = json.dumps(card.model_dump(exclude=exclude), indent=2, ensure_ascii=True, allow_nan=False)
    return "    " + _WHOLE.sub("", text).replace("\n", "\n    ")


def parse(text: str) -> Scores:
    """The scores that `render` wrote.

    Raises:
        GraderError: The text is not JSON, or not such a record; names the key.
    """
    remedy = "Run `grader grade` or `grader rejudge` again to write a new scores.json."
    try:
        data = json.loads(text, parse_constant=_refuse)
        scores = Scores.model_validate(data)
    except ValidationError as error:
        key, message = explain_validation(error, data, Scores)
        raise GraderError(message, where=f"scores.json: {key}", remedy=remedy) from error
    except (ValueError, RecursionError) as error:
        raise GraderError(f"this is not JSON: {error}", where="scores.json", remedy=remedy) from error
    for card in scores.submissions:
        if card.held != (card.score is None):
            raise GraderError(
                f"the score of '{card.student}' must be null when it is held, and only then",
                where="scores.json",
                remedy=remedy,
            )
    return scores


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON number")
