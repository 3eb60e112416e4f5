"""From a rubric and observations to verdicts, in one pass over the criteria."""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from string import Formatter
from types import ModuleType
from typing import Any

from pydantic import ValidationError

from grader.errors import RubricError
from grader.judge.finding import CheckParameters, Finding, broken_function, failed, unusable
from grader.near import did_you_mean
from grader.observation import Function, KerasModel, Observations, Provenance, RunStatus
from grader.rubric import Criterion, Rubric, explain_validation
from grader.scorecard import Outcome, Verdict

__all__ = ["CHECK_NAMES", "BoundCriterion", "compile_rubric", "judge_seen", "unscored"]

CHECK_NAMES = (
    "augmentation",
    "callback_stops",
    "cut_layer",
    "data_split",
    "dropout",
    "figure",
    "frozen_base",
    "function_defined",
    "generator",
    "holdout_accuracy",
    "input_shape",
    "layer_stack",
    "loss_activation",
    "metrics",
    "no_augmentation",
    "notebook_runs",
    "optimizer",
    "output_layer",
    "overfitting_gap",
    "parameter_budget",
    "pretrained_weights",
    "pytest",
    "train_accuracy",
    "training_history",
    "written",
)
"""Checks that exist, each in the module of its name."""

WEAKER = tuple(Provenance)
"""The most trustworthy provenance first."""


@dataclass(frozen=True)
class BoundCriterion:
    """A criterion together with its check and its validated parameters."""

    criterion: Criterion
    check: ModuleType
    parameters: CheckParameters
    instead: Mapping[str, CheckParameters] = field(default_factory=dict)
    """Function -> the parameters that hold in a notebook in which it stands for others."""

    def __reduce__(self) -> tuple[Any, ...]:
        """For other processes of ours: the check by its name."""
        return _rebound, (self.criterion, self.check.__name__, self.parameters, dict(self.instead))


def compile_rubric(rubric: Rubric, *, where: str) -> tuple[BoundCriterion, ...]:
    """Bind every criterion to its check.

    Args:
        rubric: The rubric.
        where: Its file, for error messages.

    Raises:
        RubricError: A check is unknown, a parameter is wrong, or a wording cannot be filled in.
    """
    return tuple(
        replace(_bind(criterion, where), instead=_instead(criterion, rubric, where)) for criterion in rubric.criteria
    )


def judge_seen(
    rubric: tuple[BoundCriterion, ...], observations: Observations, *, assumed: Collection[str] = ()
) -> tuple[Verdict, ...]:
    """One verdict a criterion, in the rubric's order.

    A criterion whose prerequisite failed, or whose fact could not be had, is skipped with the reason. An exception in a
    check is our fault: that verdict is errored, and the score will be held.

    Args:
        rubric: The criteria.
        observations: What was seen of the notebook.
        assumed: Criteria that are taken to pass without a look, once what they need has passed.
    """
    verdicts: dict[str, Verdict] = {}
    for bound in rubric:
        criterion = bound.criterion
        verdict = _prevented(criterion, observations, verdicts)
        if verdict is None and criterion.id in assumed:
            verdict = _unscored(criterion, Outcome.PASSED, "").model_copy(update={"points": criterion.points})
        verdicts[criterion.id] = verdict or _verdict(bound, observations)
    return tuple(verdicts.values())


def unscored(criterion: Criterion, outcome: Outcome, code: str, **values: str) -> Verdict:
    """A verdict without points for a reason that is not the criterion's own; the code is one of the engine's words."""
    return _unscored(criterion, outcome, _words("engine")[code].format(**values))


