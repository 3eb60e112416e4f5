"""Checkouts are strangers': no link is followed, and no setting of theirs starts a program."""

import subprocess
from datetime import UTC, datetime

import pytest

from grader.errors import SubmissionsError
from grader.intake import take_in
from grader.intake.checkouts import committed, notebooks_of

from .conftest import WEEK

NOON = datetime(2026, 11, 1, 11, tzinfo=UTC)


@pytest.mark.parametrize("packed", [False, True])
def test_the_time_is_that_of_the_commit(clone, packed):
    folder = clone("alice", "week1.ipynb", packed=packed)
    assert committed([folder]) == {folder: NOON}


def test_a_detached_head_is_fine_and_what_is_no_repository_has_no_time(clone, tmp_path):
    folder = clone("alice", "week1.ipynb")
    commit = (folder / ".git/refs/heads/main").read_text()
    (folder / ".git/HEAD").write_text(commit)
    assert committed([folder]) == {folder: NOON}
    for head in ("ref: refs/heads/../../../secret", "ref: refs/heads/none", "0" * 40, "", "\xff" * 10):
        (folder / ".git/HEAD").write_text(head)
        assert committed([folder]) == {}
    assert committed([tmp_path]) == {}


def test_settings_of_a_clone_start_no_program(clone, tmp_path):
    folder = clone("alice", "week1.ipynb")
    trap = tmp_path / "trapped"
    program = f"!touch {trap}"
    with (folder / ".git/config").open("a") as config:
        config.write(
            f"[core]\n\tfsmonitor = touch {trap}\n\tpager = touch {trap}\n\tsshCommand = touch {trap}\n"
            f"[log]\n\tshowSignature = true\n[gpg]\n\tprogram = touch {trap}\n[alias]\n\tcat-file = {program}\n"
            f"[include]\n\tpath = {trap}\n"
        )
    for hook in (folder / ".git/hooks").iterdir():
        hook.write_text(f"#!/bin/sh\ntouch {trap}\n")
        hook.chmod(0o755)
    assert committed([folder]) == {folder: NOON}
    assert not trap.exists()
    subprocess.run(["git", "status"], cwd=folder, capture_output=True, check=False)
    assert trap.exists(), "git itself, run in the clone, falls into the trap"


def test_each_checkout_is_a_student_and_its_notebook_the_weeks(clone, tmp_path):
    clone("alice", "assignments/week1/week1.ipynb", "assignments/week2/week2.ipynb")
    clone("bo", "anything.ipynb", "README.md")
    clone("cy", "README.md")
    (tmp_path / "clones" / "dan.ipynb").write_text("dan")
    intake = take_in(WEEK, [tmp_path / "clones"])
    assert [(s.student, s.name, s.came_in) for s in intake.submissions] == [
        ("alice", "alice/assignments/week1/week1.ipynb", NOON),
        ("bo", "bo/anything.ipynb", NOON),
        ("dan", "dan.ipynb", "file"),
    ]
    assert intake.notes == ["no notebook in the checkouts of: cy"]


def test_a_link_to_a_neighbour_or_to_the_solution_is_no_submission(clone, tmp_path):
    mallory = clone("mallory", "README.md")
    alice = clone("alice", "week1.ipynb")
    solution = tmp_path / "solution.ipynb"
    solution.write_text("all of it")
    (mallory / "week1.ipynb").symlink_to(solution)
    (mallory / "folder").symlink_to(alice)
    assert notebooks_of(mallory, WEEK) == []
    assert [s.student for s in take_in(WEEK, [tmp_path / "clones"]).submissions] == ["alice"]


def test_two_notebooks_that_could_be_meant_are_told(clone, tmp_path):
    clone("alice", "a/week1.ipynb", "b/week1.ipynb")
    with pytest.raises(SubmissionsError) as caught:
        take_in(WEEK, [tmp_path / "clones"])
    assert "the checkout of 'alice' has 2 notebooks that could be meant: a/week1.ipynb, b/week1.ipynb" in str(
        caught.value
    )


def test_checkouts_without_any_notebook_are_an_error(clone, tmp_path):
    clone("alice", "README.md")
    with pytest.raises(SubmissionsError, match="no notebook in this folder"):
        take_in(WEEK, [tmp_path / "clones"])
