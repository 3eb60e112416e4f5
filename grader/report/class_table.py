"""The table of the class: a compact row a student, shown as it stands, or sorted and filtered by a script."""

from collections.abc import Sequence

from markupsafe import Markup, escape

from grader.report.criteria import Column
from grader.report.text import number, one_line
from grader.scorecard import Outcome, Scorecard, Scores

__all__ = ["LETTERS", "table_rows"]

LETTERS = {
    Outcome.PASSED: "p",
    Outcome.PARTIAL: "h",
    Outcome.FAILED: "f",
    Outcome.SKIPPED: "k",
    Outcome.ERRORED: "e",
}
"""Of an outcome, as a class of the style sheet and as `data-o` of a row spells it; `-` is for none."""

_CELLS = {letter: f"<td class={letter}><i>{outcome.value}</i>" for outcome, letter in LETTERS.items()} | {"-": "<td>"}


def table_rows(scores: Scores, hrefs: Sequence[str], criteria: Sequence[Column]) -> Markup:
    """One line for each student.

    End tags that HTML does without are left out and attributes stand bare where they may: with ten thousand students
    every byte of a cell is a megabyte of the page. Signs are the style sheet's; the words are in the cells.
    """
    lines = [_row(card, href, scores, criteria) for card, href in zip(scores.submissions, hrefs, strict=True)]
    return Markup("\n".join(lines))  # noqa: S704 - each value in them is escaped


def _row(card: Scorecard, href: str, scores: Scores, criteria: Sequence[Column]) -> str:
    outcomes = {verdict.criterion: LETTERS[verdict.outcome] for verdict in card.verdicts}
    letters = "".join(outcomes.get(column.criterion, "-") for column in criteria)
    name = escape(one_line(card.student, 60) or "(no name)")
    if card.score is None:
        score = "<td class=n><em>held</em>"
    else:
        width = round(20 * min(1.0, max(0.0, card.score / scores.max_score)))
        score = f'<td class="n w{width}">{number(card.score)}'
    status = card.run.status.value
    return (
        f'<tr data-o="{letters}" data-r={status}><th scope=row><a href="{escape(href)}"><bdi>{name}</bdi></a>'
        f"{score}<td class=r>{status.replace('_', ' ')}{''.join(_CELLS[letter] for letter in letters)}"
    )
