"""The mistakes that a class makes most, grouped by what the judge calls them."""

from collections.abc import Iterable
from dataclasses import dataclass

from grader.report.text import one_line
from grader.scorecard import Outcome, Scores

__all__ = ["Mistake", "common_mistakes"]

_MOST = 15
_EXAMPLES = 6


@dataclass(frozen=True)
class Mistake:
    """One finding that several submissions share."""

    criterion: str
    """Title of the criterion."""
    code: str
    """What the judge calls it, such as `softmax-one-unit`, with blanks for hyphens."""
    told: str
    """What the first of these students is told."""
    count: int
    students: tuple[int, ...]
    """Positions in the class of the first few."""

    @property
    def more(self) -> int:
        """Students beyond those."""
        return self.count - len(self.students)


def common_mistakes(scores: Scores) -> tuple[Mistake, ...]:
    """Findings that cost points, the most frequent first."""
    groups: dict[tuple[str, str], list[tuple[int, str, str]]] = {}
    for position, card in enumerate(scores.submissions):
        for verdict in card.verdicts:
            code = verdict.evidence.get("code")
            if verdict.outcome in {Outcome.FAILED, Outcome.PARTIAL} and isinstance(code, str):
                row = (position, verdict.title, verdict.feedback)
                groups.setdefault((verdict.criterion, code), []).append(row)
    ranked = sorted(groups.items(), key=lambda pair: -len(pair[1]))
    return tuple(_mistake(code, rows) for (_, code), rows in ranked[:_MOST])


def _mistake(code: str, rows: Iterable[tuple[int, str, str]]) -> Mistake:
    found = list(rows)
    _, title, told = found[0]
    return Mistake(
        criterion=one_line(title, 120),
        code=one_line(code.replace("-", " "), 60),
        told=one_line(told, 260),
        count=len(found),
        students=tuple(position for position, _, _ in found[:_EXAMPLES]),
    )
