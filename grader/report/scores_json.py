"""`scores.json`: the record that other people's scripts read."""

import json
from collections.abc import Sequence
from typing import Any, NoReturn

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError, to_json

from grader.errors import GraderError
from grader.report.text import number
from grader.rubric import explain_validation
from grader.scorecard import Scorecard, Scores

__all__ = ["assemble", "entry", "parse", "render"]


def render(scores: Scores) -> str:
    """The scores as strict JSON in ASCII, keys in the order of the contract.

    Points are written as integers where they are whole, a score always with its decimals.
    """
    return assemble(scores, [entry(card) for card in scores.submissions])


def assemble(scores: Scores, entries: Sequence[str]) -> str:
    """As `render`, of entries that are there already."""
    head = {
        "schema_version": scores.schema_version,
        "assignment": scores.assignment,
        "max_score": number(scores.max_score),
        "submissions": [],
    }
    text = _written(head)
    if entries:
        text = text.removesuffix("[]\n}") + "[\n" + ",\n".join(entries) + "\n  ]\n}"
    return text + "\n"


def entry(card: Scorecard) -> str:
    """One of the submissions, as it stands among the others."""
    data = card.model_dump(mode="python")
    for verdict in data["verdicts"]:  # evidence is the checks' own: its keys have no meaning here
        verdict["points"], verdict["max_points"] = number(verdict["points"]), number(verdict["max_points"])
    if not data["remarks"]:
        del data["remarks"]
    for remark in data.get("remarks", ()):
        remark["at"] = remark["at"].isoformat()
        for key in ("points", "judged"):
            remark[key] = None if remark[key] is None else number(remark[key])
    return "    " + _written(data).replace("\n", "\n    ")


def _written(data: dict[str, Any]) -> str:
    try:  # ten times as quick as `json`, which indents in pure Python
        return to_json(data, indent=2, ensure_ascii=True, inf_nan_mode="null").decode()
    except PydanticSerializationError:  # a name that is no text
        return json.dumps(data, indent=2, ensure_ascii=True, allow_nan=False)


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
