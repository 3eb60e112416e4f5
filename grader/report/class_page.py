"""`index.html`: the whole class at a glance."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from urllib.parse import quote

from grader.observation import RunStatus
from grader.report import similar_pages
from grader.report.class_table import LETTERS, table_rows
from grader.report.close_calls import close_calls
from grader.report.common_mistakes import common_mistakes
from grader.report.criteria import columns
from grader.report.item_analysis import Item, analyse
from grader.report.pages import Pages
from grader.report.text import number, one_line, page_names
from grader.report.wording import OUTCOMES
from grader.scorecard import Outcome, Scorecard, Scores
from grader.similarity import Pair

__all__ = ["render"]

_BINS = 10

_NOTICES = 100
"""Of one kind on the page; the table has them all."""


@dataclass(frozen=True)
class _Bar:
    """One bar of the distribution."""

    label: str
    count: int
    percent: float
    """Length, in [0, 100]."""


@dataclass(frozen=True)
class _Notice:
    """A run that somebody should look at."""

    student: str
    href: str
    what: str


@dataclass(frozen=True)
class _Criterion:
    """One line of the table of criteria."""

    title: str
    passed: int
    judged: int
    percent: float
    discrimination: str
    strength: str
    """The same in a word."""
    remark: str


@dataclass(frozen=True)
class _Similar:
    """One pair."""

    href: str
    names: tuple[str, str]
    share: str
    rare: int


def render(scores: Scores, pages: Pages, *, similar: Sequence[Pair] = ()) -> str:
    """The page of the class: distribution, criteria, common mistakes, runs to look at, and a table of students.

    Args:
        scores: The class.
        pages: The templates.
        similar: Submissions with code in common, whose pages lie in the folder `similar`.
    """
    names = page_names([card.student for card in scores.submissions])
    hrefs = [quote(name) for name in names]
    given = [card.score for card in scores.submissions if card.score is not None]
    criteria = columns(scores)
    students = [(_name(card), href) for card, href in zip(scores.submissions, hrefs, strict=True)]
    return pages.render(
        "class.html.j2",
        title=f"{one_line(scores.assignment, 80)}: the class",
        assignment=one_line(scores.assignment, 80),
        max_score=number(scores.max_score),
        count=len(scores.submissions),
        median=number(round(median(given), 1)) if given else None,
        full=sum(score >= scores.max_score for score in given),
        held=len(scores.submissions) - len(given),
        bins=_bins(given, scores.max_score),
        criteria=[_criterion(item) for item in analyse(scores)],
        mistakes=[(m, [students[position] for position in m.students]) for m in common_mistakes(scores)],
        notices=_notices(scores, hrefs),
        most_notices=_NOTICES,
        similar=[_similar(pair, position) for position, pair in enumerate(similar, 1)],
        rows=table_rows(scores, hrefs, criteria),
        columns=[one_line(column.title, 160) for column in criteria],
        statuses=sorted({card.run.status.value for card in scores.submissions}),
        outcomes=[(LETTERS[outcome], words) for outcome, words in OUTCOMES.items()],
    )


def _bins(given: list[float], max_score: float) -> list[_Bar]:
    counts = [0] * _BINS
    for score in given:
        counts[min(_BINS - 1, max(0, int(_BINS * score / max_score)))] += 1
    highest = max(counts) or 1
    edges = [round(max_score * i / _BINS, 1) for i in range(_BINS + 1)]
    return [
        _Bar(f"{number(low)} to {number(high)}", count, 100 * count / highest)
        for low, high, count in zip(edges[:-1], edges[1:], counts, strict=True)
    ]


def _criterion(item: Item) -> _Criterion:
    value = item.discrimination
    said = "" if value is None else f"{value:+.2f}".replace("-", "\u2212")
    return _Criterion(
        one_line(item.title, 160), item.passed, item.judged, 100 * item.rate, said, item.strength, item.remark
    )


def _similar(pair: Pair, position: int) -> _Similar:
    names = (one_line(pair.first, 60) or "(no name)", one_line(pair.second, 60) or "(no name)")
    return _Similar(
        f"{similar_pages.FOLDER}/{similar_pages.page_name(position)}", names, f"{pair.share:.0%}", pair.rare
    )


def _notices(scores: Scores, hrefs: list[str]) -> dict[str, list[_Notice]]:
    """Held, failed and slow runs, and scores that chance could have decided.

    A run is slow when it takes three times the class's median, and over a minute.
    """
    middle = median([card.run.seconds for card in scores.submissions] or [0.0])
    groups: dict[str, list[_Notice]] = {"Held, our fault": [], "Did not run through": [], "Slow": [], "Close calls": []}
    held, stopped, slow, close = groups.values()
    for card, href in zip(scores.submissions, hrefs, strict=True):
        message = one_line(card.run.message, 240)
        if card.held:
            held.append(_Notice(_name(card), href, message or _reason(card)))
        elif card.run.status is not RunStatus.OK:
            stopped.append(_Notice(_name(card), href, message or card.run.status.value.replace("_", " ")))
        elif card.run.seconds > max(60.0, 3 * middle):
            slow.append(_Notice(_name(card), href, f"{card.run.seconds:.0f} s; the median is {middle:.0f} s"))
        close += [_Notice(_name(card), href, said) for said in close_calls(card)]
    return {title: notices for title, notices in groups.items() if notices}


def _reason(card: Scorecard) -> str:
    for verdict in card.verdicts:
        if verdict.outcome is Outcome.ERRORED:
            return one_line(f"{verdict.criterion}: {verdict.feedback or verdict.actual}", 240)
    return "no reason was recorded"


def _name(card: Scorecard) -> str:
    return one_line(card.student, 60) or "(no name)"
