"""Classroom 50: `result.json` of one submission, schema `classroom50/result/v1`, for its runner to publish."""

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from math import floor
from typing import Any

from grader.errors import CourseError
from grader.export.marks import Mark
from grader.export.wording import criterion_of, details_of
from grader.scorecard import Outcome, Verdict

__all__ = ["render"]

SCHEMA = "classroom50/result/v1"
VARIABLES = {
    "classroom": ("CLASSROOM",),
    "assignment": ("ASSIGNMENT",),
    "owner": ("OWNER", "USERNAME"),
    "submission": ("SUBMISSION_TAG",),
    "commit": ("COMMIT_URL",),
    "release": ("RELEASE_URL",),
}
"""Key -> the environment variables, set by its runner, of which the first that is there says it."""
TYPES = ("individual", "group", "team")


def render(mark: Mark, now: datetime, environment: Mapping[str, str] = os.environ) -> bytes:
    """The result of a student whose score is not held.

    Scores are whole numbers there. Points of criteria are rounded so that their sum is the rounded sum; lateness and an
    override of the whole show in `score` alone, and the exact points stand beside each test.

    Args:
        mark: The student's grade.
        now: When it was graded, as the result says.
        environment: Where the runner says whose submission it is.

    Raises:
        CourseError: It does not say so.
    """
    said = {
        key: next((environment[name] for name in names if environment.get(name)), "")
        for key, names in VARIABLES.items()
    }
    missing = [" or ".join(VARIABLES[key]) for key, value in said.items() if not value]
    kind = environment.get("ASSIGNMENT_TYPE") or TYPES[0]
    if missing or kind not in TYPES or not said["submission"].startswith("submit/"):
        raise CourseError(
            f"not set: {', '.join(missing)}"
            if missing
            else f"ASSIGNMENT_TYPE is '{kind}' and SUBMISSION_TAG '{said['submission']}'",
            where="the environment, for --format classroom50",
            remedy="The runner of Classroom 50 sets these where it starts autograder.py. ASSIGNMENT_TYPE is one of "
            f"{', '.join(TYPES)}, and a tag begins with submit/.",
        )
    most = floor(mark.max_score + 0.5)
    result: dict[str, Any] = {
        "schema": SCHEMA,
        "classroom": said["classroom"],
        "assignment": said["assignment"],
        "assignment_type": kind,
        "owner": said["owner"],
        "submission": said["submission"],
        "commit": said["commit"],
        "release": said["release"],
        "review": environment.get("REVIEW_URL") or said["commit"],
        "datetime": _moment(mark.submitted or now),
        "graded_at": _moment(now),
        "score": min(most, floor((mark.grade or 0) + 0.5)),
        "max-score": most,
        "tests": _tests(mark.card.verdicts),
    }
    return (json.dumps(result, indent=2, allow_nan=False) + "\n").encode()


def _tests(verdicts: tuple[Verdict, ...]) -> list[dict[str, Any]]:
    most = _whole([verdict.max_points for verdict in verdicts])
    earned = _whole([verdict.points for verdict in verdicts])
    return [
        {
            "test-name": criterion_of(verdict),
            "passed": verdict.outcome is Outcome.PASSED,
            "score": min(points, maximum),
            "max-score": maximum,
            "points": verdict.points,
            "message": details_of(verdict),
        }
        for verdict, points, maximum in zip(verdicts, earned, most, strict=True)
    ]


def _whole(points: list[float]) -> list[int]:
    """Points as whole numbers whose sum is that of the points, rounded: those with the largest rest go up."""
    whole = [floor(each) for each in points]
    left = floor(sum(points) + 0.5) - sum(whole)
    by_rest = sorted(range(len(points)), key=lambda position: (whole[position] - points[position], position))
    for position in by_rest[:left]:
        whole[position] += 1
    return whole


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
