"""Whatever comes out of a sandbox becomes `Observations`, which can be judged, kept, loaded and reported."""

import io
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.lib import format as npy
from sqlalchemy import update

from grader.course import Limits
from grader.gradebook import Gradebook, Judged, Kept
from grader.gradebook.tables import RunRow
from grader.judge import compile_rubric, judge
from grader.measure.archive import check_archive
from grader.measure.challenge import Challenge
from grader.measure.files import BadFile, load_array
from grader.measure.inspected import after_inspection
from grader.measure.observe import after_run, augmentation
from grader.observation import Observations, RunStatus
from grader.rubric import load_rubric
from grader.sandbox.inbox import Inbox
from grader.scorecard import RunSummary, Scorecard

from .hostile import JSON, RAW_JSON, dumps, spoiled, spoiled_bytes

RUBRIC = load_rubric(Path(__file__).parents[1] / "adversarial" / "rubric.toml")
CRITERIA = compile_rubric(RUBRIC, where="rubric.toml")
CHALLENGE = Challenge.from_seed(1)
NOTEBOOK = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("def create_model(): return 1")])
ERROR = {"name": "ValueError", "message": "no", "line": "x", "line_number": 3}
RECORDS = [
    {"kind": "cell", "index": 0, "status": "ok", "seconds": 0.5, "error": None},
    {"kind": "cell", "index": 0, "status": "error", "seconds": 0.5, "error": ERROR},
    {"kind": "figure", "cell": 0, "width": 640, "height": 480, "colours": 40},
    {"kind": "stopped", "status": "timeout", "message": "late"},
    {"kind": "probe", "error": None},
    *({"kind": "tree", "root": root, "entries": [
        {"path": "root/training/cats", "kind": "folder", "size": 0, "sha256": None},
        {"path": "training/1.jpg", "kind": "file", "size": 3, "sha256": "0" * 64},
        {"path": "validation/2.jpg", "kind": "file", "size": 3, "sha256": None}]}
      for root in ("directories", "split-a", "split-b")),
    {"kind": "model", "which": "trained", "input_shape": [None, 32, 32, 3], "parameters": 3, "layers": [
        {"name": "d", "kind": "Dense", "activation": "sigmoid", "output_shape": [None, 1], "parameters": 3}],
     "output": {"units": 1, "activation": "sigmoid", "layer": "Dense"}, "compiled": True,
     "loss": {"name": "binary_crossentropy"}, "metrics": ["binary_accuracy"]},
    {"kind": "no_predictions", "which": "train", "error": "x"},
]  # fmt: skip
FILES = {
    "functions.json": {"create_model": {"defined": True}, "split_data": {"defined": False}},
    "history.json": {"error": None, "curves": {"loss": [3.0, 2.0, None], "accuracy": [0.5, 0.6, 0.7]}},
    "trained.json": {"error": ERROR},
    "built.json": {"error": ERROR | {"name": "NotSaved"}},
    "directories.json": {"error": None},
    "split-a.json": {"error": None, "stdout": "1.jpg is zero length", "listing": ["1.jpg"]},
    "split-b.json": {"error": ERROR},
    "pipelines.json": {"error": None},
    **{f"{n}-data.json": {"error": None, "batch_sizes": [10, 10], "label_shape": [10]} for n in ("training", "validation")},  # noqa: E501
}  # fmt: skip


@dataclass
class Ran:
    status: RunStatus = RunStatus.OK
    message: str = ""
    seconds: float = 3.0
    records: tuple[dict[str, Any], ...] = ()
    files: dict[str, Path] = field(default_factory=dict)


@dataclass(frozen=True)
class Images:
    labels: tuple[int, ...] = (0, 1, 0, 1)
    classes: tuple[str, ...] = ("cats", "dogs")
    codes: tuple[int, ...] = ()

    def pixels(self, height, width, channels, interpolation):
        return np.full((len(self.labels), height, width, channels), 7, np.uint8)


def saved(array: Any) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def header(text: str, version: tuple[int, int] = (1, 0)) -> bytes:
    raw = text.encode()
    return npy.magic(*version) + len(raw).to_bytes(2 if version == (1, 0) else 4, "little") + raw


