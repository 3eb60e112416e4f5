"""The table that `grader grade` ends with."""

import io

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.observation import RunStatus
from grader.report.text import number, one_line
from grader.scorecard import Outcome, Scorecard, Scores

__all__ = ["render"]

_BAR = 10
_NAMED = 3
"""Criteria that a row names; the rest are counted."""
_ROWS = 200
"""Students in the table; more scrolls away unread, and the report has them all."""


def render(scores: Scores, *, width: int = 80, color: bool = False) -> str:
    """The scores as a table: student, score, bar, what was not passed, run status.

    Args:
        scores: What to show.
        width: Columns of the terminal.
        color: Whether to write ANSI colours; leave it off for a pipe.
    """
    table = Table(box=box.SIMPLE_HEAD, expand=False, pad_edge=False, show_edge=False)
    table.add_column("student", no_wrap=True, overflow="ellipsis", min_width=8, max_width=24)
    table.add_column("score", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column("not passed", overflow="fold")
    table.add_column("run", no_wrap=True)
    for card in scores.submissions[:_ROWS]:
        table.add_row(
            # Text, never str: rich reads mark-up in a str.
            Text(one_line(card.student, 60)),
            _score(card, scores.max_score),
            _bar(card, scores.max_score),
            _shortfalls(card),
            Text(card.run.status.value, style="" if card.run.status is RunStatus.OK else "yellow"),
        )
    buffer = io.StringIO()
    console = Console(
        file=buffer,
        width=width,
        force_terminal=color,
        color_system="standard" if color else None,
        force_interactive=False,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
        no_color=not color,
        _environ={},  # the same text whatever the environment says
    )
    console.print(table)
    if len(scores.submissions) > _ROWS:
        console.print(Text(f"... and {len(scores.submissions) - _ROWS:,} more, in the report"))
    console.print(Text(_total(scores)))
    return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines()).strip("\n") + "\n"


def _score(card: Scorecard, max_score: float) -> Text:
    if card.score is None:
        return Text("held", style="magenta")
    return Text(f"{number(card.score)}/{number(max_score)}")


def _bar(card: Scorecard, max_score: float) -> Text:
    if card.score is None:
        return Text("")
    full = min(_BAR, int(_BAR * card.score / max_score))
    return Text("█" * full + "░" * (_BAR - full), style="green" if full == _BAR else "cyan")


def _shortfalls(card: Scorecard) -> Text:
    named = [v for v in card.verdicts if v.outcome in {Outcome.FAILED, Outcome.PARTIAL, Outcome.ERRORED}]
    words = [one_line(v.criterion, 40) for v in named[:_NAMED]]
    if len(named) > _NAMED:
        words.append(f"{len(named) - _NAMED} more")
    skipped = sum(v.outcome is Outcome.SKIPPED for v in card.verdicts)
    if skipped:
        words.append(f"{skipped} skipped")
    return Text(", ".join(words))


def _total(scores: Scores) -> str:
    given = [card.score for card in scores.submissions if card.score is not None]
    held = len(scores.submissions) - len(given)
    count = len(scores.submissions)
    words = [f"{count} submission{'' if count == 1 else 's'}"]
    if given:
        words.append(f"mean {sum(given) / len(given):.1f} of {number(scores.max_score)}")
    if held:
        words.append(f"{held} held through a fault of ours")
    return ", ".join(words)
