"""Grading on pull requests: a fork, a changed notebook, an artifact, a comment that is created and then updated.

The repositories are real; GitHub's API is a stand-in on this machine. What the runner would do with a workflow is done
here by hand: the checkouts of grade.yml, the zip file of upload-artifact, and the events.
"""

import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

import grader.ci.grading
import grader.commands.running
import grader.grade
from grader.ci.result import Note, Result
from grader.cli import main
from grader.observation import RunStatus
from grader.scorecard import Outcome, RunSummary, Scorecard, Scores, Verdict
from grader.scoring import GradedClass

from .github_by_hand import BOT, REPOSITORY, TOKEN, GitHub, Pull, git, serving

ROOT = Path(__file__).parents[2]
NOTEBOOK = "assignments/week1/week1.ipynb"
NASTY = (
    "::error file=x::pwned\n##[error]pwned\n@school/staff <img src=x onerror=alert(1)> [x](http://evil.example) GH-1"
)


def notebook(source: str) -> str:
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "outputs": [], "execution_count": None, "source": source}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


@dataclass
class Place:
    """A repository of a course on GitHub, and the clone that a student works in."""

    folder: Path
    github: GitHub
    clone: Path
    pull: Pull

    def push(self, files: dict[str, str]) -> str:
        """Commit files on the student's branch and push it to the fork; gives the new head."""
        write(self.clone, files)
        git(self.clone, "add", "--all", "--force")
        git(self.clone, "commit", "-q", "--allow-empty", "-m", "my work")
        git(self.clone, "push", "-q", "origin", f"HEAD:{self.pull.branch}")
        self.github.synchronise()
        return self.github.head(self.pull)

    def upload(self, run: int, content: bytes) -> None:
        self.github.artifacts.setdefault(run, []).append(content)

    def event(self, name: str, data: dict[str, Any]) -> Path:
        path = self.folder / f"{name}.json"
        path.write_text(json.dumps(data))
        return path


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Path:
    """Bare repositories of a course and of a student's fork of it."""
    folder = tmp_path_factory.mktemp("repositories")
    course = folder / "course"
    for part in ("solutions/course.toml", "solutions/week1/rubric.toml"):
        (course / part).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / part, course / part)
    shutil.copytree(ROOT / "templates", course / "templates")
    write(course, {NOTEBOOK: notebook("# your work"), ".github/workflows/grade.yml": "name: grade\n"})
    git(folder, "init", "-q", "--initial-branch=main", str(course))
    git(course, "add", "--all")
    git(course, "commit", "-q", "-m", "the course")
    for name in ("school", "alice"):
        git(folder, "clone", "-q", "--bare", str(course), str(folder / f"{name}.git"))
    return folder


@pytest.fixture
def place(template, tmp_path, monkeypatch) -> Iterator[Place]:
    for name in ("school", "alice"):
        shutil.copytree(template / f"{name}.git", tmp_path / f"{name}.git")
    git(tmp_path, "clone", "-q", str(tmp_path / "alice.git"), "clone")
    for name in [*os.environ]:
        if name.startswith(("GITHUB_", "GITLAB_", "CI_", "RUNNER_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with serving(tmp_path / "school.git") as github:
        pull = Pull(7, "alice", "homework", tmp_path / "alice.git")
        here = Place(tmp_path, github, tmp_path / "clone", pull)
        git(here.clone, "push", "-q", "origin", "HEAD:homework")
        github.pulls.append(pull)
        github.synchronise()
        yield here


def command(*words: object) -> int:
    try:
        main([str(word) for word in words])
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


def grade(place: Place, out: Path, monkeypatch, *words: object) -> int:
    """What grade.yml does: two checkouts without credentials, and `grader ci` on GitHub's runner."""
    course, submission = out.with_name(f"{out.name}-course"), out.with_name(f"{out.name}-submission")
    git(place.folder, "clone", "-q", str(place.github.origin), str(course))
    git(place.folder, "clone", "-q", str(place.github.origin), str(submission))
    git(submission, "fetch", "-q", "origin", f"refs/pull/{place.pull.number}/head")
    git(submission, "checkout", "-q", "--detach", "FETCH_HEAD")
    event = place.event("pull_request", {"pull_request": place.github.describe(place.pull)})
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(event))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(out.with_name(f"{out.name}-summary.md")))
    monkeypatch.chdir(submission)
    return command("--course", course, "ci", "--repo", submission, "--out", out, *words)


