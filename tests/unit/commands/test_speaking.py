"""`--quiet`, `--json`, completion and suggestions of the commands that run no notebook."""

import json
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.cli import cli
from grader.commands.voice import Voice
from grader.errors import GraderError

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with one of our weeks, which nobody has generated."""
    folder = tmp_path_factory.mktemp("course")
    shutil.copytree(ROOT / "templates", folder / "templates")
    shutil.copytree(ROOT / "solutions" / "week4-rps", folder / "solutions" / "week4-rps")
    (folder / "solutions" / "course.toml").write_text(
        'title = "One week"\n[weeks.week4-rps]\ndata = "rock-paper-scissors"\n'
    )
    return folder


def run(*words: object, status: int = 0):
    done = CliRunner().invoke(cli, [str(word) for word in words], prog_name="grader")
    assert done.exit_code == status, done.output
    return done


def test_json_is_all_that_stands_on_standard_output(course: Path):
    done = run("--course", course, "generate", "--json", "--check", status=1)
    (week,) = json.loads(done.stdout)
    assert (week["week"], week["change"], week["written"]) == ("week4-rps", "missing", False)
    (made,) = json.loads(run("--course", course, "generate", "--json").stdout)
    assert made["written"]
    assert Path(made["path"]).is_file()


def test_quiet_says_nothing_when_nothing_is_wrong(course: Path):
    run("--course", course, "generate", "--quiet")
    done = run("--course", course, "generate", "--quiet", "--check")
    assert done.output == ""


def test_quiet_still_says_what_is_wrong(course: Path):
    run("--course", course, "generate", "--quiet")
    made = course / "assignments" / "week4-rps" / "week4-rps.ipynb"
    made.write_text(made.read_text().replace("def create_model", "def make_model"))
    done = run("--course", course, "generate", "--quiet", "--check", status=1)
    assert done.stdout == ""
    assert "-" in done.stderr
    assert "grader generate" in done.stderr


def test_data_sets_can_be_listed_for_scripts(monkeypatch, tmp_path: Path):
    monkeypatch.setenv("CNN_GRADER_CACHE", str(tmp_path))
    listed = json.loads(run("data", "list", "--json").stdout)
    names = {(one["name"], one["source"]) for one in listed}
    assert ("cats-dogs", "real") in names
    assert not any(one["present"] for one in listed if one["name"] == "cats-dogs")
    assert run("data", "list", "--quiet").output == ""


def test_init_can_be_followed_by_a_script(tmp_path: Path):
    told = json.loads(run("init", tmp_path / "mine", "--json").stdout)
    assert "solutions/course.toml" in told["files"]
    assert all((Path(told["path"]) / name).is_file() for name in told["files"])


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_a_script_that_asks_the_grader(shell: str):
    script = run("completion", shell).stdout
    assert f"_GRADER_COMPLETE={shell}_complete" in script
    if shell == "bash":
        subprocess.run(["bash", "-n"], input=script, text=True, check=True)


def completed(*words: str) -> list[str]:
    """What bash is told when the last of the words is to be completed."""
    env = {"_GRADER_COMPLETE": "bash_complete", "COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1)}
    done = CliRunner().invoke(cli, [], prog_name="grader", env=env)
    return [line.partition(",")[2] for line in done.output.splitlines() if line]


def test_weeks_are_completed_in_a_course(course: Path, monkeypatch):
    monkeypatch.chdir(course / "solutions")
    for command in ("grade", "rejudge", "generate"):
        assert completed("grader", command, "wee") == ["week4-rps"]


def test_outside_a_course_and_in_a_broken_one_completion_is_silent(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert completed("grader", "grade", "wee") == []
    (tmp_path / "solutions").mkdir()
    for text in ("title = ", 'weeks = "many"', "[weeks]\nweek1 = 3"):
        (tmp_path / "solutions" / "course.toml").write_text(text)
        assert completed("grader", "grade", "wee") in ([], ["week1"])


def test_data_sets_are_completed_and_bases_where_they_can_be_fetched():
    assert completed("grader", "data", "make", "cat") == ["cats-dogs"]
    assert completed("grader", "data", "make", "vg") == []
    assert completed("grader", "data", "fetch", "vg") == ["vgg16"]


@pytest.mark.parametrize(
    ("words", "suggestion"),
    [
        (["data", "make", "cat-dogs"], "cats-dogs"),
        (["data", "fetch", "inception-v3"], "inception_v3"),
        (["data", "fetch", "horses-human"], "horses-humans"),
        (["--course", str(ROOT), "generate", "week4rps"], "week4-rps"),
        (["--course", str(ROOT), "rejudge", "wek2"], "week2"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(words: list[str], suggestion: str):
    done = CliRunner().invoke(cli, words)
    assert isinstance(done.exception, GraderError)
    assert f"Did you mean '{suggestion}'?" in str(done.exception)


@pytest.mark.parametrize(
    ("words", "suggestion"),
    [(["grad"], "grade"), (["grade", "--fail-undr", "3"], "--fail-under"), (["data", "lst"], "list")],
)
def test_an_unknown_command_or_option_is_answered_with_the_nearest(words: list[str], suggestion: str):
    assert f"Did you mean '{suggestion}'?" in run(*words, status=2).output


@pytest.mark.parametrize(
    ("old", "new", "suggestion"),
    [
        ('title = "One', 'tilte = "One', "title"),
        ('data = "rock', 'dat = "rock', "data"),
        ("[weeks.week4-rps]", "[weeks.week4-rps.limits]\ncell_second = 3\n[weeks.week4-rps]", "cell_seconds"),
    ],
)
def test_a_misspelt_key_of_a_course_is_answered_with_the_nearest(
    old: str, new: str, suggestion: str, course: Path, tmp_path: Path
):
    (tmp_path / "solutions").mkdir()
    text = (course / "solutions" / "course.toml").read_text().replace(old, new)
    tomllib.loads(text)
    (tmp_path / "solutions" / "course.toml").write_text(text)
    done = CliRunner().invoke(cli, ["--course", str(tmp_path), "generate"])
    assert f"Did you mean '{suggestion}'?" in str(done.exception)


@pytest.mark.parametrize(
    ("old", "new", "suggestion"),
    [
        ("points = ", "point = ", "points"),
        ("image_shape = ", "image_shapes = ", "image_shape"),
        ('role = "model"', 'rle = "model"', "role"),
        ("parameters = { classes = 3 }", "parameters = { clases = 3 }", "classes"),
    ],
)
def test_a_misspelt_key_of_a_rubric_is_answered_with_the_nearest(
    old: str, new: str, suggestion: str, course: Path, tmp_path: Path
):
    shutil.copytree(course, tmp_path / "course")
    rubric = tmp_path / "course" / "solutions" / "week4-rps" / "rubric.toml"
    text = rubric.read_text()
    assert old in text
    rubric.write_text(text.replace(old, new))
    done = CliRunner().invoke(cli, ["--course", str(tmp_path / "course"), "rejudge", "week4-rps"])
    assert f"Did you mean '{suggestion}'?" in str(done.exception)


def test_what_takes_long_says_so_in_a_pipe(monkeypatch, capsys):
    """The clock is set to no patience at all; the work waits until the word is out."""
    import threading

    monkeypatch.setattr("grader.commands.voice.PATIENCE", 0.0)
    said = threading.Event()
    monkeypatch.setattr("builtins.print", lambda text, **_: (said.set(), _["file"].write(text + "\n")))
    with Voice().waiting("Counting sheep"):
        assert said.wait(30)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "Counting sheep ...\n"


def test_what_is_quick_says_nothing_in_a_pipe(capsys):
    with Voice().waiting("Blinking"), Voice().counting("Two", 2) as one:
        one()
    assert capsys.readouterr() == ("", "")
