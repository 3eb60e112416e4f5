"""The same week on InceptionV3: fetched from a server of our own, with random weights, and cut at `mixed7` for real."""

import hashlib
import json
import re
import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import nbformat
import pytest

from grader.base import BASES
from grader.cli import main
from grader.datasets import ensure

ROOT = Path(__file__).parents[2]
NAME = "inception_v3"
NOTEBOOKS = ROOT / "tests" / "submissions" / "public" / "large"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(tmp_path) -> Iterator[tuple[Path, str]]:
    """A folder, and the address at which its files can be had."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=shelf)) as served:
        thread = threading.Thread(target=served.serve_forever)
        thread.start()
        yield shelf, f"http://127.0.0.1:{served.server_port}"
        served.shutdown()
        thread.join()


@pytest.fixture
def course(tmp_path) -> Path:
    """The course with another base for week 3, and the time that it needs."""
    root = tmp_path / "course"
    for part in ("solutions", "templates"):
        shutil.copytree(ROOT / part, root / part)
    settings = root / "solutions" / "course.toml"
    text = re.sub(
        r'base = "shipped"\nlimits = .*',
        f'base = "{NAME}"\nlimits = {{ cell_seconds = 900, run_seconds = 1800, memory_bytes = 6_442_450_944, '
        "disk_bytes = 3_221_225_472, file_bytes = 805_306_368 }",
        settings.read_text(),
    )
    assert NAME in text
    settings.write_text(text)
    return root


def call(*arguments: object) -> None:
    with pytest.raises(SystemExit) as stop:
        main([str(argument) for argument in arguments])
    assert not stop.value.code


@pytest.fixture
def fetched(server, course, tmp_path, monkeypatch) -> Path:
    """The course, with random weights in the place of the published ones."""
    import h5py
    import keras
    from keras.src.legacy.saving import legacy_h5_format

    shelf, address = server
    base = BASES[NAME]
    pictures = ensure("horses-humans")
    network = keras.applications.InceptionV3(weights=None, include_top=False, input_shape=(150, 150, 3))
    with h5py.File(shelf / base.file, "w") as file:  # in the older format, as the published file is
        legacy_h5_format.save_weights_to_hdf5_group(file, network)
    digest = hashlib.md5((shelf / base.file).read_bytes()).hexdigest()
    monkeypatch.setitem(BASES, NAME, replace(base, url=f"{address}/{base.file}", digest=digest))
    monkeypatch.setenv("CNN_GRADER_CACHE", str(tmp_path / "cache"))
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / pictures.name).symlink_to(pictures)

    call("data", "fetch", NAME)
    return course


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # within Keras, as it writes
def test_another_value_in_course_toml_is_all_that_changes(fetched, tmp_path):
    course = fetched
    call("--course", course, "generate", "week3")
    assert '\\"layer\\": \\"mixed7\\"' in (course / "assignments" / "week3" / "week3.ipynb").read_text()

    notebook = nbformat.read(course / "solutions" / "week3" / "solution.ipynb", as_version=4)
    notebook.cells = [cell for cell in notebook.cells if cell.id not in {"from-scratch", "curves", "predictions"}]
    for cell in notebook.cells:
        cell.source = cell.source.replace("epochs=8", "epochs=1")
    nbformat.write(notebook, tmp_path / "ada.ipynb")
    call("--course", course, "grade", "week3", tmp_path / "ada.ipynb", "--out", tmp_path / "out")
    card = json.loads((tmp_path / "out" / "scores.json").read_text())["submissions"][0]
    verdicts = {v["criterion"]: v for v in card["verdicts"]}
    assert card["run"]["status"] == "ok", card["run"]
    for criterion in ("pretrained-weights", "frozen", "cut", "pairing", "budget", "callback"):
        assert verdicts[criterion]["outcome"] == "passed", verdicts[criterion]
    assert "mixed7" in verdicts["cut"]["actual"]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # within Keras, as it writes
def test_notebooks_of_either_edition_are_graded_as_they_are(fetched, tmp_path):
    """Random weights cannot tell horses from humans, which is all that may cost points."""
    call("--course", fetched, "grade", "week3", NOTEBOOKS, "--out", tmp_path / "out")
    cards = json.loads((tmp_path / "out" / "scores.json").read_text())["submissions"]
    assert [card["student"] for card in cards] == ["week3-datasets", "week3-generators"]
    for card in cards:
        assert card["run"]["status"] == "ok", card["run"]
        lost = {v["criterion"]: (v["actual"], v["feedback"]) for v in card["verdicts"] if v["points"] < v["max_points"]}
        assert set(lost) <= {"training", "holdout-accuracy"}, lost
