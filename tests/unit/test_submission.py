"""From paths to one notebook a student."""

import hashlib

import pytest

from grader.errors import SubmissionsError
from grader.intake import take_in


def notebook(path, text="{}"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_the_student_is_the_stem_or_the_folder_of_a_file_named_for_the_week(tmp_path):
    notebook(tmp_path / "alice.ipynb")
    notebook(tmp_path / "bob" / "week1.ipynb")
    found = take_in("week1", [tmp_path]).submissions
    assert [(s.student, s.name) for s in found] == [("alice", "alice.ipynb"), ("bob", "bob/week1.ipynb")]


def test_checkpoints_and_hidden_folders_are_left_out(tmp_path):
    notebook(tmp_path / "alice.ipynb")
    notebook(tmp_path / ".ipynb_checkpoints" / "alice-checkpoint.ipynb")
    notebook(tmp_path / ".git" / "x.ipynb")
    assert [s.student for s in take_in("week1", [tmp_path]).submissions] == ["alice"]


def test_two_notebooks_of_one_student_are_an_error_that_names_both(tmp_path):
    one = notebook(tmp_path / "a" / "alice.ipynb")
    two = notebook(tmp_path / "alice" / "week1.ipynb")
    with pytest.raises(SubmissionsError) as caught:
        take_in("week1", [tmp_path])
    assert str(one) in str(caught.value)
    assert str(two) in str(caught.value)


def test_the_same_file_named_twice_is_one_submission(tmp_path):
    path = notebook(tmp_path / "alice.ipynb")
    assert len(take_in("week1", [tmp_path, path]).submissions) == 1


def test_missing_empty_and_foreign_paths_are_told(tmp_path):
    with pytest.raises(SubmissionsError, match="no such file"):
        take_in("week1", [tmp_path / "none"])
    with pytest.raises(SubmissionsError, match="no notebook in this folder"):
        take_in("week1", [tmp_path])
    with pytest.raises(SubmissionsError, match="not a notebook"):
        take_in("week1", [notebook(tmp_path / "alice.py")])


def test_the_digest_is_of_the_bytes(tmp_path):
    path = notebook(tmp_path / "alice.ipynb", "hello")
    assert take_in("week1", [path]).submissions[0].digest() == hashlib.sha256(b"hello").hexdigest()


def test_a_name_that_is_no_text_is_spelt_out(tmp_path):
    import os

    (tmp_path / os.fsdecode(b"caf\xe9.ipynb")).write_text("{}")
    (found,) = take_in("week1", [tmp_path]).submissions
    assert found.student == "caf\\udce9"
    assert found.name == "caf\\udce9.ipynb"
    assert found.digest()
