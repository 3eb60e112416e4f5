"""GitHub's autograding reporter: the result of one submission, as base64 of JSON in a step's output.

The reporter (`classroom-resources/autograding-grading-reporter`) reads it from the environment variable
`<RUNNER>_RESULTS`, prints names and messages into the log, and adds up the scores of the tests.
"""

import base64
import json
from typing import Any

from grader.export.marks import Mark
from grader.export.wording import correction_of, criterion_of, details_of
from grader.report.text import number, one_line
from grader.scorecard import Outcome, Verdict

__all__ = ["render"]

LONGEST = 400
"""Characters of a message: an environment variable may have 128 KiB in all."""


def render(mark: Mark) -> bytes:
    """The result of a student whose score is not held, on one line.

    The reporter knows no other total than the sum of its tests, so what lateness or an override of the whole changed is
    a test of its own. Every text is one line, for a runner obeys commands at the start of lines.
    """
    tests = [_test(verdict) for verdict in mark.card.verdicts]
    if mark.correction:
        tests.append(
            {
                "name": correction_of(mark),
                "status": "fail" if mark.correction < 0 else "pass",
                "message": f"{mark.correction:+g} points",
                "score": number(mark.correction),
            }
        )
    passed = all(test["status"] == "pass" for test in tests)
    result: dict[str, Any] = {
        "version": 1,
        "status": "pass" if passed else "fail",
        "max_score": number(mark.max_score),
        "tests": tests,
    }
    return base64.b64encode(json.dumps(result, allow_nan=False).encode()) + b"\n"


def _test(verdict: Verdict) -> dict[str, Any]:
    points = f"{number(verdict.points)} of {number(verdict.max_points)} points"
    return {
        "name": criterion_of(verdict),
        "status": "pass" if verdict.outcome is Outcome.PASSED else "fail",
        "message": one_line(f"{points}. {details_of(verdict)}", LONGEST),
        "score": number(verdict.points),
    }