def publish(place: Place, monkeypatch, *, run: int, head: str, **changes: Any) -> int:
    """What publish.yml does, on the event of a finished run of grade.yml."""
    finished = {
        "id": run,
        "event": "pull_request",
        "head_sha": head,
        "head_branch": place.pull.branch,
        "head_repository": {"owner": {"login": place.pull.owner}},
        "pull_requests": [],  # as GitHub leaves it where the branch is a fork's
    }
    event = place.event("workflow_run", {"workflow_run": finished | changes})
    monkeypatch.setenv("GITHUB_EVENT_NAME", "workflow_run")
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(event))
    monkeypatch.setenv("GITHUB_REPOSITORY", REPOSITORY)
    monkeypatch.setenv("GITHUB_API_URL", place.github.url)
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    return command("ci", "publish")


def zipped(files: dict[str, str | bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


def folder_zipped(folder: Path) -> bytes:
    return zipped({path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*")})


def scores(text: str = "", *, score: float = 40, student: str = "alice") -> Scores:
    verdict = Verdict(
        criterion="pairing", check="loss_activation", title=text or "Loss fits", outcome=Outcome.FAILED,
        points=0, max_points=60, expected=text, actual=text, feedback=text,
    )  # fmt: skip
    card = Scorecard(
        student=student, notebook=text or NOTEBOOK, sha256="0" * 64, score=score, verdicts=(verdict,),
        run=RunSummary(status=RunStatus.OK, seconds=1.0, message=text),
    )  # fmt: skip
    return Scores(assignment="week1", max_score=100, submissions=(card,))


def prepared(head: str, **fields: Any) -> bytes:
    """The artifact of a run, as grading would have made it."""
    return zipped({"result.json": Result(head=head, **({"scores": (scores(),)} | fields)).render(), "summary.md": "x"})


def obeyed(printed: str) -> list[str]:
    """The lines of a step's output that GitHub's runner takes for commands."""
    found, token = [], None
    for line in printed.splitlines():
        bare = line.strip()
        if token is not None:
            token = None if bare == f"::{token}::" else token
        elif bare.startswith("::stop-commands::"):
            token = bare.removeprefix("::stop-commands::")
        elif bare.startswith("::") or re.search(r"##\[", line):
            found.append(bare)
    assert token is None
    return found


def test_a_pull_request_from_the_fork_to_the_updated_comment(place, tmp_path, monkeypatch, capsys):
    """The notebook runs in the sandbox for real, and the pull request tries to bring a rubric and code of its own."""
    monkeypatch.setattr(grader.grade, "images_asked", lambda _: 8)  # drawing more would be most of this test
    monkeypatch.setattr(grader.grade, "TRAINING_SAMPLE", 8)
    easy = (
        '[[criteria]]\nid = "mine"\ncheck = "notebook_runs"\ntitle = "All mine"\npoints = 100\n'
        '[[functions]]\nname = "split_data"\nrole = "split"\n'
    )
    evil = "import pathlib\npathlib.Path(__file__).with_name('RAN').touch()\nraise SystemExit(0)\n"
    head = place.push(
        {
            NOTEBOOK: notebook(f"raise ValueError({NASTY!r})"),
            "solutions/week1/rubric.toml": easy,
            "solutions/course.toml": 'title = "::error::mine"\n[weeks.mine]\ndata = "cats-dogs"\n',
            "conftest.py": evil, "sitecustomize.py": evil, "grader/__init__.py": evil, "pip/__init__.py": evil,
            "pyproject.toml": '[tool.pytest.ini_options]\naddopts = "-p conftest"\n',
            "templates/report/student.html.j2": "{{ 1/0 }}",
            "notes.ipynb": "scratch",
        }
    )  # fmt: skip
    assert grade(place, tmp_path / "first", monkeypatch, "--sandbox", "bwrap") == 0
    printed = capsys.readouterr().out
    submission = tmp_path / "first-submission"
    assert not list(submission.rglob("RAN"))

    result = Result.parse((tmp_path / "first/artifact/result.json").read_bytes(), where="result.json")
    (graded,) = result.scores
    (card,) = graded.submissions
    assert result.head == head
    assert (card.student, card.notebook, card.run.status) == ("alice", NOTEBOOK, RunStatus.CELL_ERROR)
    assert graded.max_score == 100
    assert len(card.verdicts) > 10, "the base's rubric has many criteria, the pull request's has one"
    assert "All mine" not in {verdict.title for verdict in card.verdicts}
    assert [(note.path, note.wrong) for note in result.notes] == [("notes.ipynb", False)]

    commands = obeyed(printed)
    assert commands
    assert all(re.fullmatch(r"::(notice|warning) (file=[^,:]+,)?title=[^,:]+::.*", line) for line in commands), commands
    assert sum(line.startswith("::warning") for line in commands) <= 10
    assert any(f"file={NOTEBOOK},title=week1%3A alice::" in line for line in commands)
    summary = (tmp_path / "first-summary.md").read_text()
    assert "## Scores of week1" in summary
    assert "@school" not in summary
    assert "<img" not in summary
    assert {path.name for path in (tmp_path / "first").iterdir()} == {"artifact", "pages", "junit-week1.xml"}
    assert {path.name for path in (tmp_path / "first/artifact").iterdir()} == {"result.json", "summary.md"}

    place.upload(1, folder_zipped(tmp_path / "first/artifact"))
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://github.example")
    assert publish(place, monkeypatch, run=1, head=head) == 0
    (comment,) = place.github.comments
    assert comment["issue"] == 7
    assert '<a href="https://github.example/school/cnn/actions/runs/1">' in comment["body"]
    assert "| alice | 0 | cell&#95;error |" in comment["body"]
    assert head[:12] in comment["body"]
    assert not [path for _, path, shown in place.github.requests if path.startswith("/blobs") and shown]

    second = place.push({NOTEBOOK: "saved by a text editor"})
    assert grade(place, tmp_path / "second", monkeypatch, "--sandbox", "bwrap", "--fail-under", "50") == 1
    place.upload(2, folder_zipped(tmp_path / "second/artifact"))
    assert publish(place, monkeypatch, run=2, head=second) == 0
    (comment,) = place.github.comments
    assert second[:12] in comment["body"]
    assert head[:12] not in comment["body"]
    assert "is not JSON" in comment["body"]
    capsys.readouterr()


def test_without_a_course_the_rubric_is_that_of_the_base_commit(place, monkeypatch, capsys, tmp_path):
    place.push({"solutions/course.toml": "broken [", "notes.ipynb": "scratch"})
    git(place.clone, "remote", "add", "upstream", str(place.github.origin))
    git(place.clone, "fetch", "-q", "upstream")
    assert command("ci", "--repo", place.clone, "--base", "upstream/main", "--out", tmp_path / "out") == 0
    assert "names no week" in capsys.readouterr().out
    assert command("ci", "--repo", place.clone, "--base", "upstream/main", "--out", tmp_path / "out", "--json") == 0
    assert Result.parse(capsys.readouterr().out.encode(), where="stdout").scores == ()


def test_the_pull_requests_own_course_is_refused(place, monkeypatch, capsys, tmp_path):
    place.push({"solutions/week1/rubric.toml": "easy"})
    assert command("--course", place.clone, "ci", "--repo", place.clone, "--base", "origin/main") == 2
    assert "could change its own rubric" in capsys.readouterr().err


def test_outputs_do_not_go_where_the_pull_request_put_something(place, capsys):
    place.push({"reports/ci/junit-mine.xml": "<testsuites/>"})
    words = ("ci", "--repo", place.clone, "--base", "origin/main", "--out")
    assert command(*words, place.clone / "reports/ci") == 2
    (place.clone / "link").symlink_to(place.folder)
    assert command(*words, place.clone / "link/out") == 2
    assert capsys.readouterr().err.count("outputs cannot go") == 2
    assert command(*words, place.clone / "elsewhere") == 0


def test_two_notebooks_of_one_week_are_told_apart_by_nobody(place, monkeypatch, capsys, tmp_path):
    place.push({NOTEBOOK: notebook("x"), "week1/bob.ipynb": notebook("y")})
    assert grade(place, tmp_path / "out", monkeypatch) == 2
    printed = capsys.readouterr().out
    (error,) = [line for line in obeyed(printed) if line.startswith("::error")]
    assert "alice changed 2 notebooks of week1: assignments/week1/week1.ipynb, week1/bob.ipynb" in error
    assert (tmp_path / "out/artifact/result.json").is_file()


def test_a_shallow_checkout_is_told_how_to_be_deep(place, capsys, tmp_path):
    place.push({NOTEBOOK: notebook("x")})
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "-q", "--depth", "1", "--branch", "homework", f"file://{tmp_path}/alice.git", str(shallow))
    assert command("ci", "--repo", shallow, "--base", "origin/main") == 2
    assert "fetch-depth: 0" in capsys.readouterr().err


def test_only_our_own_comment_is_changed_however_many_there_are(place, monkeypatch, capsys):
    head = place.push({NOTEBOOK: notebook("x")})
    marker = "<!-- cnn-grader: the scores of this pull request -->"
    strangers = [
        {"id": n, "issue": 7, "user": {"login": "alice", "type": "User"}, "body": f"{marker}\nmine"} for n in range(150)
    ]
    ours = {"id": 800, "issue": 7, "user": BOT, "body": f"{marker}\nold"}
    place.github.comments += [*strangers, {"id": 700, "issue": 7, "user": BOT, "body": f"of others {marker}"}, ours]
    place.upload(1, prepared(head))
    assert publish(place, monkeypatch, run=1, head=head) == 0
    assert capsys.readouterr().out == "Updated the comment on pull request 7.\n"
    assert len(place.github.comments) == 152
    assert "| alice | 40 |" in ours["body"]
    assert all(comment["body"].endswith("mine") for comment in strangers)


def test_an_older_run_that_ends_late_says_nothing(place, monkeypatch, capsys):
    old = place.push({NOTEBOOK: notebook("x")})
    place.push({NOTEBOOK: notebook("y")})
    place.upload(1, prepared(old))
    assert publish(place, monkeypatch, run=1, head=old) == 0
    assert "moved on" in capsys.readouterr().out
    assert place.github.comments == []


def test_of_a_run_that_was_tried_again_the_newest_artifact_counts(place, monkeypatch):
    head = place.push({NOTEBOOK: notebook("x")})
    place.upload(1, prepared(head))
    place.upload(1, prepared(head, scores=(scores(score=55),)))
    assert publish(place, monkeypatch, run=1, head=head) == 0
    assert "| alice | 55 |" in place.github.comments[0]["body"]


def test_a_pull_request_that_changes_the_workflow_is_not_believed(place, monkeypatch):
    """On `pull_request` it is the pull request's own workflow that runs, so its artifact can say anything."""
    head = place.push({NOTEBOOK: notebook("x"), ".github/workflows/grade.yml": "name: grade\n# mine"})
    place.upload(1, prepared(head, scores=(scores(score=100),)))
    assert publish(place, monkeypatch, run=1, head=head) == 0
    (comment,) = place.github.comments
    assert "Not graded" in comment["body"]
    assert "alice" not in comment["body"]


def test_where_the_base_branchs_workflow_ran_the_event_names_the_pull_request(place, monkeypatch):
    head = place.push({NOTEBOOK: notebook("x"), ".github/workflows/mine.yml": "name: mine"})
    place.upload(5, prepared(head))
    publish(place, monkeypatch, run=1, head=head)  # sets the variables
    place.github.comments.clear()
    event = place.event("pull_request_target", {"pull_request": place.github.describe(place.pull)})
    for name, value in (("NAME", "pull_request_target"), ("PATH", str(event))):
        monkeypatch.setenv(f"GITHUB_EVENT_{name}", value)
    monkeypatch.setenv("GITHUB_RUN_ID", "5")
    assert command("ci", "publish") == 0
    assert "| alice | 40 |" in place.github.comments[0]["body"]


def test_what_a_student_writes_stays_text_in_the_comment(place, monkeypatch):
    head = place.push({NOTEBOOK: notebook("x")})
    nasty = f"{NASTY} | <!-- --> `x` ![i](http://evil.example/i.png) www.evil.example #1 a@evil.example {{{{ 7*7 }}}}"
    place.upload(1, prepared(head, scores=(scores(nasty, student=nasty[:60]),), notes=(Note.about(nasty, nasty),)))
    assert publish(place, monkeypatch, run=1, head=head) == 0
    body = place.github.comments[0]["body"]
    for bad in (
        "@school",
        "<img",
        "](",
        "`",
        "www.",
        "http:",
        "::error",
        "##[",
        " #1",
        "GH-1",
        "{{",
        "@evil",
        "pwned\n",
    ):
        assert bad not in body, bad
    kinds = {token.type for block in MarkdownIt("commonmark").enable("table").parse(body) for token in every(block)}
    assert not kinds & {"link_open", "image", "code_inline", "fence", "em_open"}, (
        "another reader of Markdown sees none either"
    )
    assert re.findall(r"<[^>]*>", body) == [
        "<!-- cnn-grader: the scores of this pull request -->", "<sub>", "</sub>",
    ]  # fmt: skip


def test_a_comment_stays_within_what_github_takes(place, monkeypatch):
    head = place.push({NOTEBOOK: notebook("x")})
    (card,) = scores("@" * 500).submissions
    long = scores().model_copy(
        update={"submissions": (card.model_copy(update={"verdicts": card.verdicts * 50}), *[card] * 50)}
    )
    place.upload(1, prepared(head, scores=(long, long)))
    assert publish(place, monkeypatch, run=1, head=head) == 0
    body = place.github.comments[0]["body"]
    assert 1000 < len(body.encode()) < 65_536
    assert "The rest is left out" in body


def bomb() -> bytes:
    """Twenty megabytes in twenty kilobytes, whose zip says that there are ten bytes."""
    content = bytearray(zipped({"result.json": b" " * (20 * 2**20)}))
    size = (20 * 2**20).to_bytes(4, "little")
    return bytes(content.replace(size, (10).to_bytes(4, "little")))


def linked() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        entry = zipfile.ZipInfo("result.json")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    return content.getvalue()


def forged(head: str, **fields: Any) -> bytes:
    return zipped({"result.json": json.dumps(json.loads(Result(head=head, scores=(scores(),)).render()) | fields)})


def every(token: Token) -> list[Token]:
    return [token, *(below for child in token.children or () for below in every(child))]


HOSTILE = {
    "no zip": lambda head: b"PK\x03\x04 and no more",
    "empty": lambda head: b"",
    "path escape": lambda head: zipped({"../../result.json": "{}", "result.json": "{}"}),
    "absolute path": lambda head: zipped({"/etc/passwd": "x", "result.json": "{}"}),
    "page": lambda head: zipped({"index.html": "<script>", "result.json": Result(head=head).render()}),
    "link": lambda head: linked(),
    "bomb": lambda head: zipped({"result.json": b" " * (20 * 2**20)}),
    "lying bomb": lambda head: bomb(),
    "large": lambda head: os.urandom(5 * 2**20),
    "no result": lambda head: zipped({"summary.md": "# 100 of 100"}),
    "no JSON": lambda head: zipped({"result.json": b"\xff\xfe{"}),
    "nested": lambda head: zipped({"result.json": "[" * 200_000}),
    "number": lambda head: zipped({"result.json": '{"schema_version": ' + "9" * 100_000 + "}"}),
    "other schema": lambda head: forged(head, schema_version=2),
    "pull request of its own": lambda head: forged(head, pull_request=8),
    "comment of its own": lambda head: forged(head, comment="100 of 100"),
    "other commit": lambda head: forged("b" * 40),
    "score too high": lambda head: forged(head, scores=[json.loads(scores(score=500).model_dump_json())]),
    "no number": lambda head: zipped(
        {"result.json": Result(head=head, scores=(scores(),)).render().replace('"score": 40.0', '"score": NaN')}
    ),
}


@pytest.mark.parametrize("attack", HOSTILE)
def test_a_hostile_artifact_is_refused(attack, place, monkeypatch, capsys):
    head = place.github.head(place.pull)
    place.upload(1, HOSTILE[attack](head))
    before = {path for path in place.folder.rglob("*") if ".git" not in str(path)}
    assert publish(place, monkeypatch, run=1, head=head) == 2
    assert place.github.comments == []
    said = capsys.readouterr().err
    assert said.startswith("Error: ")
    assert not obeyed(said)
    after = {path for path in place.folder.rglob("*") if ".git" not in str(path)}
    assert {path.name for path in after - before} == {"workflow_run.json"}


def test_a_run_that_was_for_no_pull_request_is_refused(place, monkeypatch, capsys):
    head = place.github.head(place.pull)
    place.upload(1, prepared(head))
    assert publish(place, monkeypatch, run=1, head=head, event="push") == 2
    assert publish(place, monkeypatch, run=1, head=head, head_repository=None) == 2
    assert publish(place, monkeypatch, run=1, head="main") == 2
    assert place.github.comments == []
    capsys.readouterr()


def test_a_pull_request_that_was_closed_hears_nothing_more(place, monkeypatch):
    head = place.github.head(place.pull)
    place.upload(1, prepared(head))
    place.pull.state = "closed"
    assert publish(place, monkeypatch, run=1, head=head) == 0
    assert place.github.comments == []


def test_without_the_right_to_comment_it_is_our_fault_and_said(place, monkeypatch, capsys):
    head = place.push({NOTEBOOK: notebook("x")})
    assert publish(place, monkeypatch, run=1, head=head) == 2, "no artifact"
    monkeypatch.setenv("GITHUB_TOKEN", "wrong")
    assert command("ci", "publish") == 3
    assert "401" in capsys.readouterr().err


@pytest.fixture
def graded_by_hand(monkeypatch) -> list[dict[str, Any]]:
    """Scorecards are there without a run; gives what was asked for: week, students, notebooks."""
    asked: list[dict[str, Any]] = []

    def run_class(course, week, folders, **_):
        names = {folder.name: (folder / f"{week}.ipynb").read_text() for folder in folders}
        asked.append({"week": week, "course": course, "notebooks": names})
        cards = [card for name in names for card in scores(student=name).submissions]
        held = [
            card.model_copy(update={"score": None, "held": True}) if "held" in names[card.student] else card
            for card in cards
        ]
        made = Scores(assignment=week, max_score=100, submissions=tuple(held))
        return GradedClass(course, made, {}), None

    monkeypatch.setattr(grader.commands.running, "run_class", run_class)
    return asked


def test_several_weeks_are_graded_each_by_its_own_rubric(place, tmp_path, monkeypatch, capsys, graded_by_hand):
    place.push({NOTEBOOK: "mine", "assignments/week4/week4.ipynb": "hers", "solutions/course.toml": "broken ["})
    rubric = (ROOT / "solutions/week1/rubric.toml").read_text().replace("week 1", "week 4")
    write(place.folder / "upstream", {})
    git(place.folder, "clone", "-q", str(place.github.origin), "upstream")
    write(place.folder / "upstream", {"solutions/week4/rubric.toml": rubric})
    git(place.folder / "upstream", "add", "--all")
    git(place.folder / "upstream", "commit", "-q", "-m", "week 4")
    git(place.folder / "upstream", "push", "-q", "origin", "HEAD:main")
    (tmp_path / "out").mkdir()
    (tmp_path / "out/junit-week9.xml").write_text("of an earlier run")
    assert grade(place, tmp_path / "out", monkeypatch) == 0
    asked = {one["week"]: one["notebooks"] for one in graded_by_hand}
    assert asked == {"week1": {"alice": "mine"}, "week4": {"alice": "hers"}}
    assert {one["course"].root for one in graded_by_hand} == {tmp_path / "out-course"}
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "artifact", "pages", "junit-week1.xml", "junit-week4.xml",
    }  # fmt: skip
    result = Result.parse((tmp_path / "out/artifact/result.json").read_bytes(), where="")
    assert [card.notebook for each in result.scores for card in each.submissions] == [
        NOTEBOOK, "assignments/week4/week4.ipynb",
    ]  # fmt: skip
    capsys.readouterr()


def test_a_score_that_is_held_is_our_fault_and_said_so(place, tmp_path, monkeypatch, capsys, graded_by_hand):
    head = place.push({NOTEBOOK: "held"})
    assert grade(place, tmp_path / "out", monkeypatch, "--fail-under", "50") == 3
    assert any(line.startswith("::error") and "fault of the grader" in line for line in obeyed(capsys.readouterr().out))
    place.upload(1, folder_zipped(tmp_path / "out/artifact"))
    assert publish(place, monkeypatch, run=1, head=head) == 0
    assert "| alice | held |" in place.github.comments[0]["body"]


def test_gitlab_needs_no_options(place, tmp_path, monkeypatch, capsys, graded_by_hand):
    head = place.push({NOTEBOOK: "mine"})
    variables = {
        "GITLAB_CI": "true", "CI_MERGE_REQUEST_DIFF_BASE_SHA": git(place.clone, "rev-parse", "origin/main"),
        "CI_COMMIT_SHA": head, "CI_PROJECT_PATH": REPOSITORY, "CI_MERGE_REQUEST_SOURCE_PROJECT_PATH": "alice/cnn",
    }  # fmt: skip
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(place.clone)
    assert command("ci") == 0
    assert "::" not in capsys.readouterr().out
    assert (place.clone / "reports/ci/junit-week1.xml").is_file()
    assert (place.clone / "reports/ci/pages/week1/alice.html").is_file()
    assert graded_by_hand[0]["notebooks"] == {"alice": "mine"}
    assert command("ci") == 0, "what was written the first time is not the pull request's"
    capsys.readouterr()


def test_a_notebook_too_large_to_be_one_is_not_even_read(place, tmp_path, monkeypatch, capsys, graded_by_hand):
    monkeypatch.setattr(grader.ci.grading, "LARGEST", 100)
    place.push({NOTEBOOK: "x" * 101})
    assert grade(place, tmp_path / "out", monkeypatch) == 2
    assert "so it is not graded" in capsys.readouterr().out
    assert not graded_by_hand


def test_a_rubric_or_a_link_that_the_pull_request_brings_is_not_read(
    place, tmp_path, monkeypatch, capsys, graded_by_hand
):
    (place.clone / "assignments/week1/alice.ipynb").symlink_to("/etc/passwd")
    place.push({"solutions/week1/rubric.toml": "easy"})
    assert grade(place, tmp_path / "out", monkeypatch) == 2
    assert "This is a link" in capsys.readouterr().out
    assert not graded_by_hand


def steps(name: str) -> dict[str, dict[str, Any]]:
    action = yaml.safe_load((ROOT / ".github/actions" / name / "action.yml").read_text())
    return {step["name"]: step for step in action["runs"]["steps"] if "run" in step}


def run_step(
    step: dict[str, Any], given: dict[str, str], temporary: Path, folder: Path
) -> subprocess.CompletedProcess[str]:
    """As the runner does it: bash, the step's variables, and expressions put in from outside."""
    variables = {
        name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: given[found[1]], value)
        for name, value in step["env"].items()
    }
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        env=os.environ | variables | {"RUNNER_TEMP": str(temporary)},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_steps_of_the_actions_run_as_they_are_written(place, tmp_path, monkeypatch):
    head = place.push({"notes.md": "nothing to grade"})
    for name in ("grader-venv", "grader-publish"):
        (tmp_path / name / "bin").mkdir(parents=True)
        (tmp_path / name / "bin/grader").write_text(f'#!/bin/sh\nexec {sys.executable} -m grader "$@"\n')
        (tmp_path / name / "bin/grader").chmod(0o755)
    for folder, ref in (("course", "main"), ("submission", "refs/pull/7/head")):
        git(tmp_path, "clone", "-q", str(place.github.origin), folder)
        git(tmp_path / folder, "fetch", "-q", "origin", ref)
        git(tmp_path / folder, "checkout", "-q", "--detach", "FETCH_HEAD")
    event = place.event("pull_request", {"pull_request": place.github.describe(place.pull)})
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(event))
    given = {"course": "course", "repo": "submission", "out": str(tmp_path / "an out"), "fail-under": "60"}
    done = run_step(steps("grade")["Grade"], given, tmp_path, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "nothing to grade" in done.stdout

    place.upload(1, folder_zipped(tmp_path / "an out/artifact"))
    finished = {
        "id": 1, "event": "pull_request", "head_sha": head, "head_branch": "homework",
        "head_repository": {"owner": {"login": "alice"}},
    }  # fmt: skip
    for name, value in {
        "GITHUB_EVENT_NAME": "workflow_run", "GITHUB_REPOSITORY": REPOSITORY, "GITHUB_API_URL": place.github.url,
        "GITHUB_EVENT_PATH": str(place.event("workflow_run", {"workflow_run": finished})),
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    given = {"artifact": "grader-result", "token": TOKEN}
    done = run_step(steps("publish")["Publish"], given, tmp_path, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "nothing to grade" in place.github.comments[0]["body"]