def _prevented(criterion: Criterion, observations: Observations, earlier: dict[str, Verdict]) -> Verdict | None:
    """The verdict on what cannot be judged, by our fault or for a prerequisite that failed; None for what can be."""
    if observations.run.status is RunStatus.INTERNAL:
        return _unscored(criterion, Outcome.ERRORED, _words("engine")["internal"])
    for need in criterion.needs:
        if earlier[need].outcome in {Outcome.FAILED, Outcome.SKIPPED, Outcome.ERRORED}:
            outcome = Outcome.ERRORED if earlier[need].outcome is Outcome.ERRORED else Outcome.SKIPPED
            return _unscored(criterion, outcome, _words("engine")["needs"].format(title=earlier[need].title))
    return None


def _verdict(bound: BoundCriterion, observations: Observations) -> Verdict:
    criterion = bound.criterion
    function = _function(observations, criterion)
    others = [f.name for f in observations.functions.values() if f.stands_for and f.name in bound.instead]
    parameters = bound.instead[others[0]] if others else bound.parameters
    try:
        for fact in getattr(bound.check, "FACTS", ()):
            value = getattr(observations, fact)
            if not value:
                return _missing(criterion, observations, fact)
            if isinstance(value, KerasModel) and value.error is not None:
                expected = criterion.goal or criterion.title
                return _scored(criterion, unusable(value, expected))
        return _scored(criterion, bound.check.check(observations, parameters, function), _own_variables(function))
    except Exception as error:  # noqa: BLE001 - whatever a check raises is our fault and holds the score
        detail = f"{type(error).__name__}: {error}"[:300]
        return _unscored(criterion, Outcome.ERRORED, _words("engine")["errored"].format(detail=detail))


def _function(observations: Observations, criterion: Criterion) -> Function | None:
    """The function that a criterion is about, or the one that stands for it in this notebook."""
    function = observations.functions.get(criterion.function)
    if function is None or function.defined:
        return function
    others = (other for other in observations.functions.values() if criterion.function in other.stands_for)
    return next(others, function)


def _missing(criterion: Criterion, observations: Observations, fact: str) -> Verdict:
    """A fact that is not there: failed where the criterion's own function is to blame, else skipped with the reason."""
    function = _function(observations, criterion)
    broken = broken_function(function, criterion.goal or criterion.title)
    if broken is not None:
        return _scored(criterion, broken)
    reason = (observations.missing.get(fact) or observations.run.message or "it was not reached").rstrip(".")
    return _unscored(
        criterion, Outcome.SKIPPED, _words("engine")["missing"].format(reason=reason[:1].lower() + reason[1:])
    )


def _own_variables(function: Function | None) -> str:
    """A sentence for a function that reads variables of the notebook while it leaves parameters unread."""
    if function is None or not (function.unused and function.reads):
        return ""
    values = {"function": function.name, "reads": " and ".join(f"`{name}`" for name in function.reads)}
    return " " + _words("engine")["reads-notebook"].format(unused=f"`{function.unused[0]}`", **values)


def _scored(criterion: Criterion, finding: Finding, aside: str = "") -> Verdict:
    """The verdict on a finding; where it is not a pass, `aside` follows its feedback."""
    trust, given = criterion.trust, finding.provenance
    if trust is not None and finding.fraction > 0 and WEAKER.index(given) > WEAKER.index(trust):
        values = {"given": given.value, "trust": trust.value}
        finding = failed("untrusted", finding.expected, finding.actual, given, **values)
    words = criterion.words if finding.code in criterion.words else _usual_words(criterion.check)
    feedback = words[finding.code].format_map(
        {**finding.values, "expected": finding.expected, "actual": finding.actual}
    )
    outcome = Outcome.PASSED if finding.fraction >= 1 else Outcome.PARTIAL if finding.fraction > 0 else Outcome.FAILED
    if finding.waits:
        outcome = Outcome.SKIPPED
    if outcome is not Outcome.PASSED and feedback:
        feedback += aside
    return Verdict(
        criterion=criterion.id,
        check=criterion.check,
        title=criterion.title,
        outcome=outcome,
        points=round(criterion.points * finding.fraction, 2),
        max_points=criterion.points,
        expected=finding.expected,
        actual=finding.actual,
        feedback=feedback,
        provenance=finding.provenance,
        evidence={"code": finding.code, **finding.evidence},
    )


