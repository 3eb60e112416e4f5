"""A class: run what is new, judge everything, keep the observations. One bad submission never costs another."""

import os
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import psutil

from grader.bases.files import weights_file
from grader.course import Assignment, Course
from grader.datasets import course_secret, ensure, ensure_holdout, inside_paths, training_sample
from grader.errors import CourseError
from grader.judge import BoundCriterion, compile_rubric, judge
from grader.observation import Observations, Run, RunStatus
from grader.run import Runner, RunOutcome
from grader.sandbox import Sandbox
from grader.scorecard import RunSummary, Scorecard, Scores
from grader.store import Kept, ObservationStore
from grader.submission import Submission, find_submissions

__all__ = ["ClassGrader", "GradedClass", "rejudge_class"]

TRAINING_SAMPLE = 200
"""Training images that the trained model is asked about: a standard error of 2 points or less at 90 %."""
EXPECTED_BYTES = 1500 * 1024**2
"""Memory of one job with TensorFlow, a small network and a data set; decides how many run at once."""


@dataclass(frozen=True)
class GradedClass:
    """The scores of a class, and what they rest on."""

    course: Course
    scores: Scores
    observations: dict[str, Observations]
    """By student."""


@dataclass(frozen=True)
class ClassGrader:
    """Everything that grading one class needs, checked before the first notebook runs."""

    course: Course
    assignment: Assignment
    rubric: tuple[BoundCriterion, ...]
    submissions: list[Submission]
    runner: Runner
    store: ObservationStore
    jobs: int
    rerun: bool
    _stopped: list[bool] = field(default_factory=list)

    @classmethod
    def prepare(
        cls,
        course: Course,
        week: str,
        paths: list[Path],
        out: Path,
        *,
        sandbox: Sandbox,
        jobs: int | None = None,
        rerun: bool = False,
    ) -> Self:
        """Find the submissions, read the rubric, make the data.

        Args:
            course: The course.
            week: Name of the assignment.
            paths: Notebooks and folders of them.
            out: Folder of the reports; observations are kept below it.
            sandbox: Where notebooks run.
            jobs: Submissions at once; None for what cores and memory allow.
            rerun: Run every notebook, even where an unchanged one was observed before.

        Raises:
            CourseError: The week or its rubric is wrong.
            SubmissionsError: The paths hold no gradeable set of submissions.
            DataError: The data set cannot be made.
        """
        assignment = course.assignment(week)
        rubric = _compile(assignment)
        submissions = find_submissions(week, paths)
        secret = course_secret(course.private)
        source, each = assignment.source, assignment.each
        folder = ensure(assignment.data, source=source)
        # Without isolation, notebooks share the machine's own folders and would delete each other's files.
        count = (jobs or _jobs(len(submissions))) if sandbox.isolates else 1
        runner = Runner(
            assignment=assignment,
            limits=course.limits(week),
            sandbox=sandbox,
            data=inside_paths(assignment.data, folder) | _base(assignment),
            training=training_sample(assignment.data, TRAINING_SAMPLE, source=source, each=each),
            holdout=ensure_holdout(assignment.data, secret, course.private, source=source),
            secret=secret,
            environment=_threads(),
        )
        store = ObservationStore(out / "observations")
        return cls(course, assignment, rubric, submissions, runner, store, count, rerun)

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
            KeyboardInterrupt: After Ctrl-C; submissions that were finished are kept and are not run again.
        """
        cards: dict[str, Scorecard] = {}
        observations: dict[str, Observations] = {}
        pool = ThreadPoolExecutor(max_workers=self.jobs)
        try:
            futures = [pool.submit(self._one, submission, started) for submission in self.submissions]
            for future in as_completed(futures):
                card, seen = future.result()
                cards[card.student], observations[card.student] = card, seen
                finished(card)
        except BaseException:
            self._stopped.append(True)
            raise
        finally:
            pool.shutdown(wait=not self._stopped, cancel_futures=True)
        ordered = tuple(cards[submission.student] for submission in self.submissions)
        return GradedClass(self.course, _scores(self.assignment, ordered), observations)

    def _one(self, submission: Submission, started: Callable[[str], None]) -> tuple[Scorecard, Observations]:
        started(submission.student)
        digest = ""
        try:
            digest = submission.digest()
            key = self.runner.key(digest)
            kept = None if self.rerun else self.store.load(submission.student)
            if kept is not None and kept.key == key:
                return _card(self.rubric, kept, submission.name, reused=True), kept.observations
            outcome = self.runner.run(submission, digest)
        except Exception as error:  # noqa: BLE001 - our fault; it holds this score and costs no other student anything
            outcome = RunOutcome(_internal(error), executed=None)
            key = ""
        kept = Kept(
            student=submission.student,
            notebook=submission.name,
            sha256=digest,
            key="" if outcome.observations.run.status is RunStatus.INTERNAL else key,
            observations=outcome.observations,
        )
        try:
            self.store.save(kept, outcome.executed)
        except ValueError as error:  # something that no file can hold, which measuring let through
            kept = kept.model_copy(update={"key": "", "observations": _internal(error)})
            self.store.save(kept, None)
        return _card(self.rubric, kept, submission.name, reused=False), kept.observations


def rejudge_class(course: Course, week: str, out: Path) -> GradedClass:
    """Apply the rubric as it is now to the observations that `grade` kept in `out`; no notebook runs.

    Raises:
        CourseError: The week or its rubric is wrong, or nothing was observed yet.
    """
    assignment = course.assignment(week)
    rubric = _compile(assignment)
    store = ObservationStore(out / "observations")
    everything = [kept for student in store.students() if (kept := store.load(student)) is not None]
    if not everything:
        raise CourseError(
            "there are no observations to judge",
            where=str(out),
            remedy=f"Run `grader grade {week} PATH...` first, or name its folder with --out DIR.",
        )
    cards = tuple(_card(rubric, kept, kept.notebook, reused=True) for kept in everything)
    return GradedClass(course, _scores(assignment, cards), {kept.student: kept.observations for kept in everything})


def _base(assignment: Assignment) -> dict[str, Path]:
    """Where notebooks expect the weights of the week's pretrained base -> the file; empty where there is none."""
    return {} if assignment.base is None else {assignment.base.inside: weights_file(assignment.base)}


