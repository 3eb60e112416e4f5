"""A class: run what is new, judge everything, keep it in the gradebook. One bad submission never costs another."""

import errno
import os
import shutil
import tempfile
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import BoundedSemaphore, Event
from typing import Self

import psutil

from grader.bases.files import weights_file
from grader.borderline import seeds_wanted
from grader.course import Assignment, Course
from grader.datasets import course_secret, ensure, ensure_holdout, inside_paths, training_sample
from grader.errors import InternalFault, Interrupted
from grader.gradebook import Claim, Gradebook, Judged, Kept
from grader.intake import take_in
from grader.observation import Observations, Run, RunStatus
from grader.probe import keras_api
from grader.run import Runner, RunOutcome
from grader.sampling import images_asked
from grader.sandbox import Sandbox
from grader.scorecard import Scorecard
from grader.scoring import GradedClass, Scorer
from grader.scratch import sweep
from grader.stored import StoredObservations
from grader.submission import Submission

__all__ = ["ClassGrader"]

TRAINING_SAMPLE = 200
"""Training images that the trained model is asked about: an interval of 5 points to either side at 85 %."""
EXPECTED_BYTES = 1500 * 1024**2
"""Memory of one job with TensorFlow, a small network and a data set; decides how many run at once."""
PAUSE = 0.3
"""Seconds between two looks whether another grader has finished what we wait for."""
LEAST_DISK = 2**20
"""Bytes; with less of it, what fails is taken to fail for want of room."""


@dataclass(frozen=True)
class _Work:
    """A submission to be graded."""

    submission: Submission
    submitted: datetime | None
    digest: str
    """Of the file; empty where it cannot be read."""
    key: str
    """Of the run; empty where there is no digest."""


@dataclass(frozen=True)
class _Done:
    """A submission that was graded."""

    card: Scorecard
    observations: str
    """As JSON."""
    close: Observations | None = None
    """The observations, where the rubric asks for further runs before this may stand."""


