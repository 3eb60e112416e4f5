"""Gradescope: `results.json` of one submission, as its autograder harness reads it from `/autograder/results`."""

import json
from typing import Any

from grader.export.marks import Mark
from grader.export.wording import correction_of, criterion_of, details_of
from grader.report.text import number, one_line
from grader.scorecard import Outcome

__all__ = ["render"]


def render(mark: Mark) -> bytes:
    """The results of a student whose score is not held.

    The score at the top counts, so that lateness and overrides do; each criterion is a test case. Texts are plain, so
    that nothing in them is markup.
    """
    run = mark.card.run
    because = correction_of(mark)
    output = [f"{number(mark.grade or 0)} of {number(mark.max_score)} points{f', {because}' if because else ''}."]
    output += [one_line(run.message, 1000)] if run.message.strip() else []
    results: dict[str, Any] = {
        "score": mark.grade,
        "execution_time": round(run.seconds),
        "output": "\n".join(output),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {"notebook_sha256": mark.card.sha256, "days_late": mark.days_late},
        "tests": [
            {
                "score": verdict.points,
                "max_score": verdict.max_points,
                "status": "passed" if verdict.outcome is Outcome.PASSED else "failed",
                "name": criterion_of(verdict),
                "number": str(position),
                "output": details_of(verdict),
                "tags": [verdict.outcome.value],
                "visibility": "visible",
            }
            for position, verdict in enumerate(mark.card.verdicts, 1)
        ],
    }
    return (json.dumps(results, indent=2, allow_nan=False) + "\n").encode()
