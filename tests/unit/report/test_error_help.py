"""Errors that students meet are explained; what they raise was recorded from the libraries themselves."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.observation import CodeError
from grader.report.error_help import explain_error, explanations

FOLDER = Path(__file__).parent / "errors"
MESSAGES = json.loads((FOLDER / "messages.json").read_text(encoding="utf-8"))


def explained(raised: dict[str, str]) -> str:
    found = explain_error(CodeError(name=raised["name"], message=raised["message"]))
    return found.id if found else ""


@pytest.mark.parametrize("mistake", MESSAGES)
def test_a_recorded_mistake_gets_its_own_explanation(mistake: str):
    assert explained(MESSAGES[mistake]) == mistake


def test_there_are_many_and_each_is_tried_by_a_real_message():
    ids = [explanation.id for explanation in explanations()]
    assert len(ids) == len(set(ids)) >= 45
    assert set(ids) - set(MESSAGES) == {"out-of-memory"}  # nobody raises that on purpose


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("ValueError", "the cat sat on the mat"),
        ("KeyError", "'dog'"),
        ("ZeroDivisionError", "division by zero"),
        ("", ""),
    ],
)
def test_what_is_not_common_is_left_alone(name: str, message: str):
    assert explain_error(CodeError(name=name, message=message)) is None


def test_the_name_counts_without_its_module():
    found = explain_error(CodeError(name="PIL.UnidentifiedImageError", message="cannot identify image file 'a.jpg'"))
    assert found is not None
    assert found.id == "not-an-image"


def test_no_message_takes_long(all_hostile: list[str]):
    for text in [*all_hostile, "(" * 500, "expected shape=(None" * 25, "None, " * 83]:
        for name in ("ValueError", "TypeError", "InvalidArgumentError", text):
            explain_error(CodeError(name=name, message=text[:500]))


@pytest.mark.slow
def test_the_libraries_still_say_what_was_recorded():
    code = "import json, mistakes; print(json.dumps(mistakes.raise_all()))"
    quiet = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "", "PYTHONPATH": str(FOLDER)}
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=quiet, check=True)
    raised = json.loads(ran.stdout.splitlines()[-1])
    assert {mistake: explained(told) for mistake, told in raised.items()} == {name: name for name in raised}
