"""From finished runs to scorecards: the rubric and the due date of a week, applied to what the gradebook keeps."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

from grader.collector import resting_collector
from grader.course import Assignment, Course
from grader.crew import Crew
from grader.errors import CourseError
from grader.gradebook import Judged, Kept, Stored
from grader.judge import BoundCriterion, compile_rubric, judge
from grader.lateness import LatePolicy, lateness, read_times
from grader.observation import Observations
from grader.scorecard import RunSummary, Scorecard, Scores
from grader.stored import StoredObservations

if TYPE_CHECKING:
    from grader.gradebook import Gradebook

__all__ = ["GradedClass", "Scorer", "rejudge_class"]


@dataclass(frozen=True)
class GradedClass:
    """The scores of a class, and what they rest on."""

    course: Course
    scores: Scores
    observations: Mapping[str, Observations]
    """By student."""
    earlier: Mapping[str, Scorecard] = field(default_factory=dict)
    """Of students who handed in another file before: that file, judged by the rubric of today."""
    notes: tuple[str, ...] = ()
    """What the user should know of scores that are not what they seem."""


@dataclass(frozen=True)
class Scorer:
    """A week's rubric and due date, read and checked."""

    course: Course
    assignment: Assignment
    rubric: tuple[BoundCriterion, ...]
    due: datetime | None
    late: LatePolicy
    times: Mapping[str, datetime] | None
    """Student -> when the notebook came in, by the course's table; None where the files themselves tell."""

    @classmethod
    def of(cls, course: Course, week: str) -> Self:
        """The scorer of a week.

        Raises:
            CourseError: The week, its rubric or its table of times is wrong.
        """
        assignment = course.assignment(week)
        rubric = compile_rubric(assignment.rubric, where=str(assignment.folder / "rubric.toml"))
        settings = course.settings.weeks[week]
        times = None if settings.times is None else read_times(course.root, settings.times)
        return cls(course, assignment, rubric, settings.due, settings.late, times)

    def submitted(
        self, student: str, path: Path, came_in: datetime | Literal["file", "unknown"] = "file"
    ) -> datetime | None:
        """When a notebook came in: by the course's table, or else as `Submission.came_in` has it.

        Raises:
            CourseError: The table does not name the student.
        """
        if self.times is None:
            if came_in != "file":
                return None if came_in == "unknown" else came_in
            try:
                return datetime.fromtimestamp(path.stat().st_mtime, UTC)
            except OSError:  # that it cannot be read is told elsewhere
                return None
        if student not in self.times:
            raise CourseError(
                f"the table of times does not name '{student}'",
                where=f"course.toml: weeks.{self.assignment.week}.times",
                remedy="Add a row, with the name that the notebook has.",
            )
        return self.times[student]

    def judge(self, kept: Kept, name: str, submitted: datetime | None, *, reused: bool) -> Judged:
        """Judge a run.

        Args:
            kept: The run.
            name: Path of the notebook, as reports show it.
            submitted: When it came in.
            reused: The run was made for an earlier command.
        """
        run = kept.observations.run
        card = Scorecard.of(
            student=kept.student,
            notebook=name,
            sha256=kept.sha256,
            run=RunSummary(status=run.status, seconds=round(run.seconds, 1), reused=reused, message=run.message),
            verdicts=judge(self.rubric, kept.observations),
        )
        late = lateness(submitted, self.due, self.late)
        return Judged(card, kept.run, self.assignment.rubric.max_score, submitted, late)

    def judged(self, card: Scorecard, run: Stored, written: str) -> Judged:
        """What judging a stored run comes to, where another process wrote the scorecard."""
        card = card.model_copy(update={"run": card.run.model_copy(update={"reused": True})})
        submitted = (self.times or {}).get(run.student, run.submitted)
        late = lateness(submitted, self.due, self.late)
        return Judged(card, run.run, self.assignment.rubric.max_score, submitted, late, written)

    def earlier(self, book: "Gradebook") -> dict[str, Scorecard]:
        """Student -> the submission before the last one, judged by the rubric as it is now."""
        runs = book.earlier(self.assignment.week)
        return {kept.student: self.judge(kept, kept.notebook, None, reused=True).card for kept in runs}

    def scores(self, cards: Sequence[Scorecard]) -> Scores:
        """The scores of a class."""
        return Scores(
            assignment=self.assignment.week, max_score=self.assignment.rubric.max_score, submissions=tuple(cards)
        )


@dataclass(frozen=True)
class _Judging:
    """Judges runs as they are stored, in whatever process."""

    scorer: Scorer

    def __call__(self, runs: Sequence[Stored]) -> list[str | None]:
        """Of each run the scorecard, as the gradebook keeps it; None where this version cannot read the run."""
        return [None if (kept := run.read()) is None else self._judge(kept) for run in runs]

    def _judge(self, kept: Kept) -> str:
        return Judged.as_kept(self.scorer.judge(kept, kept.notebook, None, reused=False).card)


@resting_collector()
def rejudge_class(course: Course, week: str, book: "Gradebook", *, crew: Crew | None = None) -> GradedClass:
    """Apply the rubric and the due date as they are now to all that the gradebook keeps of a week; no notebook runs.

    A run that this version cannot read keeps the scorecard that it has, and a note says so.

    Args:
        course: The course.
        week: Name of the assignment.
        book: Its gradebook, which only this process reads and writes.
        crew: Shares the judging; the scores are the same without.

    Raises:
        CourseError: The week or its rubric is wrong, or nothing was observed yet.
    """
    scorer = Scorer.of(course, week)
    runs: list[Stored] = []

    def read() -> Iterator[Stored]:
        for run in book.stored(week):
            runs.append(run)
            yield run

    judged: list[Judged] = []
    texts: dict[str, str] = {}
    unread: list[str] = []
    for number, written in enumerate((crew or Crew(1)).each(_Judging(scorer), read())):
        run = runs[number]
        if written is not None:
            judged.append(scorer.judged(Scorecard.model_validate_json(written), run, written))
            texts[run.student] = run.observations
        else:
            unread.append(run.student)
    if not judged and not unread:
        raise CourseError(
            "there are no observations to judge",
            where=book.name,
            remedy=f"Run `grader grade {week} PATH...` first.",
        )
    judged.sort(key=lambda each: each.card.student)
    cards = [*book.record(week, judged, why="rejudged")]
    if unread:
        cards += filter(None, (book.scorecard(week, student) for student in unread))
        cards.sort(key=lambda card: card.student)
    scores, notes = scorer.scores(cards), [_unread(week, sorted(unread))] if unread else []
    return GradedClass(course, scores, StoredObservations(texts), scorer.earlier(book), tuple(notes))


def _unread(week: str, students: Sequence[str]) -> str:
    some = ", ".join(students[:5]) + (", ..." if len(students) > 5 else "")
    return (
        f"What was observed of {some} ({len(students)} in all) was kept by another version of the grader, and cannot "
        f"be judged again: their scores stand as they were. `grader grade {week} PATH...` runs their notebooks anew."
    )
