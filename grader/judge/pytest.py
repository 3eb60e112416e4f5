"""`pytest`: test functions of the instructor's own, over the same facts that every check sees."""

from pathlib import Path

from pydantic import Field

from grader.errors import RubricError
from grader.instructor_tests import TestResult, run_tests
from grader.judge.finding import CheckParameters, Finding, failed, partial, passed
from grader.observation import Function, Observations, Provenance

__all__ = ["Parameters", "check", "locate"]

EXPECTED = "the instructor's own tests pass"


class Parameters(CheckParameters):
    """Which tests."""

    tests: str = Field(min_length=1)
    """A file, or a folder of them, relative to the rubric."""


def locate(parameters: Parameters, folder: Path) -> Parameters:
    """The parameters with the place of the tests on this machine.

    Raises:
        RubricError: There is no such file.
    """
    path = folder / parameters.tests
    if not path.exists():
        raise RubricError(f"there are no tests at {parameters.tests}", where=str(folder))
    return parameters.model_copy(update={"tests": str(path)})


def check(observations: Observations, parameters: Parameters, function: Function | None) -> Finding:
    """Passes when every test does; otherwise the points of those that did are earned."""
    del function
    results = run_tests(Path(parameters.tests), observations)
    good = [result for result in results if result.outcome == "passed"]
    actual = ", ".join(f"{result.name}: {result.outcome}" for result in results)
    evidence = {result.name: {"outcome": result.outcome, "points": result.points} for result in results}
    if len(good) == len(results):
        return passed(EXPECTED, actual, Provenance.MEASURED, tests=evidence)
    share = sum(result.points for result in good) / sum(result.points for result in results)
    values = {"passed": len(good), "count": len(results), "messages": _messages(results), "tests": evidence}
    if share == 0:
        return failed("tests-failed", EXPECTED, actual, Provenance.MEASURED, **values)
    return partial("tests-failed", share, EXPECTED, actual, Provenance.MEASURED, **values)


def _messages(results: tuple[TestResult, ...]) -> str:
    return " ".join(result.message.rstrip(".") + "." for result in results if result.message)
