"""`index.html`: the whole class at a glance."""

from dataclasses import dataclass
from statistics import median
from urllib.parse import quote

from markupsafe import Markup

from grader.observation import RunStatus
from grader.report.criteria import Column, columns
from grader.report.pages import Pages
from grader.report.text import number, one_line, page_names
from grader.report.wording import OUTCOMES
from grader.scorecard import Outcome, Scorecard, Scores

__all__ = ["render"]

_BINS = 10

_SIGNS = {
    outcome: Markup('<td class="s {}"><span role="img" aria-label="{}" title="{}">{}</span></td>').format(
        outcome.value, words.word, words.word, words.sign
    )
    for outcome, words in OUTCOMES.items()
}
_NO_SIGN = Markup("<td></td>")


@dataclass(frozen=True)
class _Row:
    """One student."""

    student: str
    href: str
    score: int | float | None
    percent: float
    status: str
    ok: bool
    signs: Markup
    """A table cell for each criterion, made here: a class of thousands has more of these than a template likes."""


@dataclass(frozen=True)
class _Bar:
    """One bar of the distribution, or one criterion's pass rate."""

    label: str
    count: int
    of: int
    percent: float
    """Length, in [0, 100]."""


@dataclass(frozen=True)
class _Notice:
    """A run that somebody should look at."""

    student: str
    href: str
    what: str


def render(scores: Scores, pages: Pages) -> str:
    """The page of the class: distribution, pass rates, runs to look at, and a table of students."""
    names = page_names([card.student for card in scores.submissions])
    hrefs = [quote(name) for name in names]
    given = [card.score for card in scores.submissions if card.score is not None]
    criteria = columns(scores)
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
        criteria=list(zip([one_line(c.title, 160) for c in criteria], _rates(scores, criteria), strict=True)),
        notices=_notices(scores, hrefs),
        rows=[_row(card, href, scores, criteria) for card, href in zip(scores.submissions, hrefs, strict=True)],
        outcomes=list(OUTCOMES.items()),
    )


def _bins(given: list[float], max_score: float) -> list[_Bar]:
    counts = [0] * _BINS
    for score in given:
        counts[min(_BINS - 1, max(0, int(_BINS * score / max_score)))] += 1
    highest = max(counts) or 1
    edges = [round(max_score * i / _BINS, 1) for i in range(_BINS + 1)]
    return [
        _Bar(f"{number(low)} to {number(high)}", count, len(given), 100 * count / highest)
        for low, high, count in zip(edges[:-1], edges[1:], counts, strict=True)
    ]


def _rates(scores: Scores, criteria: tuple[Column, ...]) -> list[_Bar]:
    passed = dict.fromkeys((c.criterion for c in criteria), 0)
    judged = dict(passed)
    for card in scores.submissions:
        for verdict in card.verdicts:
            if verdict.outcome is not Outcome.ERRORED:  # our fault says nothing about the class
                judged[verdict.criterion] += 1
                passed[verdict.criterion] += verdict.outcome is Outcome.PASSED
    return [
        _Bar(c.criterion, passed[c.criterion], of := judged[c.criterion], 100 * passed[c.criterion] / of if of else 0)
        for c in criteria
    ]


def _notices(scores: Scores, hrefs: list[str]) -> dict[str, list[_Notice]]:
    """Held, failed and slow runs; a run is slow when it takes three times the class's median, and over a minute."""
    middle = median([card.run.seconds for card in scores.submissions] or [0.0])
    groups: dict[str, list[_Notice]] = {"Held, our fault": [], "Stopped": [], "Slow": []}
    held, stopped, slow = groups.values()
    for card, href in zip(scores.submissions, hrefs, strict=True):
        message = one_line(card.run.message, 240)
        if card.held:
            held.append(_Notice(_name(card), href, message or _reason(card)))
        elif card.run.status is not RunStatus.OK:
            stopped.append(_Notice(_name(card), href, message or card.run.status.value.replace("_", " ")))
        elif card.run.seconds > max(60.0, 3 * middle):
            slow.append(_Notice(_name(card), href, f"{card.run.seconds:.0f} s; the median is {middle:.0f} s"))
    return {title: notices for title, notices in groups.items() if notices}


def _reason(card: Scorecard) -> str:
    for verdict in card.verdicts:
        if verdict.outcome is Outcome.ERRORED:
            return one_line(f"{verdict.criterion}: {verdict.feedback or verdict.actual}", 240)
    return "no reason was recorded"


def _name(card: Scorecard) -> str:
    return one_line(card.student, 60) or "(no name)"


def _row(card: Scorecard, href: str, scores: Scores, criteria: tuple[Column, ...]) -> _Row:
    outcomes = {v.criterion: v.outcome for v in card.verdicts}
    return _Row(
        student=_name(card),
        href=href,
        score=None if card.score is None else number(card.score),
        percent=0.0 if card.score is None else round(min(100.0, 100 * card.score / scores.max_score), 1),
        status=card.run.status.value.replace("_", " "),
        ok=card.run.status is RunStatus.OK,
        signs=Markup("").join(_SIGNS[outcomes[c.criterion]] if c.criterion in outcomes else _NO_SIGN for c in criteria),
    )
