"""However a grader ends, the same command goes on: nothing is lost, nothing is done twice, no score is wrong."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE
from typing import Any

import pytest

from grader.gradebook import Gradebook

from . import stub_class

ROOT = Path(__file__).parents[3]
STUDENTS = 16


class Grader:
    """A grader at work, as a fork of the server."""

    def __init__(self, server: subprocess.Popen[str], folder: Path, place: Path, out: Path) -> None:
        self._server = server
        self._errors = out.with_suffix(".errors")
        paths = [str(path) for path in (folder, place, out, self._errors)]
        self.pid = self._ask({"start": paths, "temporary": str(folder / "temporary")})
        self.code: int | None = None

    def has_ended(self) -> bool:
        if self.code is None:
            self.code = self._ask({"end": self.pid, "now": False})
        return self.code is not None

    def signal(self, number: int) -> int:
        """Exit status after a signal."""
        if not self.has_ended():
            os.kill(self.pid, number)
        return self.end()

    def end(self) -> int:
        """Exit status, when it has ended."""
        if not self.has_ended():
            self.code = self._ask({"end": self.pid, "now": True})
        assert self.code is not None
        return self.code

    @property
    def said(self) -> str:
        return self._errors.read_text()

    def _ask(self, order: dict[str, Any]) -> Any:
        assert self._server.stdin
        assert self._server.stdout
        print(json.dumps(order), file=self._server.stdin, flush=True)
        return json.loads(self._server.stdout.readline())


class Class:
    """A class, its gradebook, and graders that come and go."""

    def __init__(self, server: subprocess.Popen[str], folder: Path) -> None:
        self.folder = folder
        self.place = folder / ".grader" / "gradebook.sqlite"
        self.temporary = folder / "temporary"
        self.temporary.mkdir()
        stub_class.make(folder, STUDENTS)
        self._server = server

    def start(self, out: str = "out") -> Grader:
        return Grader(self._server, self.folder, self.place, self.folder / out)

    def finished(self) -> int:
        """Runs in the gradebook."""
        if not self.place.exists():
            return 0
        with Gradebook(self.place) as book:
            return len(book.runs("week1"))

    def start_and_wait(self, count: int, *outs: str) -> list[Grader]:
        """Start graders that come no farther than two runs after so many, and wait until so many are finished."""
        (self.folder / "hold").write_text(str(count + 2))
        graders = [self.start(out) for out in outs or ["out"]]
        while self.finished() < count:
            assert not graders[0].has_ended(), graders[0].said
            time.sleep(0.02)
        return graders

    def let_go(self) -> None:
        (self.folder / "hold").unlink()

    def is_sound(self, out: str = "out") -> None:
        with Gradebook(self.place) as book:
            assert book.check() == []
            assert set(book.runs("week1").values()) == {1}, "a run was made twice"
            assert len(book.runs("week1")) == STUDENTS
            for student, run in ((run.student, run) for run, _, _ in book.latest("week1")):
                assert run.observations == stub_class.expected(student)
                assert book.executed("week1", student) == f"executed {student}"
                assert len(book.history("week1", student)) == 1
        scores = json.loads((self.folder / out / "scores.json").read_text())
        assert {card["student"]: card["score"] for card in scores["submissions"]} == {
            f"s{number:02}": 10.0 if number % 3 else 0.0 for number in range(STUDENTS)
        }
        assert not list(self.temporary.iterdir()), "a temporary folder was left"

    def finish(self, *graders: Grader) -> None:
        for grader in graders:
            assert grader.end() == 0, grader.said


@pytest.fixture(scope="module")
def server() -> Iterator[subprocess.Popen[str]]:
    """Starts graders."""
    environment = os.environ | {"STUB_TEMPLATES": str(ROOT / "templates")}
    words = [sys.executable, stub_class.__file__]
    with subprocess.Popen(words, env=environment, text=True, stdin=PIPE, stdout=PIPE) as process:
        yield process


@pytest.fixture
def stubs(server: subprocess.Popen[str], tmp_path: Path) -> Class:
    return Class(server, tmp_path)


def test_a_grader_that_is_killed_again_and_again_comes_to_its_end(stubs):
    before: dict[str, int] = {}
    for count in (3, 6, 9):
        (grader,) = stubs.start_and_wait(count)
        assert grader.signal(signal.SIGKILL) == -signal.SIGKILL
        with Gradebook(stubs.place) as book:
            assert book.check() == []
            now = {run.student: run.run for run, _, _ in book.latest("week1")}
        assert before.items() <= now.items(), "a finished run was lost"
        before = now
    assert len(before) >= 9
    stubs.let_go()
    stubs.finish(stubs.start())
    stubs.is_sound()
    begun = (stubs.folder / "begun").read_text().split()
    assert len(begun) <= STUDENTS + 3 * 2, "more was run again than what was running when it was killed"


def test_two_graders_share_the_work_and_one_goes_on_when_the_other_is_killed(stubs):
    stubs.finish(stubs.start("one"), stubs.start("two"))
    stubs.is_sound("one")
    stubs.is_sound("two")
    assert len((stubs.folder / "begun").read_text().split()) == STUDENTS
    for path in stubs.place.parent.glob("gradebook*"):
        path.unlink()
    first, second = stubs.start_and_wait(4, "one", "two")
    assert first.signal(signal.SIGKILL) == -signal.SIGKILL
    stubs.let_go()
    stubs.finish(second)
    stubs.finish(stubs.start("one"))
    stubs.is_sound("one")
    stubs.is_sound("two")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_grader_that_is_asked_to_stop_says_how_to_go_on(stubs, number):
    (grader,) = stubs.start_and_wait(2)
    assert grader.signal(number) == 128 + number
    assert grader.said == "Stopped.\n  Go on.\n"
    assert not list(stubs.temporary.iterdir())
    assert 2 <= stubs.finished() < STUDENTS
    stubs.let_go()
    stubs.finish(stubs.start())
    stubs.is_sound()


@pytest.mark.slow
def test_fifty_kills_at_random_moments_lose_and_double_nothing(stubs):
    moments = random.Random(5)
    kills = classes = 0
    while kills < 50:
        grader = stubs.start()
        time.sleep(moments.uniform(0, 0.9))
        kills += grader.signal(signal.SIGKILL) == -signal.SIGKILL
        if stubs.finished() == STUDENTS:
            stubs.finish(stubs.start())
            stubs.is_sound()
            classes += 1
            for path in stubs.place.parent.glob("gradebook*"):
                path.unlink()
    stubs.finish(stubs.start())
    stubs.is_sound()
    print(f"{kills} kills over {classes + 1} classes")
