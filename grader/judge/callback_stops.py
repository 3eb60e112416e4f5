"""`callback_stops`: the student's callback ends training exactly when every metric has reached its threshold."""

from pydantic import Field

from grader.judge.finding import CheckParameters, Finding, broken_function, failed, passed, said
from grader.observation import CallbackCase, Function, Observations, Provenance

__all__ = ["FACTS", "Parameters", "check"]

FACTS = ("callback_cases",)


class Parameters(CheckParameters):
    """When to stop."""

    stops_at: dict[str, float] = Field(min_length=1)
    """Metric, as in the logs -> the value from which on, itself included, it is good enough."""
    missing_keys: bool = True
    """Whether logs without one of the metrics must be survived; training without validation data has such logs."""
    at_threshold: bool = True
    """Whether it must stop at the thresholds themselves; otherwise it may do there as it likes."""


def check(observations: Observations, parameters: Parameters, function: Function | None) -> Finding:
    """Passes when the callback stopped in just the cases in which it should."""
    limits = parameters.stops_at
    expected = "training stops as soon as " + " and ".join(f"{name} >= {value:g}" for name, value in limits.items())
    broken = broken_function(function, expected)
    if broken is not None:
        return broken
    cases = [case for case in observations.callback_cases if parameters.missing_keys or _complete(case, limits)]
    cases = [case for case in cases if parameters.at_threshold or not _at(case, limits)]
    wrong = [case for case in cases if case.error is not None or case.stopped != _should_stop(case, limits)]
    if not wrong:
        return passed(expected, f"right in all {len(cases)} cases", Provenance.OBSERVED, cases=len(cases))
    if not any(case.stopped for case in cases) and all(case.error is None for case in cases):
        return failed("never", expected, "it never stopped", Provenance.OBSERVED, metrics=" and ".join(limits))
    # A plain wrong answer says more about the rule than what happens where a metric is missing.
    case = min(wrong, key=lambda c: (not _complete(c, limits), c.error is not None, _at(c, limits)))
    values = {"logs": _logs(case), "case": case.name, "error": said(case.error) if case.error else ""}
    if case.error is not None:
        code = "raised" if _complete(case, limits) else "missing-raised"
        actual = f"with {values['logs']} it raised {values['error']}"
        return failed(code, expected, actual, Provenance.OBSERVED, **values)
    if case.stopped:
        code = "early" if _complete(case, limits) else "missing-stopped"
        return failed(code, expected, f"it stopped at {values['logs']}", Provenance.OBSERVED, **values)
    late = "late-at" if _at(case, limits) else "late"
    return failed(late, expected, f"it went on at {values['logs']}", Provenance.OBSERVED, **values)


def _should_stop(case: CallbackCase, limits: dict[str, float]) -> bool:
    return all(name in case.logs and case.logs[name] >= value for name, value in limits.items())


def _at(case: CallbackCase, limits: dict[str, float]) -> bool:
    """Whether a metric is exactly at its threshold, which only `>` for `>=` gets wrong."""
    return any(case.logs.get(name) == value for name, value in limits.items())


def _complete(case: CallbackCase, limits: dict[str, float]) -> bool:
    return all(name in case.logs for name in limits)


def _logs(case: CallbackCase) -> str:
    told = [f"{name} {value:g}" for name, value in case.logs.items() if name != "loss"]
    return ", ".join(told) or "no metric in the logs"
