"""What every sandbox promises; the same questions to each provider."""

import os
import threading
from pathlib import Path

import psutil
import pytest

from grader.course import Limits
from grader.observation import RunStatus
from grader.sandbox import Job, Result

from .boxes import Box, cells, records, shipped

MARK = "98765.4321"

ORDINARY = [
    "print('{\"kind\": \"forged\"}'); import os, sys",
    "def halve(x):\n    y = 2\n    return x / (y - 2)\n",
    "halve(3)",
    "broken = (",
    """
import inspect, json
out = os.environ["GRADER_OUT"]
facts = {"cwd": os.getcwd(), "environment": dict(os.environ), "modules": sorted(sys.modules)}
facts["module of a cell's file"] = inspect.modulesbyfile.get(sys._getframe().f_code.co_filename, "unknown")
json.dump(facts, open(out + "/facts.json", "w"))
open(out + "/notes.txt", "w").write("not of a kind that is shipped")
os.symlink("/etc/passwd", out + "/link.json")
os.mkfifo(out + "/pipe.json")
os.mkdir(out + "/folder.json")
open(out + "/big.npy", "wb").truncate(8 * 2**20)
os.makedirs(out + "/trees/split/training/cats")
open(out + "/trees/split/training/cats/1.jpg", "wb").write(b"cat")
os.symlink("/etc/passwd", out + "/trees/split/training/link")
os.symlink("/", out + "/trees/rootlink")
""",
    """
import base64, io
from PIL import Image
from IPython.display import Image as Picture, display
def show(image):
    buffer = io.BytesIO(); image.save(buffer, "PNG"); display(Picture(buffer.getvalue()))
show(Image.new("RGB", (30, 20), "white"))
show(Image.linear_gradient("L"))
""",
    # forging: whatever descriptor leads out, write a record to it
    """
for n in [*range(3, 64)]:
    try: os.write(n, b'{"kind": "forged"}\\n') if os.readlink(f"/proc/self/fd/{n}").startswith("pipe") else None
    except OSError: pass
""",
    f"""
parent = os.getppid()
for n in range(64):
    try:
        with open(f"/proc/{{parent}}/fd/{{n}}", "wb", buffering=0) as f: f.write(b'{{"kind": "forged"}}\\n')
    except OSError: pass
import subprocess
subprocess.Popen(["setsid", "--fork", "sleep", "{MARK}"])
""",
]  # fmt: skip


@pytest.fixture(scope="module")
def ordinary(box: Box) -> Result:
    os.environ["GRADER_CANARY"] = "sings"
    try:
        return box.run(*ORDINARY)
    finally:
        del os.environ["GRADER_CANARY"]


def test_a_notebook_runs_to_its_end_whatever_its_cells_raise(ordinary: Result) -> None:
    assert (ordinary.status, ordinary.message) == (RunStatus.OK, "")
    assert cells(ordinary) == ["ok", "ok", "error", "error", "ok", "ok", "ok", "ok"]
    assert [record["index"] for record in records(ordinary, "cell")] == list(range(8))


def test_an_error_names_the_students_own_line(ordinary: Result) -> None:
    errors = [record["error"] for record in records(ordinary, "cell")]
    assert errors[0] is None
    assert errors[2] == {
        "name": "ZeroDivisionError", "message": "division by zero", "line": "return x / (y - 2)", "line_number": 3,
    }  # fmt: skip
    assert errors[3]["name"] == "SyntaxError"
    assert (errors[3]["line"], errors[3]["line_number"]) == ("broken = (", 1)


def test_tracebacks_need_not_look_for_the_module_of_a_cell(ordinary: Result) -> None:
    """It has none, which `inspect` would find out for each error by going through all modules that there are."""
    assert shipped(ordinary, "facts.json")["module of a cell's file"] == ""


def test_the_environment_is_the_sandboxs_own(ordinary: Result, box: Box) -> None:
    environment = shipped(ordinary, "facts.json")["environment"]
    assert environment["GRADER_TEST"] == "yes"
    assert environment["PYTHONHASHSEED"] == "0"
    assert not {"GRADER_CANARY", "GRADER_OUTBOX", "PYTEST_CURRENT_TEST"} & set(environment)


def test_only_regular_files_of_the_right_kind_are_shipped(ordinary: Result) -> None:
    assert set(ordinary.files) == {"executed.ipynb", "facts.json", "big.npy"}
    assert all(path.is_file() and not path.is_symlink() for path in ordinary.files.values())
    assert ordinary.files["big.npy"].stat().st_size == 8 * 2**20