@dataclass(frozen=True)
class ClassGrader:
    """Everything that grading one class needs, checked before the first notebook runs."""

    scorer: Scorer
    submissions: list[Submission]
    runner: Runner
    book: Gradebook
    jobs: int
    rerun: bool
    notes: tuple[str, ...] = ()
    """What the user should know of how the submissions were found."""

    @property
    def assignment(self) -> Assignment:
        """The week."""
        return self.scorer.assignment

    @classmethod
    def prepare(
        cls,
        course: Course,
        week: str,
        paths: list[Path],
        book: Gradebook,
        *,
        sandbox: Sandbox,
        jobs: int | None = None,
        rerun: bool = False,
        room: Path | None = None,
    ) -> Self:
        """Find the submissions, read the rubric, make the data, and sweep up after graders that were killed.

        Args:
            course: The course.
            week: Name of the assignment.
            paths: Notebooks, folders of them, and zips.
            book: Where runs and scores are kept.
            sandbox: Where notebooks run.
            jobs: Submissions at once; None for what cores and memory allow.
            rerun: Run every notebook, even where an unchanged one was observed before.
            room: A folder to unpack zips in, which lasts as long as the class is graded.

        Raises:
            CourseError: The week or its rubric is wrong, or the Keras of the course is not installed.
            SubmissionsError: The paths hold no gradeable set of submissions.
            DataError: The data set cannot be made.
        """
        course.require_keras()
        scorer = Scorer.of(course, week)
        assignment = scorer.assignment
        limits = course.limits(week)
        intake = take_in(week, paths, room, limits.notebook_bytes)
        submissions, notes = intake.submissions, intake.notes
        for submission in submissions:
            scorer.submitted(submission.student, submission.path, submission.came_in)
        if scorer.due is not None and scorer.times is None and any(s.came_in != "file" for s in submissions):
            notes.append(
                "when work came in is not said by downloads of Canvas and Moodle (nobody is late then), and by git "
                f"only as students say it; a table says it for sure: weeks.{week}.times in course.toml"
            )
        sweep()
        secret = course_secret(course.private)
        source, each = assignment.source, assignment.each
        folder = ensure(assignment.data, source=source)
        # Without isolation, notebooks share the machine's own folders and would delete each other's files.
        count = (jobs or sandbox.places or _jobs(len(submissions))) if sandbox.isolates else 1
        notebooks = count if jobs or sandbox.places or not sandbox.isolates else min(count, _cores())
        images = images_asked(scorer.rubric)
        holdout = partial(ensure_holdout, assignment.data, secret, course.private, source=source, images=images)
        runner = Runner(
            assignment=assignment,
            limits=limits,
            sandbox=sandbox,
            data=inside_paths(assignment.data, folder) | _base(assignment),
            training=training_sample(assignment.data, TRAINING_SAMPLE, source=source, each=each),
            holdout=holdout(),
            secret=secret,
            environment=_threads() | keras_api.environment(assignment.keras),
            other_holdout=None if source == "real" else lambda draw: holdout(draw=draw),
            turn=BoundedSemaphore(notebooks),
        )
        return cls(scorer, submissions, runner, book, count, rerun, tuple(notes))

    def run(
        self,
        *,
        started: Callable[[str], None] = lambda _: None,
        finished: Callable[[Scorecard], None] = lambda _: None,
    ) -> GradedClass:
        """Grade the class.

        Args:
            started: Told a student's name when the run begins.
            finished: Told each scorecard when it is there.

        Raises:
            InternalFault: The gradebook cannot be written, or the disk is full.
            KeyboardInterrupt: After Ctrl-C.

        Whatever ends it early, nothing is left running, and what was finished is kept and is not run again.
        """
        work = [self._look_at(submission) for submission in self.submissions]
        done = {} if self.rerun else {name: one for name, one in self._reuse(work).items() if one.close is None}
        for each in done.values():
            finished(each.card)
        todo = [one for one in work if one.submission.student not in done]
        if todo:
            self.runner.sandbox.begin(self.runner.environment)
        pool, ended = ThreadPoolExecutor(max_workers=self.jobs), Event()
        try:
            while todo:
                busy = []
                futures = {pool.submit(self._one, one, started): one for one in todo}
                for future in as_completed(futures):
                    result = future.result()
                    if result is None:
                        busy.append(futures[future])
                    else:
                        done[result.card.student] = result
                        finished(result.card)
                todo = busy
                ended.wait(PAUSE if todo else 0)
        except BaseException:
            self.runner.sandbox.stop()
            raise
        finally:
            pool.shutdown(cancel_futures=True)
        ordered = [done[submission.student] for submission in self.submissions]
        texts = {each.card.student: each.observations for each in ordered}
        scores = self.scorer.scores([each.card for each in ordered])
        return GradedClass(self.scorer.course, scores, StoredObservations(texts), self.scorer.earlier(self.book))

    def trial(self, submission: Submission) -> tuple[Scorecard, Observations]:
        """Run and judge a submission from the start, and keep nothing of it.

        Raises:
            InternalFault: No more can be run.
        """
        work = self._look_at(submission)
        seen = self._run(work, None).observations
        kept = Kept(submission.student, submission.name, work.digest, "", seen)
        return self.scorer.judge(kept, submission.name, work.submitted, reused=False).card, seen

    def _look_at(self, submission: Submission) -> _Work:
        submitted = self.scorer.submitted(submission.student, submission.path, submission.came_in)
        try:
            digest = submission.digest()
        except OSError:  # told when it is read again
            return _Work(submission, submitted, "", "")
        return _Work(submission, submitted, digest, self.runner.key(digest))

    def _reuse(self, work: Sequence[_Work]) -> dict[str, _Done]:
        """All that was run before, judged by the rubric as it is now."""
        by_student = {one.submission.student: one for one in work}
        judged: list[Judged] = []
        texts: list[tuple[str, Observations | None]] = []
        week, policy = self.assignment.week, self.assignment.rubric.borderline
        for kept, text in self.book.kept(week, {name: one.key for name, one in by_student.items() if one.key}):
            one = by_student[kept.student]
            judged.append(self.scorer.judge(kept, one.submission.name, one.submitted, reused=True))
            close = seeds_wanted(policy, judged[-1].card.verdicts, kept.observations)
            texts.append((text, kept.observations if close else None))
        cards = self.book.record(week, judged, why="graded")
        return {card.student: _Done(card, *rest) for card, rest in zip(cards, texts, strict=True)}

    def _one(self, work: _Work, started: Callable[[str], None]) -> _Done | None:
        """Run one submission, unless another grader has done so; None while another one is about it."""
        week, student, key = self.assignment.week, work.submission.student, work.key
        before: Observations | None = None
        if key:
            claim = self.book.claim(week, student, key, again=self.rerun)
            if claim is Claim.DONE:
                reused = self._reuse([work]).get(student)
                before = reused.close if reused else None
                if reused and before is None:
                    return reused
                claim = self.book.claim(week, student, key, again=True)  # it cannot be read, or needs more runs
            if claim is Claim.BUSY:
                return None
        started(student)
        outcome = self._run(work, before)
        unusable = outcome.observations.run.status is RunStatus.INTERNAL
        kept = Kept(student, work.submission.name, work.digest, "" if unusable else key, outcome.observations)
        try:
            return self._keep(work, kept, outcome.executed)
        except ValueError as error:  # something that no file can hold, which measuring let through
            return self._keep(work, Kept(student, kept.notebook, kept.sha256, "", _internal(error)), None)

    def _run(self, work: _Work, before: Observations | None) -> RunOutcome:
        """Run a submission; one that was run `before`, only as often as its result, close to a threshold, needs."""
        submission = work.submission
        try:
            if before is None:
                outcome = self.runner.run(submission, work.digest or submission.digest())
            else:
                executed = self.book.executed(self.assignment.week, submission.student)
                outcome = RunOutcome(self.runner.settle(submission, work.digest, before), executed)
        except (Interrupted, InternalFault):  # no more can be run, whoever's notebook it is
            raise
        except Exception as error:  # our fault; it holds this score and costs no other student anything
            if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
                raise _no_room() from error
            outcome = RunOutcome(_internal(error), executed=None)
        if outcome.observations.run.status is RunStatus.INTERNAL and _disk_is_full():
            raise _no_room()
        return outcome

    def _keep(self, work: _Work, kept: Kept, executed: str | None) -> _Done | None:
        judged = self.scorer.judge(kept, work.submission.name, work.submitted, reused=False)
        card = self.book.finish(self.assignment.week, kept, executed, judged, claimed=work.key)
        return None if card is None else _Done(card, kept.observations.model_dump_json())


