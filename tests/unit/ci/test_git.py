"""A repository that somebody else filled, read as objects."""

import os
import subprocess
from pathlib import Path

import pytest

from grader.ci.git import Repository
from grader.ci.trusted import trusted_course
from grader.errors import CourseError, SubmissionsError


def git(folder: Path, *words: str) -> str:
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    return subprocess.run(
        ["git", *who, "-C", str(folder), *words], capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.fixture
def folder(tmp_path) -> Path:
    git(tmp_path, "init", "-q", "--initial-branch=main", "repository")
    folder = tmp_path / "repository"
    (folder / "kept.ipynb").write_text("kept")
    (folder / "gone.ipynb").write_text("gone")
    git(folder, "add", "--all")
    git(folder, "commit", "-q", "-m", "one")
    return folder


def test_what_changed_is_told_with_any_name(folder):
    base = git(folder, "rev-parse", "HEAD")
    names = ["with space\tand\nmore.ipynb", "ü.ipynb", os.fsdecode(b"\xff.ipynb"), ":(top)x.ipynb", "-rf.ipynb"]
    for name in names:
        (folder / name).write_text("new")
    (folder / "gone.ipynb").rename(folder / "moved.ipynb")
    (folder / "link.ipynb").symlink_to("/etc/passwd")
    git(folder, "add", "--all")
    git(folder, "commit", "-q", "-m", "two")
    repository = Repository(folder)
    head = repository.commit("HEAD")
    assert head is not None
    changed = {entry.path: entry.is_file for entry in repository.changed(base, head)}
    assert changed == dict.fromkeys([*names, "moved.ipynb"], True) | {"link.ipynb": False}
    assert [entry.path for entry in repository.files(head, ":(top)x.ipynb")] == [":(top)x.ipynb"]


def test_content_is_written_as_it_was_committed(folder, tmp_path):
    """No filter, no conversion, and never over a file that is there."""
    (folder / ".gitattributes").write_text("*.ipynb text eol=crlf filter=evil ident\n")
    (folder / "new.ipynb").write_bytes(b"a\nb $Id$\n")
    git(folder, "-c", "core.autocrlf=false", "add", "--all")
    git(folder, "commit", "-q", "-m", "two")
    git(folder, "config", "filter.evil.smudge", f"touch {tmp_path}/ran")
    repository = Repository(folder)
    (entry,) = repository.files("HEAD", "new.ipynb")
    assert repository.size(entry.blob) == 9
    repository.write(entry.blob, tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b"a\nb $Id$\n"
    assert not (tmp_path / "ran").exists()
    with pytest.raises(FileExistsError):
        repository.write(entry.blob, tmp_path / "out")


def test_a_name_is_never_an_option_or_a_file(folder):
    repository = Repository(folder)
    for name in ("--all", "-h", "kept.ipynb", "HEAD:kept.ipynb", "", "nothing"):
        assert repository.commit(name) is None
    assert repository.commit("main") == git(folder, "rev-parse", "HEAD")


def test_the_environment_leads_to_no_other_repository(folder, monkeypatch, tmp_path):
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path))
    assert Repository(folder).top == folder.resolve()


def test_commits_without_common_history_and_folders_without_git_are_clear_errors(folder, tmp_path):
    git(folder, "checkout", "-q", "--orphan", "other")
    git(folder, "commit", "-q", "-m", "apart")
    with pytest.raises(SubmissionsError, match="no history in common"):
        Repository(folder).merge_base("main", "other")
    for nothing in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(SubmissionsError):
            Repository(nothing)


def test_a_course_of_the_base_is_found_wherever_it_lies_if_there_is_one(folder, tmp_path):
    repository = Repository(folder)
    with pytest.raises(CourseError, match=r"holds no solutions/course\.toml"), trusted_course(None, repository, "HEAD"):
        pass
    for place in ("courses/one", "courses/two"):
        (folder / place / "solutions").mkdir(parents=True)
        (folder / place / "solutions/course.toml").write_text('title = "A course"\n[weeks.w]\ndata = "cats-dogs"\n')
        (folder / place / "conftest.py").write_text("raise SystemExit\n")
        git(folder, "add", "--all")
        git(folder, "commit", "-q", "-m", place)
    with trusted_course(None, repository, "HEAD~1") as course:
        assert course.settings.title == "A course"
        assert [path.name for path in course.root.iterdir()] == ["solutions"]
        root = course.root
    assert not root.exists()
    with pytest.raises(CourseError, match="holds 2 courses"), trusted_course(None, repository, "HEAD"):
        pass