def _compile(assignment: Assignment) -> tuple[BoundCriterion, ...]:
    return compile_rubric(assignment.rubric, where=str(assignment.folder / "rubric.toml"))


def _card(rubric: tuple[BoundCriterion, ...], kept: Kept, name: str, *, reused: bool) -> Scorecard:
    run = kept.observations.run
    return Scorecard.of(
        student=kept.student,
        notebook=name,
        sha256=kept.sha256,
        run=RunSummary(status=run.status, seconds=round(run.seconds, 1), reused=reused, message=run.message),
        verdicts=judge(rubric, kept.observations),
    )


def _scores(assignment: Assignment, cards: tuple[Scorecard, ...]) -> Scores:
    return Scores(assignment=assignment.week, max_score=assignment.rubric.max_score, submissions=cards)


def _internal(error: Exception) -> Observations:
    where = traceback.extract_tb(error.__traceback__)[-1]
    message = f"{type(error).__name__}: {error} ({Path(where.filename).name}:{where.lineno})"[:500]
    return Observations(run=Run(status=RunStatus.INTERNAL, seconds=0.0, message=message))


def _jobs(submissions: int) -> int:
    """As many at once as cores and free memory allow."""
    cores = len(os.sched_getaffinity(0))
    memory = int(psutil.virtual_memory().available // EXPECTED_BYTES)
    return max(1, min(submissions, cores, memory))


def _threads() -> dict[str, str]:
    """One thread a job: cores are kept busy by jobs, and sums in one order make the same model train the same way."""
    return {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1", "OMP_NUM_THREADS": "1"}
