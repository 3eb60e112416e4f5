"""The pages of a review: the list of a week, and one submission."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from markupsafe import Markup

from grader.report.pages import Pages
from grader.report.text import number, one_line
from grader.report.told import Told, outcome_words, told
from grader.review.cells import markdown, notebook_cells
from grader.review.desk import FILTERS, Desk, Filter
from grader.scorecard import Scorecard, Verdict, awaits_reader

__all__ = ["Shown", "place"]

AT_ONCE = 200
"""Rows on one page of the list."""


def place(week: str, student: str = "") -> str:
    """The path of a week's list, or of one submission."""
    return f"/week/{quote(week, safe='')}" + (f"/student/{quote(student, safe='')}" if student else "")


@dataclass(frozen=True)
class _Said:
    text: str
    who: str
    when: str
    points: int | float | None
    judged: int | float | None


@dataclass(frozen=True)
class _Criterion(Told):
    """One criterion, or the whole, with its forms."""

    id: str
    said: str
    answer: Markup | None
    remarks: list[_Said]
    overridden: bool
    open: bool
    """Whether its forms are unfolded."""


@dataclass(frozen=True)
class Shown:
    """Draws pages.

    Args:
        desk: What there is to show.
        pages: The course's templates.
        secret: What each form carries.
    """

    desk: Desk
    pages: Pages
    secret: str

    def week(self, week: str, query: Mapping[str, str]) -> str:
        """The list of a week; `show`, `name` and `page` of the query choose among its rows."""
        show: Filter = next((name for name in FILTERS if name == query.get("show")), "all")
        name = query.get("name", "").strip()
        rows = self.desk.rows(week)
        found = [row for row in rows if row.shows(show) and name.casefold() in row.student.casefold()]
        last = max(0, (len(found) - 1) // AT_ONCE)
        said = query.get("page", "")
        page = min(int(said), last) if said.isascii() and said.isdigit() and len(said) < 6 else 0
        links = {n: f"{place(week)}?{urlencode({'show': show, 'name': name, 'page': n})}" for n in (page - 1, page + 1)}
        return self.pages.render(
            "review_week.html.j2",
            title=f"Review of {week}",
            week=week,
            weeks=[(each, place(each)) for each in self.desk.weeks],
            place=place(week),
            rows=[(row, place(week, row.student)) for row in found[page * AT_ONCE : (page + 1) * AT_ONCE]],
            found=len(found),
            count=len(rows),
            first=page * AT_ONCE,
            earlier=links[page - 1] if page else "",
            later=links[page + 1] if page < last else "",
            filters=[
                (key, words, sum(row.shows(key) for row in rows), f"{place(week)}?show={key}")
                for key, words in FILTERS.items()
            ],
            show=show,
            name=name,
            most=number(self.desk.most(week)),
            number=number,
            old=week in self.desk.changed,
            secret=self.secret,
            done=_done(query),
        )

    def student(
        self, week: str, card: Scorecard, query: Mapping[str, str], form: Mapping[str, str] | None, problem: str
    ) -> str:
        """One submission.

        Args:
            week: Its week.
            card: Its scorecard, with overrides.
            query: `done` says what the form before did.
            form: What was typed into a form that was refused, so that nothing is lost.
            problem: Why it was refused.
        """
        names = [row.student for row in self.desk.rows(week)]
        index = names.index(card.student) if card.student in names else 0
        executed = self.desk.book.executed(week, card.student)
        history = self.desk.book.history(week, card.student)
        typed = {"criterion": "", "do": "", "points": "", "text": "", **(form or {})}
        return self.pages.render(
            "review_student.html.j2",
            title=f"{week}: {one_line(card.student, 80)}",
            week=week,
            list=place(week),
            place=place(week, card.student),
            student=one_line(card.student, 80) or "(no name)",
            before=place(week, names[index - 1]) if index else "",
            after=place(week, names[index + 1]) if index + 1 < len(names) else "",
            position=f"{index + 1} of {len(names)}",
            notebook=one_line(card.notebook, 160),
            run=card.run.status.value,
            seconds=f"{card.run.seconds:.1f}",
            message=card.run.message.strip(),
            whole=_whole(card, self.desk.most(week), typed),
            criteria=[_criterion(card, verdict, typed) for verdict in card.verdicts],
            cells=notebook_cells(executed) if executed is not None else [],
            ran=executed is not None,
            history=[(f"{c.at:%Y-%m-%d %H:%M}", c, _points(c.before), _points(c.after)) for c in history],
            secret=self.secret,
            typed=typed,
            problem=problem,
            done=_done(query),
        )


DONE = {
    "points": "The points are set.",
    "withdraw": "The judge's points count again.",
    "comment": "The comment is kept.",
    "reports": "The reports are written.",
}


def _done(query: Mapping[str, str]) -> str:
    """What the form before did; said in our words alone, for anybody can write an address."""
    return DONE.get(query.get("done", ""), "")


def _whole(card: Scorecard, most: float, typed: Mapping[str, Any]) -> _Criterion:
    remarks = _remarks(card, "")
    judged = "held" if card.score is None else ""
    return _Criterion(
        id="",
        outcome="errored" if judged else "",
        sign="",
        said=judged,
        title="The whole score",
        points=_number(card.score),
        max_points=number(most),
        expected="",
        actual="",
        feedback="",
        provenance="",
        answer=None,
        remarks=remarks,
        overridden=any(remark.points is not None for remark in remarks),
        open=bool(typed["do"]) and not typed["criterion"],
    )


def _criterion(card: Scorecard, verdict: Verdict, typed: Mapping[str, Any]) -> _Criterion:
    waiting = awaits_reader(verdict)
    remarks = _remarks(card, verdict.criterion)
    answer = verdict.evidence.get("answer") if verdict.check == "written" else None
    return _Criterion(
        **vars(told(verdict)),
        id=verdict.criterion,
        said=outcome_words(verdict).word,
        answer=markdown(answer) if isinstance(answer, str) else None,
        remarks=remarks,
        overridden=any(remark.points is not None for remark in remarks),
        open=waiting or (bool(typed["do"]) and typed["criterion"] == verdict.criterion),
    )


def _remarks(card: Scorecard, criterion: str) -> list[_Said]:
    return [
        _Said(r.text.strip(), one_line(r.who, 60), f"{r.at:%Y-%m-%d %H:%M}", _number(r.points), _number(r.judged))
        for r in card.remarks
        if r.criterion == criterion
    ]


def _number(value: float | None) -> int | float | None:
    return None if value is None else number(value)


def _points(value: float | None) -> str:
    return "held" if value is None else f"{number(value):g}"