def _unscored(criterion: Criterion, outcome: Outcome, feedback: str) -> Verdict:
    return Verdict(
        criterion=criterion.id,
        check=criterion.check,
        title=criterion.title,
        outcome=outcome,
        points=0,
        max_points=criterion.points,
        feedback=feedback,
    )


def _bind(criterion: Criterion, where: str) -> BoundCriterion:
    place = f"{where}: criteria[{criterion.id}]"
    if criterion.check not in CHECK_NAMES:
        raise RubricError(
            f"there is no check '{criterion.check}'",
            where=f"{place}.check",
            remedy=f"{did_you_mean(criterion.check, CHECK_NAMES)}The checks are: {', '.join(CHECK_NAMES)}.",
        )
    module = import_module(f"grader.judge.{criterion.check}")
    try:
        parameters: CheckParameters = module.Parameters.model_validate(criterion.parameters)
    except ValidationError as error:
        key, message = explain_validation(error, dict(criterion.parameters), module.Parameters)
        allowed = ", ".join(_describe(module.Parameters)) or "none"
        raise RubricError(
            message,
            where=f"{place}.parameters{'.' + key if key else ''}",
            remedy=f"Parameters of '{criterion.check}': {allowed}.",
        ) from error
    if hasattr(module, "locate"):  # what a parameter names lies beside the rubric
        parameters = module.locate(parameters, Path(where).parent)
    known = {**_words("engine"), **_words(criterion.check)}
    for code, text in criterion.words.items():
        if code not in known:
            raise RubricError(
                f"'{code}' is not a wording of '{criterion.check}'",
                where=f"{place}.words",
                remedy=f"{did_you_mean(code, known)}Its wordings are: {', '.join(sorted(_words(criterion.check)))}.",
            )
        extra = _fields(text, place, code) - _fields(known[code], place, code) - {"expected", "actual"}
        if extra:
            raise RubricError(
                f"the wording uses {{{extra.pop()}}}, which '{criterion.check}' does not fill in for '{code}'",
                where=f"{place}.words.{code}",
                remedy=f"The default wording is: {known[code]}",
            )
    return BoundCriterion(criterion, module, parameters)


def _rebound(
    criterion: Criterion, check: str, parameters: CheckParameters, instead: Mapping[str, CheckParameters]
) -> BoundCriterion:
    return BoundCriterion(criterion, import_module(check), parameters, instead)


def _instead(criterion: Criterion, rubric: Rubric, where: str) -> dict[str, CheckParameters]:
    """The criterion's parameters where a function of another edition stands for others."""
    found = {}
    for function in rubric.functions:
        if criterion.id in function.instead:
            parameters = {**criterion.parameters, **function.instead[criterion.id]}
            found[function.name] = _bind(criterion.model_copy(update={"parameters": parameters}), where).parameters
    return found


def _fields(text: str, place: str, code: str) -> set[str]:
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError as error:
        raise RubricError(
            f"the braces do not match: {error}", where=f"{place}.words.{code}", remedy="Write a literal brace twice."
        ) from error


def _describe(parameters: type[CheckParameters]) -> list[str]:
    return [
        f"{name} ({'required' if field.is_required() else f'default {field.get_default(call_default_factory=True)!r}'})"
        for name, field in parameters.model_fields.items()
    ]


@cache
def _all_words() -> dict[str, dict[str, str]]:
    table: dict[str, Any] = tomllib.loads(files("grader.judge").joinpath("words.toml").read_text(encoding="utf-8"))
    return table


@cache
def _usual_words(check: str) -> dict[str, str]:
    """What a check says where the rubric does not word it, and what all of them may have to say."""
    return {**_words("engine"), **_words(check)}


def _words(section: str) -> dict[str, str]:
    return _all_words().get(section, {})
