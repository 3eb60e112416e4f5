"""`grader init` makes a course that generates and grades, from an installed wheel and outside the checkout."""

import json
import os
import site
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from grader.authoring.start import start_course
from grader.errors import CourseError

ROOT = Path(__file__).parents[2]


def run(*words: object, folder: Path) -> str:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COV_", "COVERAGE"))}
    done = subprocess.run(
        [str(word) for word in words], cwd=folder, capture_output=True, text=True, env=env, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """The `grader` command of a fresh environment that holds the wheel, and sees our libraries but not our checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, folder=ROOT)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "env", with_pip=False)
    python = folder / "env" / "bin" / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", "--quiet", wheel,
        folder=folder)  # fmt: skip
    (own,) = (folder / "env" / "lib").glob("python*/site-packages")
    libraries = site.getsitepackages()[0]
    (own / "libraries.pth").write_text(f"{libraries}\n")
    code = "import grader; print(grader.__file__)"
    assert run(python, "-c", code, folder=folder).startswith(str(own))
    return folder / "env" / "bin" / "grader"


@pytest.fixture(scope="module")
def course(installed, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("courses") / "mine"
    told = run(installed, "init", folder, folder=folder.parent)
    assert "grader generate" in told
    return folder


def test_a_new_course_generates_its_student_notebook(installed, course):
    run(installed, "generate", folder=course)
    cells = json.loads((course / "assignments" / "week1" / "week1.ipynb").read_text())["cells"]
    text = "".join("".join(cell["source"]) for cell in cells)
    assert "def split_data" in text
    assert "random.sample(usable" not in text
    run(installed, "generate", "--check", folder=course)


def test_its_files_are_those_of_the_checkout(course):
    for place in ("templates/report/student.html.j2", "templates/notebook/stub.py.j2", "solutions/week1/rubric.toml"):
        assert (course / place).read_bytes() == (ROOT / place).read_bytes()
    assert ".grader/" in (course / ".gitignore").read_text()


@pytest.mark.slow
def test_a_new_course_grades(installed, course, tmp_path):
    """Without a sandbox, for the libraries lie outside the fresh environment, and a sandbox shows nothing else."""
    solution = course / "solutions" / "week1"
    settings = course / "solutions" / "course.toml"
    roomy = settings.read_text().replace("cell_seconds = 60", "cell_seconds = 400").replace("180", "900")
    settings.write_text(roomy)  # for a machine with other things to do
    run(installed, "grade", "week1", solution, "--out", tmp_path, "--sandbox", "none", folder=course)
    (card,) = json.loads((tmp_path / "scores.json").read_text())["submissions"]
    assert card["score"] == 100, [v for v in card["verdicts"] if v["points"] < v["max_points"]]


def test_from_a_checkout_it_is_the_same_course(course, tmp_path):
    written = {path.relative_to(tmp_path / "new") for path in start_course(tmp_path / "new")}
    made = {path.relative_to(course) for path in course.rglob("*") if path.is_file()}
    assert written == {path for path in made if path.parts[0] not in {"assignments", ".grader", "reports"}}


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(CourseError, match="nothing is overwritten"):
        start_course(tmp_path)
    with pytest.raises(CourseError):
        start_course(tmp_path / "mine.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
