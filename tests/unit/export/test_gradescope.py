"""`results.json` as the specification of Gradescope's autograders has it, read by a runner of another project too."""

import json
import re

import pytest
from gslocal.results import format_results
from jsonschema import Draft202012Validator

from grader.errors import CourseError
from grader.export import Request, export, gradescope

from .conftest import NOW, mark_of, marks_of

VISIBILITY = {"enum": ["hidden", "after_due_date", "after_published", "visible"]}
FORMAT = {"enum": ["text", "html", "simple_format", "md", "ansi"]}
TEST = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "score": {"type": "number"},
        "max_score": {"type": "number"},
        "status": {"enum": ["passed", "failed"]},
        "name": {"type": "string"},
        "name_format": FORMAT,
        "number": {"type": "string"},
        "output": {"type": "string"},
        "output_format": FORMAT,
        "tags": {"type": "array", "items": {"type": "string"}},
        "visibility": VISIBILITY,
        "extra_data": {"type": "object"},
    },
}
SCHEMA = Draft202012Validator(
    {
        "type": "object",
        "additionalProperties": False,
        "anyOf": [{"required": ["score"]}, {"required": ["tests"]}],
        "properties": {
            "score": {"type": "number"},
            "execution_time": {"type": "integer"},
            "output": {"type": "string"},
            "output_format": FORMAT,
            "test_output_format": FORMAT,
            "test_name_format": FORMAT,
            "visibility": VISIBILITY,
            "stdout_visibility": VISIBILITY,
            "extra_data": {"type": "object"},
            "tests": {"type": "array", "items": TEST},
            "leaderboard": {"type": "array"},
        },
    }
)


def test_it_is_what_the_specification_says_and_the_grade_counts():
    results = json.loads(gradescope.render(mark_of("alice", 15, 7.5, grade=18.0, days_late=1)))
    SCHEMA.validate(results)
    assert results["score"] == 18.0
    assert results["output"] == "18 of 30 points, handed in 1 day late."
    assert [(test["score"], test["max_score"], test["status"]) for test in results["tests"]] == [
        (15, 15, "passed"),
        (7.5, 15, "failed"),
    ]
    assert "measured: mean squared error\nnext: Use binary cross-entropy." in results["tests"][1]["output"]


def test_another_projects_runner_reads_the_same(tmp_path, capsys):
    path = tmp_path / "results.json"
    path.write_bytes(gradescope.render(mark_of("alice", 15, 7.5)))
    format_results(path)
    said = re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out)
    assert "PASS  15.0/15.0     Criterion 1" in said
    assert "FAIL  7.5/15.0      Criterion 2" in said
    assert "Score: 22.50 / 30.00  (1 passed, 1 failed)" in said


def test_each_student_has_a_file_and_a_held_score_has_none():
    marks = marks_of(mark_of("../alice", 15), mark_of("bo", 15), mark_of("held"))
    result = export(marks, "gradescope", Request(now=NOW))
    assert len(result.files) == 2
    assert "bo.json" in result.files
    assert not any("/" in name or name.startswith(".") for name in result.files)
    assert result.notes == ["left out, for their scores are held: held"]


def test_options_of_learning_platforms_are_refused():
    with pytest.raises(CourseError, match="--column concerns Canvas and Moodle, not gradescope"):
        export(marks_of(mark_of("a", 15)), "gradescope", Request(now=NOW, column="x"))
    with pytest.raises(CourseError, match="--match is about a file of the platform's"):
        export(marks_of(mark_of("a", 15)), "canvas", Request(now=NOW, match="x"))


def test_hostile_words_are_plain_text(hostiles, make_hostile):
    for hostile in hostiles:
        content = gradescope.render(make_hostile(hostile))
        assert content.isascii()
        results = json.loads(content)
        SCHEMA.validate(results)
        for test in results["tests"]:
            assert test["name"]
            assert all(c.isprintable() or c in "\n\u200d" for c in test["name"] + test["output"])
        assert results["test_output_format"] == results["output_format"] == results["test_name_format"] == "text"
