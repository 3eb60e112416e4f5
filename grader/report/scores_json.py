"""`scores.json`: the record that other people's scripts read."""

import json
from datetime import datetime
from typing import Any, NoReturn

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError, to_json

from grader.errors import GraderError
from grader.report.text import number
from grader.rubric import explain_validation
from grader.scorecard import Scores

__all__ = ["parse", "render"]

_POINTS = ("points", "max_points", "max_score", "judged")


def render(scores: Scores) -> str:
    """The scores as strict JSON in ASCII, keys in the order of the contract.

    Points are written as integers where they are whole, a score always with its decimals.
    """
    data = _plain(scores.model_dump(mode="python"))
    try:  # ten times as quick as `json`, which indents in pure Python
        return to_json(data, indent=2, ensure_ascii=True, inf_nan_mode="null").decode() + "\n"
    except PydanticSerializationError:  # a name that is no text
        return json.dumps(data, indent=2, ensure_ascii=True, allow_nan=False) + "\n"


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


def _plain(value: Any, key: str = "") -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        # Evidence is the checks' own: its keys have no meaning here.
        return {k: v if k == "evidence" else _plain(v, k) for k, v in value.items() if v or k != "remarks"}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and key in _POINTS:
        return number(value)
    return value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON number")