BATCH = saved(np.random.default_rng(0).random((20, 8, 8, 3), np.float32))
ARRAYS = st.one_of(
    st.sampled_from([BATCH, saved(np.zeros(20, np.float32)), saved(np.full((20, 2), np.nan)), b"", saved(np.zeros((4, 2)))]),  # noqa: E501
    spoiled_bytes(BATCH[:400]),
    st.sampled_from([np.inf, 1e308, -1e308, np.nan, 0.0, 255.0]).map(lambda v: saved(np.full((20, 8, 8, 3), v, np.float64))),  # noqa: E501
    st.sampled_from([
        header("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000, 1000000, 3, 3), }\n"),
        header("{'descr': '<f4', 'fortran_order': False, 'shape': (-1, 2, 3, 4), }\n"),
        header("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }\n"),
        header("(" * 3000), header("{'descr': " + "[" * 100 + "}"), header("9" * 3900),
        header("{'descr': '<f4', 'fortran_order': True, 'shape': (True, True, 1, 1), }\n") + b"0000",
        header("{'descr': ('<f4', (2,)), 'fortran_order': False, 'shape': (1, 1, 1, 1), }\n") + b"0" * 8,
        header("{'descr': '<f4', 'fortran_order': False, 'shape': (1e3,), }\n"),
        header("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'x': 1}\n", (3, 0)),
        header("\x00" * 64), header("{'descr': {}, 'fortran_order': 0, 'shape': ()}"),
    ]),
)  # fmt: skip


def contents() -> st.SearchStrategy[dict[str, bytes]]:
    jsons = st.fixed_dictionaries(
        {}, optional={name: st.just(value).flatmap(spoiled).map(dumps) | st.just(dumps(value)) | RAW_JSON
                      for name, value in FILES.items()})  # fmt: skip
    names = ["training-images.npy", "training-labels.npy", "validation-images.npy", "validation-labels.npy",
             "predictions-train.npy", "predictions-holdout.npy", "built.keras", "trained.keras"]  # fmt: skip
    arrays = st.fixed_dictionaries({}, optional=dict.fromkeys(names, ARRAYS))
    return st.builds(lambda a, b: a | b, jsons, arrays)


def records() -> st.SearchStrategy[list[dict[str, Any]]]:
    def only_frames(found: Any) -> list[dict[str, Any]]:
        found = found if isinstance(found, list) else [found]
        return [r for r in found if isinstance(r, dict) and isinstance(r.get("kind"), str)]

    return st.just(RECORDS).flatmap(spoiled).map(only_frames)


