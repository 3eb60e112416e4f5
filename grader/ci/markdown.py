"""A result as Markdown, for a step's summary and the comment: made anew from the record, every text escaped."""

from grader.ci.result import Result
from grader.report import summary_md
from grader.report.summary_md import escape

__all__ = ["render"]


def render(result: Result, *, limit: int) -> str:
    """The result as GitHub Markdown that shows texts and does nothing else with them.

    Args:
        result: What to show.
        limit: Bytes that it may have; what is left out is said.
    """
    notes = "".join(
        f"- {'✗ ' if note.wrong else ''}{escape(note.path)}: {escape(note.message, 400)}\n" for note in result.notes
    )
    if len(notes.encode()) > limit // 4:
        notes = f"{len(result.notes)} notebooks; the log names them.\n"
    last = f"### Not graded\n\n{notes}" if notes else ""
    if not result.scores and not notes:
        last = "No notebook of a week has changed, so there is nothing to grade.\n"
    parts = []
    left = limit - len(last.encode())
    for count, scores in zip(range(len(result.scores), 0, -1), result.scores, strict=True):
        # Each week has an even part of what is left, and what one leaves over is the others'.
        part = summary_md.render(scores, limit=max(left // count - 300, 0))
        left -= len(part.encode()) + 1
        parts.append(part)
    return "\n".join(part for part in (*parts, last) if part)
