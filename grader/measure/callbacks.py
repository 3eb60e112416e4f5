"""Cases for a student's stopping callback, made up on both sides of each threshold, and what it did in them."""

from typing import Any

from grader.measure.evidence import Evidence, code_error
from grader.observation import CallbackCase
from grader.rubric import Rubric

__all__ = ["callback_cases", "read_callback_cases"]

STEP = 0.001
"""How far on either side of a threshold; Keras reports accuracies of a thousand images or more that finely."""


def callback_cases(rubric: Rubric) -> list[dict[str, Any]]:
    """What a callback is to be shown, as the rubric's `callback_stops` criteria set their thresholds.

    Each case is {name, logs}. With two metrics each is on either side of its threshold and at it while the other is
    well above, and each is left out once.
    """
    found: dict[str, dict[str, Any]] = {}
    for criterion in rubric.criteria:
        stops = criterion.parameters.get("stops_at")
        if criterion.check != "callback_stops" or not isinstance(stops, dict):
            continue
        limits = {str(name): float(value) for name, value in stops.items() if isinstance(value, int | float)}
        for case in _around(limits):
            found.setdefault(case["name"], case)
    return list(found.values())


def _around(limits: dict[str, float]) -> list[dict[str, Any]]:
    above = {name: _capped(limit + 10 * STEP, limit) for name, limit in limits.items()}
    cases: list[tuple[str, dict[str, float]]] = [("all above", above), ("all exactly at", dict(limits))]
    for name, limit in limits.items():
        for word, value in (("just below", limit - STEP), ("exactly at", limit), ("just above", limit + STEP)):
            cases.append((f"{name} {word}", {**above, name: _capped(value, limit)}))
        cases.append((f"{name} missing", {n: v for n, v in above.items() if n != name}))
    cases.append(("all below", {name: limit - 100 * STEP for name, limit in limits.items()}))
    cases.append(("no metrics", {}))
    return [{"name": name, "logs": {"loss": 0.3, **logs}} for name, logs in cases]


def _capped(value: float, limit: float) -> float:
    """A share stays one."""
    return round(min(value, 1.0) if limit <= 1 else value, 6)


def read_callback_cases(evidence: Evidence, rubric: Rubric) -> tuple[CallbackCase, ...]:
    """What became of each case that was asked for; what else is in the file is left out."""
    told = (evidence.json("callback.json") or {}).get("cases")
    by_name = {row.get("name"): row for row in told if isinstance(row, dict)} if isinstance(told, list) else {}
    cases = []
    for case in callback_cases(rubric):
        row = by_name.get(case["name"])
        if row is not None:
            cases.append(
                CallbackCase(
                    name=case["name"],
                    logs=case["logs"],
                    stopped=row.get("stopped") is True,
                    error=code_error(row.get("error")),
                )
            )
    return tuple(cases)