@settings(max_examples=max(8, settings().max_examples // 4))  # each measures and judges a whole run
@given(contents(), records(), st.sampled_from(RunStatus))
def test_whatever_a_run_leaves_is_observed_judged_kept_and_loaded(book, given_files, given_records, status):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, content in given_files.items():
            (folder / file).write_bytes(content)
        frames = through_the_inbox(given_records, folder)
        ran = Ran(status=status, records=frames, files={n: folder / n for n in given_files})
        seen = after_run(ran, NOTEBOOK, RUBRIC, CHALLENGE)
        assert isinstance(seen, Observations)
        seen = seen.model_copy(update={"augmentation": augmentation(seen, ran, RUBRIC, CHALLENGE)})
        seen = after_inspection(seen, ran, Images(), Images())
        verdicts = judge(CRITERIA, seen)
        assert len(verdicts) == len(RUBRIC.criteria)
        assert all(0 <= verdict.points <= verdict.max_points for verdict in verdicts)
        summary = RunSummary(status=seen.run.status, seconds=seen.run.seconds, message=seen.run.message)
        card = Scorecard.of(student="a", notebook="a.ipynb", sha256="0", run=summary, verdicts=verdicts)
        kept = Kept("a", "a.ipynb", "0", "k", seen)
        assert book.finish("week1", kept, None, Judged(card, 0, RUBRIC.max_score), claimed="") == card
        assert [run.observations for run, _ in book.kept("week1", {"a": "k"})] == [seen]
        assert book.scorecards("week1") == (card,)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gradebook]:
    with Gradebook(tmp_path_factory.mktemp("book") / "gradebook.sqlite") as opened:
        yield opened


def through_the_inbox(given_records: list[dict[str, Any]], folder: Path) -> tuple[dict[str, Any], ...]:
    return tuple(received(b"".join(dumps(record) + b"\n" for record in given_records), folder).records)


def received(stream: bytes, folder: Path) -> Inbox:
    source, sink = os.pipe()
    inbox = Inbox(source, folder / "spool", Limits(file_bytes=1000, disk_bytes=3000))
    (folder / "spool").mkdir(exist_ok=True)
    inbox.start()
    with os.fdopen(sink, "wb", buffering=0) as pipe:
        try:
            while stream:
                stream = stream[pipe.write(stream) :]
        except BrokenPipeError:
            pass
    inbox.join(20)
    assert not inbox.is_alive()
    assert not inbox.host_fault
    return inbox


FRAMES = [dumps(record) + b"\n" for record in RECORDS[:3]] + [
    b'{"kind": "file", "name": "a.json", "size": 4}\n1234', b'{"kind": "file", "name": "b/c.npy", "size": 0}\n',
]  # fmt: skip
BAD_FRAMES = [
    b'{"kind": "file", "name": "../x", "size": 1}\n1', b'{"kind": "file", "name": "a/b", "size": true}\n1',
    b'{"kind": "file", "name": "a.json/b", "size": 1}\n1', b'{"kind": "file", "name": "CON", "size": 1e3}\n',
    b'{"kind": 1}\n', b"[]\n", b"\n", b'{"kind": "x", "kind": "y"}\n', b'{"kind": "x", "a": NaN}\n', b"\xff\n",
    b'{"kind": "x", "a": ' + b"[" * 100 + b"]" * 100 + b"}\n", b'{"kind": "x", "a": "\\ud800"}\n',
    b'{"kind": "x", "a": ' + b"9" * 5000 + b"}\n", b'{"kind": "x", "a": 1e999}\n', b'{"kind": "file"}\n',
]  # fmt: skip


@given(st.lists(st.sampled_from(FRAMES + BAD_FRAMES) | st.binary(max_size=30), max_size=8).map(b"".join))
def test_any_stream_is_read_to_its_end_or_to_its_first_fault(stream):
    with tempfile.TemporaryDirectory() as name:
        inbox = received(stream, Path(name))
        for path in inbox.files.values():
            assert path.resolve().is_relative_to(Path(name).resolve())
        dumps(inbox.records).decode().encode("utf-8")


@given(ARRAYS)
@example(b"\x93NUMPY\x01\x00G\x00{'descr': '<f4', 'fortran_order': True, 'shape': (True, True, 1, 1), }\n0000")
def test_any_bytes_are_an_array_of_numbers_or_a_bad_file(content):
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "a.npy"
        path.write_bytes(content)
        try:
            array = load_array(path, max_bytes=2**20, ndim=(1, 2, 4))
        except BadFile:
            return
        assert array.dtype.kind in "fu"


KEPT = after_run(Ran(records=tuple(RECORDS)), NOTEBOOK, RUBRIC, CHALLENGE).model_dump(mode="json")


@given(st.just(KEPT).flatmap(spoiled).map(dumps) | spoiled_bytes(dumps(KEPT)) | RAW_JSON | JSON.map(dumps))
def test_kept_observations_are_loaded_or_made_again(book, content):
    summary = RunSummary(status=RunStatus.OK, seconds=1)
    card = Scorecard.of(student="b", notebook="b.ipynb", sha256="0", run=summary, verdicts=())
    kept = Kept("b", "b.ipynb", "0", "k", Observations.model_validate(KEPT))
    book.finish("week2", kept, None, Judged(card, 0, 1), claimed="")
    with book._database.write() as session:
        session.execute(
            update(RunRow).where(RunRow.week == "week2").values(observations=content.decode("utf-8", "replace"))
        )
    for run, _ in book.kept("week2", {"b": "k"}):
        judge(CRITERIA, run.observations)
    for run, _, _ in book.latest("week2"):
        judge(CRITERIA, run.observations)


def archive() -> bytes:
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name in ("metadata.json", "config.json", "model.weights.h5", "assets/a.txt"):
            file.writestr(name, "{}" * 30)
    return buffer.getvalue()


@given(spoiled_bytes(archive()) | st.binary(max_size=300) | st.binary(max_size=60).map(lambda b: archive()[:-22] + b))
def test_any_bytes_are_an_archive_or_a_bad_file(content):
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "a.keras"
        path.write_bytes(content)
        try:
            check_archive(path, max_bytes=2**20)
        except BadFile as error:
            assert str(error).encode()  # noqa: PT017 - any outcome but this one passes too
