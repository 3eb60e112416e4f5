"""`summary.md`: the scores as GitHub Markdown, for a step summary or a pull request comment."""

import re
from itertools import chain

from grader.report.text import number, one_line
from grader.scorecard import Outcome, Scorecard, Scores, Verdict

__all__ = ["escape", "render"]

LIMIT = 900_000
"""Bytes; GitHub drops a step summary of more than 1 MiB."""

_SPECIAL = re.compile(r"[\\`*_{}\[\]<>()#+!|~$&:@=\"'^]|(?<=www)\.|(?<=\bgh)-(?=\d)", re.IGNORECASE)
_MARKS = {
    Outcome.PARTIAL: "◐ partial",
    Outcome.FAILED: "✗ failed",
    Outcome.SKIPPED: "\u2013 skipped",
    Outcome.ERRORED: "! our fault",
}


def render(scores: Scores, *, limit: int = LIMIT) -> str:
    """The scores as Markdown: a table of students, then what each one lost points for.

    Args:
        scores: What to report.
        limit: Bytes after which the rest is left out, and that is said.
    """
    best = number(scores.max_score)
    held = sum(card.held for card in scores.submissions)
    parts = [f"## Scores of {escape(scores.assignment)}\n\n"]
    count = len(scores.submissions)
    parts.append(f"{count} submission{'' if count == 1 else 's'}")
    parts.append(f", {held} held through a fault of ours" if held else "")
    parts.append(f".\n\n| student | score of {best} | run | passed |\n| --- | ---: | --- | ---: |\n")
    sections = chain(map(_row, scores.submissions), ["\n"], map(_details, scores.submissions))
    size = sum(len(part.encode()) for part in parts)
    for section in sections:
        size += len(section.encode())
        if size > limit:
            parts.append("\nThe rest is left out, as GitHub shows no more; index.html has all of it.\n")
            break
        parts.append(section)
    return "".join(parts).rstrip("\n") + "\n"


def escape(text: str, limit: int = 300) -> str:
    """The text on one line, such that GitHub shows it and does nothing else with it.

    Every character that Markdown, HTML or a workflow command could mean something by becomes a numeric entity. A
    zero-width space behind `@`, `#` and the dash of `GH-1` keeps GitHub from finding mentions and issues after the
    entities are read.
    """
    return _SPECIAL.sub(_entity, one_line(text, limit))


def _entity(match: re.Match[str]) -> str:
    return f"&#{ord(match[0])};" + ("&#8203;" if match[0] in "@#-" else "")


def _row(card: Scorecard) -> str:
    passed = sum(v.outcome is Outcome.PASSED for v in card.verdicts)
    score = "held" if card.score is None else str(number(card.score))
    return f"| {_name(card)} | {score} | {escape(card.run.status.value)} | {passed} of {len(card.verdicts)} |\n"


def _name(card: Scorecard) -> str:
    return escape(card.student, 80) or "(no name)"


def _details(card: Scorecard) -> str:
    missed = [v for v in card.verdicts if v.outcome is not Outcome.PASSED]
    if not missed and not card.held and not card.run.message:
        return ""
    lines = [f"### {_name(card)}\n"]
    if card.held:
        lines.append("The score is held: this is a fault of the grader, not of the student.\n")
    if card.run.message:
        lines.append(f"Run: {escape(card.run.message)}\n")
    lines += [_verdict(v) for v in missed]
    return "\n".join(lines) + "\n\n"


def _verdict(verdict: Verdict) -> str:
    points = f"{number(verdict.points)} of {number(verdict.max_points)} points"
    text = f"- **{escape(verdict.title)}** {_MARKS[verdict.outcome]}, {points}"
    for label, value in (("expected", verdict.expected), ("measured", verdict.actual), ("next", verdict.feedback)):
        if value.strip():
            text += f"\n  - {label}: {escape(value, 600)}"
    return text
