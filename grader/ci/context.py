"""What the CI system itself says of a pull request: its commits and its author. Nothing of it comes from the branch."""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.errors import SubmissionsError

__all__ = ["Context", "context", "event", "student_name"]


@dataclass(frozen=True)
class Context:
    """A pull request, as far as the CI system tells; empty where it does not."""

    base: str = ""
    head: str = ""
    author: str = ""


def context(environment: Mapping[str, str] = os.environ) -> Context:
    """The pull request that this runs for, by GitHub's event or GitLab's variables."""
    if environment.get("GITHUB_ACTIONS") == "true" and environment.get("GITHUB_EVENT_PATH"):
        request = event(Path(environment["GITHUB_EVENT_PATH"])).get("pull_request") or {}
        return Context(
            base=_word(request, "base", "sha"),
            head=_word(request, "head", "sha"),
            author=_word(request, "user", "login"),
        )
    if environment.get("GITLAB_CI"):
        base = environment.get("CI_MERGE_REQUEST_TARGET_BRANCH_SHA") or environment.get(
            "CI_MERGE_REQUEST_DIFF_BASE_SHA"
        )
        head = environment.get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA") or environment.get("CI_COMMIT_SHA")
        source = environment.get("CI_MERGE_REQUEST_SOURCE_PROJECT_PATH", "")
        forked = source != environment.get("CI_PROJECT_PATH") and source.count("/") == 1
        author = source.split("/")[0] if forked else environment.get("GITLAB_USER_LOGIN", "")
        return Context(base=base or "", head=head or "", author=author)
    return Context()


def event(path: Path) -> dict[str, Any]:
    """The event that the runner wrote down.

    Raises:
        SubmissionsError: The file is not there, or no JSON.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SubmissionsError(f"the event cannot be read: {error}", where=str(path)) from error
    return data if isinstance(data, dict) else {}


def student_name(name: str) -> str:
    """A name as a folder can have it; bots' square brackets stay.

    Raises:
        SubmissionsError: It could be taken for a path.
    """
    if not name or len(name) > 100 or name.startswith(".") or re.search(r"[/\\\x00-\x1f]", name):
        raise SubmissionsError(
            f"'{name[:100]}' is no name of a student", remedy="Name the student with --student NAME."
        )
    return name


def _word(data: Any, *keys: str) -> str:
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data if isinstance(data, str) else ""
