"""Why a verdict is what it is: what was observed, which rule was applied, and how to see it again.

Nothing runs: all of it lies in the gradebook, the rubric and the source of the check.
"""

import ast
import inspect
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any, Self, cast

from grader.borderline import is_borderline
from grader.course import Assignment, Course
from grader.errors import CourseError
from grader.gradebook import Gradebook, Kept
from grader.judge import BoundCriterion, compile_rubric, judge
from grader.judge.engine import judge_seen
from grader.judge.finding import CheckParameters
from grader.near import did_you_mean
from grader.observation import Observations
from grader.scorecard import Scorecard, Verdict

__all__ = ["Explanation", "Rule", "Setting", "explain"]


@dataclass(frozen=True)
class Setting:
    """One parameter of a check."""

    name: str
    value: Any
    of_rubric: bool
    """The rubric names it; otherwise it is the check's default."""
    meaning: str


@dataclass(frozen=True)
class Rule:
    """What decides a criterion."""

    check: str
    says: str
    """What the check is about, by its source."""
    decides: str
    """When it passes, by its source."""
    settings: tuple[Setting, ...]
    needs: Mapping[str, str]
    """Criteria that must not have failed -> how they came out."""
    trust: str
    """The weakest provenance that earns points; empty for any."""
    place: str
    """File and line of the criterion."""

    @classmethod
    def of(cls, bound: BoundCriterion, card: Scorecard, assignment: Assignment, parameters: CheckParameters) -> Self:
        """The rule of one criterion, with the parameters that hold for this notebook."""
        criterion, meanings = bound.criterion, _meanings(type(parameters))
        outcomes = {verdict.criterion: verdict.outcome.value for verdict in card.verdicts}
        return cls(
            check=criterion.check,
            says=_first(inspect.getdoc(bound.check)),
            decides=_first(inspect.getdoc(bound.check.check)),
            settings=tuple(
                Setting(name, value, name in parameters.model_fields_set, meanings.get(name, ""))
                for name, value in parameters.model_dump(mode="json").items()
            ),
            needs={need: outcomes.get(need, "") for need in criterion.needs},
            trust=criterion.trust.value if criterion.trust else "",
            place=_place(assignment, criterion.id),
        )


@dataclass(frozen=True)
class Explanation:
    """One verdict, with all that it rests on."""

    week: str
    student: str
    goal: str
    verdict: Verdict
    """As it stands in the gradebook, overrides included."""
    changed_by: str
    """Who gave other points than the judge, and why; empty where nobody did."""
    today: Verdict
    """What the rubric of today makes of the same observations."""
    rule: Rule
    facts: Mapping[str, Any]
    """What the check read, as JSON: name of the fact -> its content."""
    missing: Mapping[str, str]
    """Of those, the ones that are not there, and why."""
    kept: Kept
    ran: datetime

    @property
    def is_borderline(self) -> bool:
        """Whether chance could have decided it."""
        return is_borderline(self.verdict)

    @property
    def is_stale(self) -> bool:
        """Whether today's rubric would decide otherwise."""
        return not self.changed_by and (self.today.outcome, self.today.points) != (
            self.verdict.outcome,
            self.verdict.points,
        )

    @property
    def commands(self) -> tuple[tuple[str, str], ...]:
        """How to see it again: a command, and what it does."""
        return (
            (f"grader rejudge {self.week}", "applies the rubric as it is now to what is kept; nothing runs"),
            (
                f"grader grade {self.week} {self.kept.notebook} --repeat 2",
                f"runs the file with the SHA-256 {self.kept.sha256[:12]}... twice from the start, and keeps nothing",
            ),
            (
                f"grader grade {self.week} {self.kept.notebook} --rerun",
                "runs it again and keeps what comes out as the grade",
            ),
        )

    def document(self) -> dict[str, Any]:
        """For JSON."""
        rule = self.rule
        return {
            "assignment": self.week,
            "student": self.student,
            "goal": self.goal,
            "verdict": self.verdict.model_dump(mode="json"),
            "changed_by": self.changed_by,
            "by_the_rubric_of_today": {"outcome": self.today.outcome.value, "points": self.today.points},
            "borderline": self.is_borderline,
            "rule": {
                "check": rule.check,
                "says": rule.says,
                "decides": rule.decides,
                "parameters": {
                    one.name: {
                        "value": one.value,
                        "from": "rubric" if one.of_rubric else "default",
                        "means": one.meaning,
                    }
                    for one in rule.settings
                },
                "needs": dict(rule.needs),
                "trust": rule.trust,
                "place": rule.place,
            },
            "observed": dict(self.facts),
            "missing": dict(self.missing),
            "run": {
                "number": self.kept.run,
                "at": self.ran.isoformat(),
                "notebook": self.kept.notebook,
                "sha256": self.kept.sha256,
                "conditions": _json(self.kept.observations.conditions),
            },
            "reproduce": [{"command": command, "does": does} for command, does in self.commands],
        }


