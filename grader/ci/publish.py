"""Keeps one comment on a pull request up to date, with the right to comment and no trust in what it publishes.

Which pull request it is comes from the event and the API. What is said comes from the artifact, checked, and is written
down anew. Nothing of the pull request is checked out, unpacked, imported or run.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from grader.ci.api import Api
from grader.ci.artifact import MOST_BYTES, ArtifactRefused, read_artifact
from grader.ci.context import event
from grader.ci.markdown import render
from grader.ci.result import Result
from grader.errors import GraderError

__all__ = ["MARKER", "Run", "publish", "read_run"]

MARKER = "<!-- cnn-grader: the scores of this pull request -->"
"""First line of our comment, by which it is found again."""
BOT = "github-actions[bot]"
"""Who comments with a workflow's own token."""
COMMENT_BYTES = 60_000
"""GitHub takes 65,536 characters."""
OURS = ".github/"
"""Folder of a repository that says how it is graded."""

EVENTS = ("workflow_run", "pull_request_target")
PAGE = re.compile(r"https://[\w.:-]+/[\w.-]+/[\w.-]+")
SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


@dataclass(frozen=True)
class Run:
    """The run whose result is to be published, as the trusted event tells it."""

    id: int
    head: str
    """The commit that it was about."""
    owner: str = ""
    """Of the repository that the branch is in; empty where the number is known."""
    branch: str = ""
    number: int | None = None
    """Of the pull request, where the event itself names it."""
    url: str = ""
    """Of its page, where the students' pages can be had; empty when unknown."""


def read_run(environment: Mapping[str, str]) -> Run:
    """The run that the event of this workflow is about.

    On `workflow_run` it is the run that ended. On `pull_request_target`, where the workflow is the base branch's own,
    it is this very run.

    Raises:
        GraderError: It is another event, or one about no pull request.
    """
    name = environment.get("GITHUB_EVENT_NAME", "")
    if name not in EVENTS:
        raise GraderError(
            f"results are published on {' or '.join(EVENTS)}, not on '{name}'",
            remedy="Copy templates/ci/publish.yml.",
        )
    data = event(Path(environment.get("GITHUB_EVENT_PATH", "event.json")))
    try:
        if name == "workflow_run":
            run = data["workflow_run"]
            if run["event"] != "pull_request":
                raise GraderError(f"the run was for '{run['event']}', not for a pull request", where=name)
            found = Run(int(run["id"]), run["head_sha"], run["head_repository"]["owner"]["login"], run["head_branch"])
        else:
            request = data["pull_request"]
            found = Run(int(environment["GITHUB_RUN_ID"]), request["head"]["sha"], number=int(request["number"]))
    except (KeyError, TypeError, ValueError) as error:
        raise GraderError("the event does not say which pull request it is about", where=name) from error
    if not isinstance(found.head, str) or SHA.fullmatch(found.head) is None:
        raise GraderError("the event names no commit", where=name)
    server, repository = environment.get("GITHUB_SERVER_URL", ""), environment.get("GITHUB_REPOSITORY", "")
    if not PAGE.fullmatch(f"{server}/{repository}"):
        return found
    return replace(found, url=f"{server}/{repository}/actions/runs/{found.id}")


def publish(api: Api, repository: str, run: Run, *, artifact: Path | None, name: str, bot: str = BOT) -> str:
    """Create or update the comment, and say what was done in a sentence.

    Args:
        api: For the repository.
        repository: `owner/name`.
        run: Whose result it is.
        artifact: The zip file; without one it is fetched from the run.
        name: What the artifact is called there.
        bot: In whose name we comment. Comments of others are never changed, whatever they hold.

    Raises:
        ArtifactRefused: The artifact is not what grading makes.
        InternalFault: GitHub cannot be reached, or refuses.
    """
    request = _find_request(api, repository, run)
    if request is None:
        return "Nothing to say: the pull request is closed, or has moved on since."
    number = int(request["number"])
    if run.number is None and _changes_the_workflow(api, number):
        body = _refusal(run.head)
    else:
        content = _fetch(api, run, name) if artifact is None else _read(artifact)
        body = _comment(read_artifact(content, head=run.head), run.url)
    comment = _our_comment(api, number, bot)
    if comment is None:
        api.send("POST", f"issues/{number}/comments", {"body": body})
        return f"Commented on pull request {number}."
    api.send("PATCH", f"issues/comments/{int(comment['id'])}", {"body": body})
    return f"Updated the comment on pull request {number}."


def _find_request(api: Api, repository: str, run: Run) -> dict[str, Any] | None:
    """The open pull request whose head is the run's commit; None when there is none any more.

    It is asked for by owner and branch, for GitHub does not find the commits of a fork by themselves.
    """
    if run.number is not None:
        candidates = [api.get(f"pulls/{run.number}")]
    else:
        candidates = list(api.pages("pulls", state="open", head=f"{run.owner}:{run.branch}"))
    found = [
        one
        for one in candidates
        if one["state"] == "open"
        and one["head"]["sha"] == run.head
        and one["base"]["repo"]["full_name"].lower() == repository.lower()
    ]
    if len(found) > 1:
        numbers = ", ".join(str(one["number"]) for one in found)
        raise GraderError(f"pull requests {numbers} share one commit, so it is unclear which one was graded")
    return found[0] if found else None


def _changes_the_workflow(api: Api, number: int) -> bool:
    """Whether the pull request changes how pull requests are graded: such a run says what its author likes."""
    files = 0
    for file in api.pages(f"pulls/{number}/files"):
        files += 1
        if any(str(file.get(key) or "").startswith(OURS) for key in ("filename", "previous_filename")):
            return True
    return files >= 3000  # GitHub lists no more, so what else there is cannot be known


def _fetch(api: Api, run: Run, name: str) -> bytes:
    every = api.pages(f"actions/runs/{run.id}/artifacts", key="artifacts", name=name)
    named = [one for one in every if one["name"] == name and not one["expired"]]
    if not named:
        raise ArtifactRefused(
            f"the run has no artifact '{name}': grading did not come to its end", where=f"run {run.id}"
        )
    newest = max(named, key=lambda one: int(one["id"]))
    if int(newest["size_in_bytes"]) > MOST_BYTES:
        raise ArtifactRefused(f"the artifact has more than {MOST_BYTES // 2**20} MiB", where=f"run {run.id}")
    return api.download(f"actions/artifacts/{int(newest['id'])}/zip", most=MOST_BYTES)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise GraderError(f"the artifact cannot be read: {error.strerror}", where=str(path)) from error


def _our_comment(api: Api, number: int, bot: str) -> dict[str, Any] | None:
    for comment in api.pages(f"issues/{number}/comments"):
        user = comment.get("user") or {}
        if user.get("login") == bot and str(comment.get("body") or "").startswith(MARKER):
            return dict(comment)
    return None


def _comment(result: Result, url: str) -> str:
    pages = f' <a href="{url}">Pages and log</a>.' if url else ""
    foot = f"\n<sub>Graded at {result.head[:12]}.{pages} This comment is kept up to date.</sub>\n"
    return f"{MARKER}\n{render(result, limit=COMMENT_BYTES - 500)}{foot}"


def _refusal(head: str) -> str:
    return (
        f"{MARKER}\n### Not graded\n\n"
        f"This pull request changes files in `{OURS}`, which say how pull requests are graded. So what its run says of "
        "its scores is not shown here.\n\n"
        "Take those files out of the pull request and push again. If you did not mean to change them, bring your "
        f"branch up to date with the one that you started from.\n\n<sub>At {head[:12]}.</sub>\n"
    )
