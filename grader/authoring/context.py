"""What the templates of the student notebook are told: strings and numbers of the rubric and the course, no more."""

import keyword
import re
import shlex
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from grader.course import Assignment, Course
from grader.errors import CourseError, RubricError
from grader.rubric import Rubric

__all__ = ["common_values", "header_values", "selfcheck_calls", "setup_values"]


def selfcheck_calls(functions: Iterable[str], rubric: Rubric, folder: Path) -> list[dict[str, Any]]:
    """The self-checks of some functions: `check(function, <check>=<parameters>, ...)`, from the public criteria.

    Raises:
        RubricError: The name of a check could not be an argument's name.
    """
    calls = []
    for function in functions:
        checks: dict[str, Any] = {}
        for criterion in rubric.criteria:
            if criterion.function != function or not criterion.public:
                continue
            if not criterion.check.isidentifier() or keyword.iskeyword(criterion.check):
                raise RubricError(
                    f"'{criterion.check}' is not the name of a check",
                    where=f"{folder / 'rubric.toml'}: criteria[{criterion.id}].check",
                )
            parameters: Any = dict(criterion.parameters)
            if criterion.check in checks:  # two criteria with one check: a list of their parameters
                before = checks[criterion.check]
                parameters = [*(before if isinstance(before, list) else [before]), parameters]
            checks[criterion.check] = parameters
        if checks:
            calls.append({"function": function, "checks": list(checks.items())})
    return calls


def common_values(assignment: Assignment, course: Course) -> dict[str, Any]:
    """What the templates of text know about the assignment."""
    rubric, settings = assignment.rubric, course.settings
    path = quote(course.student_notebook(assignment.week).relative_to(course.root).as_posix())
    place = f"{quote(settings.repository)}/blob/{quote(settings.branch)}/{path}"
    return {
        "title": rubric.title,
        "course": settings.title,
        "week": assignment.week,
        "repository": settings.repository,
        "colab": f"https://colab.research.google.com/github/{place}" if settings.repository else "",
        "max_score": rubric.max_score,
    }


def header_values(assignment: Assignment, course: Course) -> dict[str, Any]:
    """What the head of the notebook knows besides: goals, functions and the points table."""
    rubric = assignment.rubric
    return {
        **common_values(assignment, course),
        "goals": list(rubric.goals),
        "functions": [function.name for function in rubric.functions if not function.replaces],
        "criteria": [
            {"title": c.title, "goal": c.goal, "points": c.points, "function": c.function} for c in rubric.criteria
        ],
    }


def setup_values(assignment: Assignment, course: Course) -> dict[str, Any]:
    """What the first code cell installs, and which data it gets.

    Raises:
        CourseError: The course's `install` has unbalanced quotes.
    """
    try:
        # "name @ address" is one requirement, which pip wants as one argument
        packages = shlex.split(re.sub(r"\s+@\s+", "@", course.settings.install))
    except ValueError as error:
        raise CourseError(
            f"'install' is not what pip could be given: {error}",
            where=str(course.root / "solutions" / "course.toml"),
            remedy="Quote it as in a shell.",
        ) from error
    return {"course": course.settings.title, "packages": packages, "data": assignment.data}