def _base(assignment: Assignment) -> dict[str, Path]:
    """Where notebooks expect the weights of the week's pretrained base -> the file; empty where there is none."""
    return {} if assignment.base is None else {assignment.base.inside: weights_file(assignment.base)}


def _internal(error: Exception) -> Observations:
    where = traceback.extract_tb(error.__traceback__)[-1]
    message = f"{type(error).__name__}: {error} ({Path(where.filename).name}:{where.lineno})"[:500]
    return Observations(run=Run(status=RunStatus.INTERNAL, seconds=0.0, message=message))


def _disk_is_full() -> bool:
    return shutil.disk_usage(tempfile.gettempdir()).free < LEAST_DISK


def _no_room() -> InternalFault:
    return InternalFault(
        "the disk is full, so no notebook can be run",
        where=tempfile.gettempdir(),
        remedy="Make room, or name another folder in TMPDIR, and run the same command again: all that is done is kept.",
    )


def _jobs(submissions: int) -> int:
    """As many at once as cores and free memory allow: a notebook for each core, and some that are before or after."""
    memory = int(psutil.virtual_memory().available // EXPECTED_BYTES)
    return max(1, min(submissions, _cores() + (_cores() + 1) // 2, memory))


def _cores() -> int:
    return len(os.sched_getaffinity(0))


def _threads() -> dict[str, str]:
    """One thread a job: cores are kept busy by jobs, and sums in one order make the same model train the same way."""
    return {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1", "OMP_NUM_THREADS": "1"}
