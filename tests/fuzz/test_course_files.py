"""Files of the course and of older runs are read, or refused with an error of ours."""

import tempfile
import tomllib
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from grader.errors import GraderError, RubricError
from grader.judge.engine import compile_rubric
from grader.observation import RunStatus
from grader.report import scores_json
from grader.rubric import load_rubric
from grader.scorecard import Outcome, RunSummary, Scorecard, Scores, Verdict

from .hostile import JSON, RAW_JSON, dumps, spoiled, spoiled_bytes

RUBRIC = (Path(__file__).parents[1] / "adversarial" / "rubric.toml").read_bytes()
DATA = tomllib.loads(RUBRIC.decode())
SCORES = Scores(
    assignment="week1", max_score=10,
    submissions=(Scorecard.of(
        student="a", notebook="a.ipynb", sha256="0" * 64, run=RunSummary(status=RunStatus.OK, seconds=1),
        verdicts=(Verdict(criterion="x", check="figure", title="t", outcome=Outcome.PASSED, points=10, max_points=10),),
    ),),
)  # fmt: skip
ODD_TOML = [
    b"", b"\xff", b"a = " + b"[" * 5000, b"a = " + b"9" * 5000, b"points = inf", b"a = 1979-05-27", b"a.b.c = 1\na = 2",
    RUBRIC + b"\nx = nan", RUBRIC.replace(b"points = 5", b"points = inf"), RUBRIC.replace(b"points = 5", b"points = nan"),  # noqa: E501
    RUBRIC.replace(b"points = 5", b"points = 1e308"), RUBRIC.replace(b"points = 5", b"points = 1979-05-27"),
    RUBRIC.replace(b"[32, 32, 3]", b"[32, 32]"), RUBRIC.replace(b'check = "metrics"', b'check = "../metrics"'),
    RUBRIC.replace(b'check = "metrics"', b'check = "metrics"\nwords = { "metrics-missing" = "{0.__class__} {" }'),
    b"title = '" + b"a.b" * 20000 + b"'", b"a = " + b"{a=" * 3000, b".".join([b"a"] * 5000) + b" = 1",
]  # fmt: skip


def toml(value: Any) -> str:
    """TOML of JSON-like data, as far as TOML knows it."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{toml(str(k))} = {toml(v)}" for k, v in value.items() if v is not None) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(toml(v) for v in value if v is not None) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + "".join(f"\\U{ord(c):08x}" if c in '"\\' or not c.isprintable() else c for c in value) + '"'
    return str(value)


def load(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "rubric.toml"
        path.write_bytes(content)
        try:
            compile_rubric(load_rubric(path), where=str(path))
        except RubricError as error:
            assert str(error)  # noqa: PT017 - any outcome but this one passes too


@given(st.sampled_from(ODD_TOML) | spoiled_bytes(RUBRIC))
def test_any_file_is_a_rubric_or_a_clear_error(content):
    load(content)


@given(st.just(DATA).flatmap(spoiled))
def test_a_spoiled_rubric_is_a_rubric_or_a_clear_error(data):
    if isinstance(data, dict):
        text = "\n".join(f"{toml(str(k))} = {toml(v)}" for k, v in data.items() if v is not None)
        load(text.encode("utf-8", "replace"))


@given(
    st.just(SCORES.model_dump(mode="json")).flatmap(spoiled).map(dumps)
    | spoiled_bytes(scores_json.render(SCORES).encode()) | RAW_JSON | JSON.map(dumps)
)  # fmt: skip
def test_any_text_is_scores_or_a_clear_error(content):
    text = content.decode("utf-8", "replace")
    try:
        scores = scores_json.parse(text)
    except GraderError as error:
        assert str(error)  # noqa: PT017 - any outcome but this one passes too
    else:
        scores_json.render(scores)
