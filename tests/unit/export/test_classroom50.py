"""`result.json` by the schema `classroom50/result/v1`, and by the rules that its runner adds in code."""

import json

import pytest
from jsonschema import Draft202012Validator

from grader.errors import CourseError
from grader.export import Request, classroom50, export

from .conftest import NOW, mark_of, marks_of

INTEGER = {"type": "integer", "minimum": 0}
TEXT = {"type": "string", "minLength": 1}
MOMENT = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$"}
TEST = {
    "type": "object",
    "required": ["test-name", "passed", "score", "max-score"],
    "properties": {"test-name": TEXT, "passed": {"type": "boolean"}, "score": INTEGER, "max-score": INTEGER},
}
FIELDS = {
    "schema": {"const": "classroom50/result/v1"},
    "classroom": TEXT,
    "assignment": TEXT,
    "assignment_type": {"enum": ["individual", "group", "team"]},
    "owner": TEXT,
    "submission": {"type": "string", "pattern": "^submit/"},
    "commit": TEXT,
    "release": TEXT,
    "review": TEXT,
    "datetime": MOMENT,
    "score": INTEGER,
    "max-score": INTEGER,
    "tests": {"type": "array", "items": TEST},
}
SCHEMA = Draft202012Validator(
    {
        "type": "object",
        "additionalProperties": False,
        "required": list(FIELDS),
        "properties": {**FIELDS, "graded_at": MOMENT, "submitted_by": {"type": "object"}},
    }
)
RUNNER = {
    "CLASSROOM": "cs",
    "ASSIGNMENT": "week1",
    "USERNAME": "alice",
    "SUBMISSION_TAG": "submit/2026-11-01T00-00-00Z-a1b2c3d",
    "COMMIT_URL": "https://example.org/commit/1",
    "RELEASE_URL": "https://example.org/releases/1",
}


def result_of(mark, **environment):
    result = json.loads(classroom50.render(mark, NOW, {**RUNNER, **environment}))
    SCHEMA.validate(result)
    assert result["score"] <= result["max-score"]
    assert all(test["score"] <= test["max-score"] for test in result["tests"])
    return result


def test_it_says_whose_submission_it_is_and_what_it_got():
    result = result_of(mark_of("alice", 15, 0))
    assert {key: result[key] for key in ("classroom", "assignment", "assignment_type", "owner", "review")} == {
        "classroom": "cs",
        "assignment": "week1",
        "assignment_type": "individual",
        "owner": "alice",
        "review": "https://example.org/commit/1",
    }
    assert (result["score"], result["max-score"], result["datetime"]) == (15, 30, "2026-11-21T12:00:00Z")
    assert [(test["passed"], test["score"]) for test in result["tests"]] == [(True, 15), (False, 0)]


def test_half_points_become_whole_ones_whose_sum_is_the_score():
    result = result_of(mark_of("alice", 7.5, 7.5, 7.5, 15, max_score=60))
    assert [test["score"] for test in result["tests"]] == [8, 8, 7, 15]
    assert result["score"] == sum(test["score"] for test in result["tests"]) == 38
    assert result["max-score"] == sum(test["max-score"] for test in result["tests"]) == 60
    assert [test["points"] for test in result["tests"]] == [7.5, 7.5, 7.5, 15]


def test_lateness_shows_in_the_score():
    assert result_of(mark_of("alice", 15, 15, grade=24.4, days_late=1))["score"] == 24


def test_the_runners_words_are_taken_over():
    result = result_of(mark_of("a", 15, 15), OWNER="team-1", ASSIGNMENT_TYPE="team", REVIEW_URL="https://example.org/r")
    assert (result["owner"], result["assignment_type"], result["review"]) == ("team-1", "team", "https://example.org/r")


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"CLASSROOM": "", "COMMIT_URL": ""}, "not set: CLASSROOM, COMMIT_URL"),
        ({"ASSIGNMENT_TYPE": "pair"}, "ASSIGNMENT_TYPE is 'pair'"),
        ({"SUBMISSION_TAG": "v1"}, "SUBMISSION_TAG 'v1'"),
    ],
)
def test_what_the_environment_does_not_say_is_told(environment, message):
    with pytest.raises(CourseError, match=message):
        classroom50.render(mark_of("alice", 15), NOW, {**RUNNER, **environment})


def test_one_environment_is_one_submission():
    with pytest.raises(CourseError, match="whose one submission this is, and 2 are graded"):
        export(marks_of(mark_of("a", 15), mark_of("b", 15)), "classroom50", Request(now=NOW))


def test_hostile_words_break_nothing(hostiles, make_hostile):
    for hostile in hostiles:
        result = result_of(make_hostile(hostile))
        for test in result["tests"]:
            assert "\n" not in test["test-name"]
            assert all(c.isprintable() or c == "\u200d" for c in test["test-name"])
