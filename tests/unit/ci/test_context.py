"""What the CI system says of a pull request."""

import json

import pytest

from grader.ci.context import Context, context
from grader.errors import SubmissionsError


def test_githubs_event_names_commits_and_author(tmp_path):
    event = {"pull_request": {"base": {"sha": "a"}, "head": {"sha": "b"}, "user": {"login": "alice"}}}
    (tmp_path / "event.json").write_text(json.dumps(event))
    environment = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": str(tmp_path / "event.json")}
    assert context(environment) == Context("a", "b", "alice")


@pytest.mark.parametrize("text", ["{}", '{"pull_request": null}', '{"pull_request": {"base": 1}}', "[]"])
def test_an_event_about_something_else_says_nothing(text, tmp_path):
    (tmp_path / "event.json").write_text(text)
    assert context({"GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": str(tmp_path / "event.json")}) == Context()


def test_an_event_that_cannot_be_read_is_a_clear_error(tmp_path):
    with pytest.raises(SubmissionsError, match="event cannot be read"):
        context({"GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": str(tmp_path / "none.json")})


def test_gitlabs_variables_do_the_same():
    environment = {
        "GITLAB_CI": "true", "CI_MERGE_REQUEST_DIFF_BASE_SHA": "a", "CI_COMMIT_SHA": "b", "GITLAB_USER_LOGIN": "staff",
        "CI_PROJECT_PATH": "school/cnn", "CI_MERGE_REQUEST_SOURCE_PROJECT_PATH": "alice/cnn",
    }  # fmt: skip
    assert context(environment) == Context("a", "b", "alice")
    assert context(environment | {"CI_MERGE_REQUEST_SOURCE_PROJECT_PATH": "school/cnn"}).author == "staff"


def test_elsewhere_nothing_is_known():
    assert context({}) == Context()
