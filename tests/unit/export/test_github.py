"""The result that GitHub's autograding reporter decodes, prints and adds up."""

import base64
import json
import re

from jsonschema import Draft202012Validator

from grader.export import github

from .conftest import mark_of

STATUS = {"enum": ["pass", "fail", "error"]}
SCHEMA = Draft202012Validator(
    {
        "type": "object",
        "required": ["version", "status", "max_score", "tests"],
        "properties": {
            "version": {"const": 1},
            "status": STATUS,
            "max_score": {"type": "number", "minimum": 0},
            "tests": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["name", "status", "score"],
                    "properties": {
                        "name": {"type": "string", "minLength": 1},
                        "status": STATUS,
                        "message": {"type": "string"},
                        "score": {"type": "number"},
                    },
                },
            },
        },
    }
)


def decoded(content: bytes) -> dict:
    assert re.fullmatch(rb"[A-Za-z0-9+/]+=*\n", content), "one line of base64, for a step's output"
    result = json.loads(base64.b64decode(content, validate=False))
    SCHEMA.validate(result)
    return result


def points(result: dict) -> str:
    """What the reporter tells the classroom: the sum of the tests' scores, of the most."""
    return f"{sum(test['score'] for test in result['tests'])}/{result['max_score']}"


def test_the_reporter_finds_each_criterion_and_the_sum():
    result = decoded(github.render(mark_of("alice", 15, 7.5)))
    assert [(test["name"], test["status"], test["score"]) for test in result["tests"]] == [
        ("Criterion 1", "pass", 15),
        ("Criterion 2", "fail", 7.5),
    ]
    assert result["status"] == "fail"
    assert points(result) == "22.5/30"
    assert result["tests"][1]["message"].startswith("7.5 of 15 points. expected: binary cross-entropy")


def test_full_marks_pass():
    assert decoded(github.render(mark_of("alice", 15, 15)))["status"] == "pass"


def test_lateness_is_a_test_of_its_own_so_that_the_sum_is_the_grade():
    result = decoded(github.render(mark_of("alice", 15, 15, grade=24.0, days_late=2)))
    assert result["tests"][-1] == {
        "name": "handed in 2 days late", "status": "fail", "message": "-6 points", "score": -6,
    }  # fmt: skip
    assert (points(result), result["status"]) == ("24/30", "fail")


def test_nothing_that_the_reporter_prints_is_a_command_of_the_runner(hostiles, make_hostile):
    for hostile in hostiles:
        content = github.render(make_hostile(hostile))
        assert len(content) < 100_000
        result = decoded(content)
        for test in result["tests"]:
            for text in (test["name"], test["message"]):
                assert "\n" not in text
                assert "\r" not in text
                assert not text.startswith("::")
                assert "##[" not in text
