"""`grader export` as a person runs it."""

import base64
import json
from pathlib import Path

import pytest

from grader.cli import main
from grader.course import GRADEBOOK
from grader.gradebook import Gradebook
from grader.lateness import Lateness

from .conftest import put, verdict

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def of_three(tmp_path_factory) -> Path:
    """The gradebook of a class of three."""
    path = tmp_path_factory.mktemp("class") / "gradebook.sqlite"
    with Gradebook(path) as book:
        put(book, "alice", verdict("a", points=15), verdict("b", points=15), late=Lateness(1, 10))
        put(book, "bo_102", verdict("a", points=7.5), verdict("b", points=0))
        put(book, "held")
    return path


@pytest.fixture
def run(of_three, monkeypatch, capsysbinary):
    """Runs the command, and gives exit status, output and messages."""
    monkeypatch.setenv(GRADEBOOK, str(of_three))

    def run(*arguments: str | Path) -> tuple[int, bytes, str]:
        with pytest.raises(SystemExit) as left:
            main(["--course", str(ROOT), "export", "week1", *map(str, arguments)])
        said = capsysbinary.readouterr()
        return int(left.value.code or 0), said.out, said.err.decode()

    return run


def test_the_file_is_on_standard_output_and_notes_are_not(run):
    status, out, err = run("--format", "csv")
    assert status == 0
    assert out.splitlines()[1].startswith(b"alice,alice.ipynb,ok,30,30,false,27,1,,")
    assert err == "held, so without a grade: held\n"


def test_a_downloaded_gradebook_comes_back_filled(run, write, tmp_path):
    roster = write(
        "Student,ID,SIS Login ID,Section,Week 1 (9)\n    Points Possible,,,,100\nLee,101,alice,A,\nRoe,102,broe,A,\n"
    )
    status, out, err = run("--format", "canvas", "--roster", roster, "--column", "9", "--partial")
    assert (status, out.decode()) == (
        0, roster.read_text().replace("alice,A,", "alice,A,90.00").replace("broe,A,", "broe,A,25.00"),
    )  # fmt: skip
    assert "left out, for they have no row: held" in err
    names = write("student,SIS Login ID\nalice,broe\n", "names.csv")
    filled = tmp_path / "new" / "filled.csv"
    status, out, err = run(
        "--format", "canvas", "--roster", roster, "--column", "9", "--names", names, "--student", "alice",
        "--out", filled,
    )  # fmt: skip
    assert (status, out) == (0, b"")
    assert filled.read_text() == roster.read_text().replace("broe,A,", "broe,A,90.00")
    assert f"written: {filled}" in err


def test_formats_of_one_student_need_a_folder_or_a_student(run, tmp_path):
    status, out, err = run("--format", "gradescope")
    assert (status, out) == (2, b"")
    assert "gradescope has one file a student, and these are 2" in err
    status, out, err = run("--format", "gradescope", "--out", tmp_path / "results")
    assert status == 0
    assert sorted(path.name for path in (tmp_path / "results").iterdir()) == ["alice.json", "bo_102.json"]
    assert json.loads((tmp_path / "results" / "alice.json").read_text())["score"] == 27.0
    status, out, _ = run("--format", "github", "--student", "alice")
    assert status == 0
    assert json.loads(base64.b64decode(out))["max_score"] == 30


def test_scripts_are_told_what_was_written_and_quiet_means_quiet(run, tmp_path):
    path = tmp_path / "grades.csv"
    status, out, _ = run("--format", "csv", "--out", path, "--json")
    assert (status, json.loads(out)) == (
        0,
        {
            "assignment": "week1",
            "format": "csv",
            "files": [str(path)],
            "notes": ["held, so without a grade: held"],
        },
    )
    assert run("--format", "csv", "--out", path, "--quiet") == (0, b"", "")
    status, out, err = run("--format", "csv", "--json")
    assert (status, out) == (2, b"")
    assert "where --out says" in err


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("--format", "github", "--student", "held"), 3, "the score of 'held' is held through a fault of ours"),
        (("--format", "github", "--student", "alic"), 2, "Did you mean 'alice'?"),
        (("--format", "canvas", "--roster", "none.csv"), 2, "none.csv: the file cannot be read"),
        (("--format", "moodle"), 2, "Moodle's number is not known of 2 students: alice, held"),
        (("--format", "junit", "--match", "x"), 2, "--match concerns Canvas and Moodle, not junit"),
        (("--format", "csv", "--autograder"), 2, "--autograder is for --format gradescope"),
        (("--format", "classroom50", "--student", "alice"), 2, "not set: CLASSROOM, ASSIGNMENT"),
        (("--format", "csv", "--out", "/proc/none/grades.csv"), 2, "the file cannot be written"),
    ],
)
def test_what_cannot_be_done_is_told(run, monkeypatch, arguments, status, message):
    for name in ("CLASSROOM", "ASSIGNMENT"):
        monkeypatch.delenv(name, raising=False)
    told = run(*arguments)
    assert told[0] == status
    assert message in told[2]
    assert told[1] == b""


def test_the_formats_of_the_command_are_those_of_the_room():
    from grader.commands.export import FORMATS
    from grader.export import FORMATS as THOSE

    assert FORMATS == THOSE