def test_a_tree_is_listed_without_following_links(ordinary: Result) -> None:
    (tree,) = records(ordinary, "tree")
    assert tree["root"] == "split"
    digest = "77af778b51abd4a3c51c5ddd97204a9c3ae614ebccb75a606c3b6865aed6744e"
    assert tree["entries"] == [
        {"path": "training", "kind": "folder", "size": 0, "sha256": None},
        {"path": "training/cats", "kind": "folder", "size": 0, "sha256": None},
        {"path": "training/cats/1.jpg", "kind": "file", "size": 3, "sha256": digest},
        {"path": "training/link", "kind": "other", "size": 0, "sha256": None},
    ]


def test_pictures_are_told_by_size_and_colours(ordinary: Result) -> None:
    assert [{**r} for r in records(ordinary, "figure")] == [
        {"kind": "figure", "cell": 5, "width": 30, "height": 20, "colours": 1},
        {"kind": "figure", "cell": 5, "width": 256, "height": 256, "colours": 32},
    ]


def test_the_executed_notebook_has_outputs_and_no_probe(ordinary: Result) -> None:
    notebook = shipped(ordinary, "executed.ipynb")
    assert [cell["source"] for cell in notebook["cells"]] == ORDINARY
    assert "forged" in notebook["cells"][0]["outputs"][0]["text"]


def test_students_cannot_forge_a_record(ordinary: Result, box: Box) -> None:
    """They print records, write them to every descriptor they have, and to their parent's through /proc.

    Only without a sandbox and as root can the last be done, for root may look into every process.
    """
    if not box.sandbox.isolates and os.geteuid() == 0:
        pytest.skip("root without a sandbox")
    assert records(ordinary, "forged") == []


def test_nothing_outlives_the_run(ordinary: Result, made: dict[str, Box], others: frozenset[int]) -> None:
    """The last cell leaves a daemon behind, in a session of its own, with no parent."""
    assert not [p for p in psutil.process_iter(["cmdline"]) if MARK in (p.info["cmdline"] or [])]
    standing = {pid for box in made.values() for pid in box.sandbox.standing}
    assert {p.pid for p in psutil.Process().children(recursive=True)} <= standing | others


def test_data_is_at_the_path_that_notebooks_expect(box: Box, tmp_path: Path) -> None:
    (tmp_path / "pets").mkdir()
    (tmp_path / "pets" / "1.jpg").write_bytes(b"cat")
    place = tmp_path / "place" / "PetImages"
    result = box.run(f"print(open('{place}/1.jpg').read())", data={str(place): tmp_path / "pets"})
    notebook = shipped(result, "executed.ipynb")
    assert notebook["cells"][0]["outputs"][0]["text"] == "cat\n"
    assert not place.exists()


def test_two_runs_at_once_do_not_meet(box: Box) -> None:
    results: dict[int, Result] = {}
    other = Box(box.sandbox, box.folder / "other")
    other.folder.mkdir()
    source = "open('mine', 'x').write('{}'); import time; time.sleep(0.5); print(open('mine').read())"

    def run(number: int) -> None:
        results[number] = (box, other)[number].run(source.format(number))

    threads = [threading.Thread(target=run, args=(n,)) for n in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number, result in results.items():
        assert shipped(result, "executed.ipynb")["cells"][0]["outputs"][0]["text"] == f"{number}\n"


def test_what_a_notebook_leaves_unseeded_is_the_same_in_every_run(box: Box) -> None:
    source = "import random\nimport numpy\nprint(random.random(), numpy.random.rand(), hash('x'))"
    texts = {shipped(box.run(source), "executed.ipynb")["cells"][0]["outputs"][0]["text"] for _ in range(2)}
    assert len(texts) == 1


def test_an_error_that_cannot_be_shown_is_an_error_all_the_same(box: Box) -> None:
    result = box.run("raise ValueError('\\ud800')", "2", "import sys; sys.displayhook = 0; input()")
    assert result.status is RunStatus.OK
    assert cells(result) == ["error", "ok", "error"]
    assert records(result, "cell")[2]["error"]["name"] == "StdinNotImplementedError"


def test_a_program_of_ours_that_fails_is_our_fault(box: Box, tmp_path: Path) -> None:
    job = Job("grader.probe.nowhere", {}, {}, Limits())
    result = box.sandbox.run(job, tmp_path / "spool")
    assert result.status is RunStatus.INTERNAL
    assert "nowhere" in result.log
