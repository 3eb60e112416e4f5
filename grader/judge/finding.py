"""What a check says, before points and wording are put to it."""

from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import JsonValue

from grader.model import Model
from grader.observation import CodeError, Function, KerasModel, Provenance

__all__ = ["CheckParameters", "Finding", "broken_function", "failed", "needed", "partial", "passed", "said", "unusable"]

Fact = TypeVar("Fact")

ERROR_CODES = {
    "NotImplementedError": "function-unfinished",
    "ReturnValue": "function-returned",
    "NoImages": "function-returned",
    "NotReached": "function-unreached",
    "TimeoutError": "function-slow",
}
"""What a probe calls an error -> the wording; those in the middle tell of what came back, or did not."""

NO_ROOM = ("No space left on device", "File too large")
"""What the system says when a file passes the limits of the run."""


class CheckParameters(Model):
    """Base of every check's parameters; a rubric that names another key is refused."""


@dataclass(frozen=True)
class Finding:
    """The result of one check on one set of observations."""

    code: str
    """Which wording in `words.toml` applies; `passed` for a full pass."""
    fraction: float
    """Share of the points that is earned, in [0, 1]."""
    expected: str
    actual: str
    provenance: Provenance
    """Of the weakest fact that the finding rests on."""
    values: dict[str, Any] = field(default_factory=dict)
    """What the wording's braces stand for."""
    evidence: dict[str, JsonValue] = field(default_factory=dict)
    """The observed values that decided it."""
    waits: bool = False
    """It is not decided yet: somebody has to look. Until then it is skipped."""


def passed(expected: str, actual: str, provenance: Provenance, *, code: str = "passed", **evidence: Any) -> Finding:
    """All points."""
    return Finding(code, 1.0, expected, actual, provenance, evidence=evidence)


def failed(code: str, expected: str, actual: str, provenance: Provenance, **values: Any) -> Finding:
    """No points; the values fill the wording and are kept as evidence."""
    return Finding(code, 0.0, expected, actual, provenance, values=values, evidence=values)


def partial(code: str, fraction: float, expected: str, actual: str, provenance: Provenance, **values: Any) -> Finding:
    """Some of the points."""
    return Finding(code, fraction, expected, actual, provenance, values=values, evidence=values)


def unusable(model: KerasModel, expected: str) -> Finding:
    """For a model that could not be saved or loaded."""
    error = model.error or ""
    code = "model-too-large" if any(sign in error for sign in NO_ROOM) else "model-unusable"
    return failed(code, expected, error, model.provenance, error=error)


def needed(fact: Fact | None) -> Fact:
    """A fact that the check lists in its `FACTS`, so the engine has seen to it that it is there."""
    if fact is None:
        raise ValueError("a check asked for a fact that its FACTS does not list")
    return fact


def said(error: CodeError) -> str:
    """An exception in one line, with the student's own line where it is known."""
    text = f"{error.name}: {error.message}" if error.message else error.name
    return f"{text} (at `{error.line}`)" if error.line else text


def broken_function(function: Function | None, expected: str) -> Finding | None:
    """The finding on a function that is missing, empty or raised; None when it did its work.

    The codes are shared by every check that is about a function: `function-missing`, `function-empty`,
    `function-unfinished`, `function-unreached`, `function-returned`, `function-slow` and `function-raised`.
    """
    if function is None:
        return None
    name = function.name
    if not function.defined:
        return failed("function-missing", expected, f"no function `{name}`", Provenance.OBSERVED, function=name)
    if function.empty:
        return failed("function-empty", expected, f"`{name}` has no statements", Provenance.OBSERVED, function=name)
    if function.error is not None:
        code = ERROR_CODES.get(function.error.name, "function-raised")
        if code in {"function-returned", "function-unreached"}:
            told = function.error.message
            return failed(code, expected, told, function.provenance, function=name, error=told)
        values = {"function": name, "error": said(function.error)}
        return failed(code, expected, f"`{name}` raised {said(function.error)}", function.provenance, **values)
    return None
