"""An instructor's own test functions over observations, run by pytest in a process of their own.

A test takes facts as fixtures, by the names of `grader.observation.Observations` (`built_model`, `training_data`, ...),
or `observations` for all of them, and says with a marker what it is worth:

    @pytest.mark.points(3)
    def test_the_model_is_small(built_model):
        assert built_model.parameters < 500_000, "Use fewer units in the first Dense layer."

No student code runs here: the facts are JSON that was measured before.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from pydantic import Field

from grader.errors import CourseError
from grader.model import Model
from grader.observation import Observations

__all__ = ["TestResult", "run_tests"]

SECONDS = 60.0
"""Limit for one file of tests; facts are small, so a test that needs longer waits for something."""
GIVEN, TOLD = "GRADER_TEST_OBSERVATIONS", "GRADER_TEST_RESULTS"


class TestResult(Model):
    """How one test function ended."""

    __test__ = False  # not a test, whatever its name makes pytest think

    name: str
    outcome: Literal["passed", "failed", "skipped"]
    points: float = Field(default=1.0, gt=0)
    """From its marker."""
    message: str = ""
    """What it asserted, or why it was skipped."""


def run_tests(path: Path, observations: Observations) -> tuple[TestResult, ...]:
    """Run a file of tests, or a folder of them.

    Raises:
        CourseError: The tests cannot be collected, take too long or break; the course's fault and never a student's.
    """
    with tempfile.TemporaryDirectory(prefix="grader-tests-") as name:
        given, told = Path(name) / "observations.json", Path(name) / "results.json"
        given.write_text(observations.model_dump_json(), encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-p", __name__, "-p", "no:cacheprovider", "--rootdir", name]
        command += ["-c", os.devnull, "--import-mode=importlib", "-m", "", str(path.resolve())]
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
        environment |= {GIVEN: str(given), TOLD: str(told), "PYTHONDONTWRITEBYTECODE": "1"}
        try:
            ran = subprocess.run(
                command, env=environment, cwd=name, capture_output=True, text=True, timeout=SECONDS, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise CourseError(f"the tests took longer than {SECONDS:g} seconds", where=str(path)) from error
        rows = json.loads(told.read_text(encoding="utf-8")) if told.is_file() else []
        if ran.returncode not in (0, 1) or not rows:
            raise CourseError(
                f"the tests cannot be run: {ran.stdout.strip()[-600:] or ran.stderr.strip()[-600:]}", where=str(path)
            )
        return tuple(TestResult.model_validate(row) for row in rows)


class _Recorder:
    """Keeps how each test ended, and writes it down at the end."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Iterator[None]:
        outcome: Any = yield
        report = outcome.get_result()
        if report.when == "call" or (report.when == "setup" and report.outcome != "passed"):
            marker = item.get_closest_marker("points")
            points = float(marker.args[0]) if marker is not None and marker.args else 1.0
            row = {"name": item.name, "outcome": report.outcome, "points": points, "message": _message(report)}
            self.rows.append(row)

    def pytest_sessionfinish(self) -> None:
        Path(os.environ[TOLD]).write_text(json.dumps(self.rows), encoding="utf-8")


def _message(report: pytest.TestReport) -> str:
    if report.outcome == "passed":
        return ""
    if isinstance(report.longrepr, tuple):  # of a skipped test: file, line, reason
        return report.longrepr[2].removeprefix("Skipped: ")
    crash = getattr(report.longrepr, "reprcrash", None)
    text = crash.message if crash is not None else str(report.longrepr)
    # What an author wrote behind the comma comes first, and then pytest's own explanation.
    return str(text).removeprefix("AssertionError: ").split("\nassert ")[0].strip()[:400]


def pytest_configure(config: pytest.Config) -> None:
    """Hook of pytest, in the process of the tests: `run_tests` names this module as a plugin."""
    config.addinivalue_line("markers", "points(n): what the test is worth")
    config.pluginmanager.register(_Recorder())
    observations = Observations.model_validate_json(Path(os.environ[GIVEN]).read_bytes())
    config.pluginmanager.register(_facts(observations))


def _facts(observations: Observations) -> Any:
    """A plugin with one fixture for each fact; a test that asks for a fact that is not there is skipped."""

    def fixture(name: str) -> Any:
        def value() -> Any:
            found = getattr(observations, name)
            if found is None:
                pytest.skip(observations.missing.get(name, "This could not be measured."))
            return found

        return staticmethod(pytest.fixture(name=name)(value))

    members: dict[str, Any] = {f"_fact_{name}": fixture(name) for name in Observations.model_fields}
    members["_all"] = staticmethod(pytest.fixture(name="observations")(lambda: observations))
    return type("Facts", (), members)()
