"""A class of stub-sized submissions, graded for real but for the notebooks.

Each run takes a moment in which a child process lives, as a sandbox does. What begins is written to FOLDER/begun.

`python stub_class.py` starts graders on command, as forks, which spares each of them the imports.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from grader.course import find_course
from grader.errors import Interrupted
from grader.grade import ClassGrader
from grader.gradebook import Gradebook
from grader.intake import take_in
from grader.interrupts import interruptible
from grader.observation import CellRun, Figure, Observations, Run, RunStatus
from grader.report import write_reports
from grader.run import RunOutcome
from grader.sandbox import Job, Result, Sandbox
from grader.scoring import Scorer
from grader.scratch import scratch_folder, sweep
from grader.submission import Submission

SECONDS = 0.1
RUBRIC = """
title = "Stubs"
image_shape = [32, 32, 3]
functions = [{ name = "create_model", role = "model" }]
[[criteria]]
id = "runs"
check = "notebook_runs"
title = "It runs"
points = 10
"""


def make(folder: Path, students: int) -> None:
    """A course of one week, and its submissions."""
    (folder / "solutions" / "week1").mkdir(parents=True)
    (folder / "solutions" / "course.toml").write_text('title = "Stubs"\n[weeks.week1]\ndata = "cats-dogs"\n')
    (folder / "solutions" / "week1" / "rubric.toml").write_text(RUBRIC)
    (folder / "class").mkdir()
    for number in range(students):
        (folder / "class" / f"s{number:02}.ipynb").write_text(f"{{{number}}}")


class NoSandbox(Sandbox):
    """Only asked to stop."""

    name = "no"
    isolates = True

    def run(self, job: Job, spool: Path) -> Result:
        raise NotImplementedError


@dataclass(frozen=True)
class StubRunner:
    """Takes a moment, and observes what the student's number says."""

    folder: Path
    sandbox: Sandbox
    environment: ClassVar[Mapping[str, str]] = {}

    def key(self, digest: str) -> str:
        return f"key-{digest}"

    def run(self, submission: Submission, digest: str) -> RunOutcome:
        with (self.folder / "begun").open("a") as begun:
            begun.write(f"{submission.student}\n")
        with scratch_folder("stub"):
            moments = 0
            while moments < 10 or self._is_held(submission.student):
                moments += 1
                subprocess.run(["sleep", str(SECONDS / 10)], check=True)
                if self.sandbox.stopping.is_set():
                    raise Interrupted("stopped")
        return RunOutcome(expected(submission.student), executed=f"executed {submission.student}")

    def _is_held(self, student: str) -> bool:
        """FOLDER/hold names the number from which on students wait, so that a test can strike in time."""
        hold = self.folder / "hold"
        return hold.exists() and int(student[1:]) >= int(hold.read_text() or 0)


def expected(student: str) -> Observations:
    """What a student's notebook is observed to do: every third one fails."""
    number = int(student[1:])
    status = RunStatus.OK if number % 3 else RunStatus.TIMEOUT
    cells = (CellRun(index=0, status="ok" if number % 3 else "timeout"),)
    return Observations(
        run=Run(status=status, seconds=1, cells=cells), figures=(Figure(cell=number, width=1, height=1, colours=1),)
    )


def main(folder: Path, place: Path | str, out: Path) -> int:
    """Grade the class, as the command does."""
    course = find_course(folder)
    sweep()
    with Gradebook(place) as book:
        sandbox = NoSandbox()
        grader = ClassGrader(
            scorer=Scorer.of(course, "week1"),
            submissions=take_in("week1", [folder / "class"]).submissions,
            runner=StubRunner(folder, sandbox),
            book=book,
            jobs=2,
            rerun=False,
        )
        try:
            with interruptible(lambda: "Stopped.", "Go on."):
                graded = grader.run()
        except Interrupted as error:
            print(error, file=sys.stderr)
            return error.exit_code
    write_reports(graded.scores, out, templates=Path(os.environ["STUB_TEMPLATES"]), observations=graded.observations)
    return 0


def serve() -> None:
    """Obey lines of JSON, and answer with a number: the id of a grader that was started, or its exit status, if any."""
    for line in sys.stdin:
        order = json.loads(line)
        if "end" in order:
            pid, status = os.waitpid(order["end"], 0 if order["now"] else os.WNOHANG)
            answer = os.waitstatus_to_exitcode(status) if pid else None
        else:
            answer = os.fork()
            if not answer:
                folder, place, out, errors, tempfile.tempdir = (*map(Path, order["start"]), order["temporary"])
                sys.stderr = errors.open("w")
                code = main(folder, place, out)
                sys.stderr.close()
                os._exit(code)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    serve()