def explain(course: Course, book: Gradebook, week: str, student: str, criterion: str) -> Explanation:
    """Explain a verdict that the gradebook keeps.

    Raises:
        CourseError: The week, the student or the criterion is unknown; suggests the nearest name.
    """
    assignment = course.assignment(week)
    rubric = compile_rubric(assignment.rubric, where=str(assignment.folder / "rubric.toml"))
    card = _card(book, week, student)
    bound = next((one for one in rubric if one.criterion.id == criterion), None)
    if bound is None:
        known = [one.criterion.id for one in rubric]
        raise CourseError(
            f"there is no criterion '{criterion}' in {week}",
            where=str(assignment.folder / "rubric.toml"),
            remedy=f"{did_you_mean(criterion, known)}The criteria are: {', '.join(known)}.",
        )
    verdict = next((one for one in card.verdicts if one.criterion == criterion), None)
    found = book.standing_run(week, student)
    if verdict is None or found is None:
        raise CourseError(
            f"'{criterion}' was not judged yet for '{student}'",
            where=book.name,
            remedy=f"Run `grader rejudge {week}`, which applies the rubric as it is now.",
        )
    kept, ran = found
    seen = kept.observations
    today = next(one for one in judge(rubric, seen) if one.criterion == criterion)
    facts, missing = _facts(bound, seen)
    overrides = [
        one for one in book.overrides(week, student) if one.criterion == criterion and one.sha256 == card.sha256
    ]
    return Explanation(
        week=week,
        student=student,
        goal=bound.criterion.goal or bound.criterion.title,
        verdict=verdict,
        changed_by="; ".join(f"{one.who} gave {one.points:g} points: {one.why}" for one in overrides),
        today=today,
        rule=Rule.of(bound, card, assignment, _parameters(bound, seen)),
        facts=facts,
        missing=missing,
        kept=kept,
        ran=ran,
    )


def _card(book: Gradebook, week: str, student: str) -> Scorecard:
    cards = {card.student: card for card in book.scorecards(week)}
    if not cards:
        raise CourseError(
            f"nobody's {week} is graded yet", where=book.name, remedy=f"Run `grader grade {week} PATH...` first."
        )
    if student not in cards:
        names = list(cards)
        some = f"They are: {', '.join(names)}." if len(names) <= 10 else f"There are {len(names)} students."
        raise CourseError(
            f"the gradebook has no score of '{student}' for {week}",
            where=book.name,
            remedy=did_you_mean(student, names) + some,
        )
    return cards[student]


class _Watched:
    """Observations that remember which of their facts were read."""

    def __init__(self, seen: Observations) -> None:
        self._seen = seen
        self.read: dict[str, None] = {}

    def __getattr__(self, name: str) -> Any:
        if name in Observations.model_fields:
            self.read.setdefault(name)
        return getattr(self._seen, name)


def _facts(bound: BoundCriterion, seen: Observations) -> tuple[dict[str, Any], dict[str, str]]:
    """The facts that the check reads when it judges these observations, and which of them are not there."""
    watched = _Watched(seen)
    alone = replace(bound, criterion=bound.criterion.model_copy(update={"needs": ()}))
    judge_seen((alone,), cast("Observations", watched))
    names = [name for name in (*getattr(bound.check, "FACTS", ()), *watched.read) if name not in {"run", "missing"}]
    facts: dict[str, Any] = {}
    for name in dict.fromkeys(names):
        value = getattr(seen, name)
        if name == "functions":
            own = seen.functions.get(bound.criterion.function)
            facts |= {} if own is None else {f"function {own.name}": _json(own)}
        elif value:
            facts[name] = _json(value)
    run = seen.run
    facts["run"] = {"status": run.status.value, "seconds": run.seconds, "message": run.message}
    if "run" in getattr(bound.check, "FACTS", ()) or bound.criterion.check == "notebook_runs":
        facts["run"]["cells"] = [f"{cell.index + 1}: {cell.status}" for cell in run.cells]
    facts["run"]["provenance"] = run.provenance.value
    return facts, {name: why for name, why in seen.missing.items() if name in names}


def _parameters(bound: BoundCriterion, seen: Observations) -> CheckParameters:
    """As the engine chooses them: those of another edition where a function of that stands for others."""
    others = (f.name for f in seen.functions.values() if f.stands_for and f.name in bound.instead)
    return next((bound.instead[name] for name in others), bound.parameters)


def _json(value: Any) -> Any:
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    if isinstance(value, tuple):
        return [_json(one) for one in value]
    return {name: _json(one) for name, one in value.items()} if isinstance(value, dict) else value


def _first(doc: str | None) -> str:
    """The first paragraph, in one line."""
    return " ".join((doc or "").split("\n\n")[0].split())


def _meanings(model: type[CheckParameters]) -> dict[str, str]:
    """Name of a parameter -> the docstring that stands under it in the source."""
    found: dict[str, str] = {}
    for one in reversed(model.__mro__):
        if issubclass(one, CheckParameters) and one is not CheckParameters:
            body = cast("ast.ClassDef", ast.parse(textwrap.dedent(inspect.getsource(one))).body[0]).body
            for field, under in pairwise(body):
                if (
                    isinstance(field, ast.AnnAssign)
                    and isinstance(field.target, ast.Name)
                    and isinstance(under, ast.Expr)
                    and isinstance(under.value, ast.Constant)
                    and isinstance(under.value.value, str)
                ):
                    found[field.target.id] = " ".join(under.value.value.split())
    return found


def _place(assignment: Assignment, criterion: str) -> str:
    path = assignment.folder / "rubric.toml"
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        name, _, value = line.partition("=")
        if name.strip() == "id" and value.strip().strip("\"'") == criterion:
            return f"{path}:{number}"
    return str(path)
