"""An audit from beginning to end: make the mutants, let them be graded, judge what came of it."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from grader.audit.answers import answered, unanswered
from grader.audit.chance import Measured, Risk, gap_risk, risk_of
from grader.audit.mutants import Cell, Template, read_template
from grader.audit.mutation import Edit, Mutation, find_mutations
from grader.audit.seeds import measured, read_seeds, seeded, write_seeds
from grader.audit.slices import untrained
from grader.audit.verdict import TRAINED, Audit, Trial, judge_trials, needs_training
from grader.course import Course
from grader.errors import CourseError
from grader.judge.overfitting_gap import Parameters as Gap
from grader.measure.answers import written_headings
from grader.notebook import nbformat
from grader.observation import Observations
from grader.scorecard import Scores
from grader.scratch import scratch_folder

__all__ = ["Entry", "Graded", "Plan", "without_dates"]

SOLUTION = "the-solution"
STUB = "as-given-out"


class Graded(Protocol):
    """What grading a folder of notebooks gives."""

    @property
    def scores(self) -> Scores:
        """Of all of them."""

    @property
    def observations(self) -> Mapping[str, Observations]:
        """By name of the notebook."""


@dataclass(frozen=True)
class Entry:
    """A mutant, ready to be handed in."""

    mutation: Mutation
    function: str
    cells: tuple[Cell, ...]
    whole: bool


@dataclass(frozen=True)
class Plan:
    """What is to be tried in one week."""

    course: Course
    week: str
    template: Template
    entries: tuple[Entry, ...]
    all_of_them: bool
    """Nothing was left out but what needs training."""
    quick: bool

    @classmethod
    def make(cls, course: Course, week: str, *, only: Collection[str] = (), quick: bool = False) -> "Plan":
        """Make the mutants of a week.

        Args:
            course: The course.
            week: Name of the assignment.
            only: Names of mutations; empty for all of them.
            quick: Only what needs no training.

        Raises:
            CourseError: The week, its rubric, its solution or a mutation is wrong.
        """
        assignment = course.assignment(week)
        template = answered(read_template(week, assignment.folder / "solution.ipynb", assignment.rubric))
        mutations = find_mutations(week, assignment.folder)
        mutants = [*map(template.mutant, mutations), *unanswered(template)]  # a pattern that fits nothing is told
        unknown = sorted(set(only) - {SOLUTION, *(mutant.mutation.name for mutant in mutants)})
        if unknown:
            raise CourseError(
                f"there is no mutation '{unknown[0]}' for '{week}'", remedy="`grader audit WEEK --list` names all."
            )
        entries = []
        if not only or SOLUTION in only:
            entries.append(_entry(_solution(week), "", template.cells, template, quick=quick))
        for mutant in mutants:
            mutation = mutant.mutation
            if (only and mutation.name not in only) or (quick and not mutation.right and _trains(mutation, template)):
                continue
            if quick and mutation.place in {"training", "curves"}:  # all of which is left out
                continue
            entries.append(_entry(mutation, mutant.function, mutant.cells, template, quick=quick))
        return cls(course, week, template, tuple(entries), all_of_them=not only, quick=quick)

    def run(self, grade: Callable[[Path], Graded]) -> Audit:
        """Hand the mutants in, and judge what came of it.

        Args:
            grade: Grades all notebooks of a folder; the name of each is that of its file.
        """
        with scratch_folder("audit") as folder:
            for entry in self.entries:
                hand_in(entry.cells, folder / f"{entry.mutation.name}.ipynb")
            stub = self.course.student_notebook(self.week)
            if self.all_of_them and stub.is_file():
                (folder / f"{STUB}.ipynb").write_bytes(stub.read_bytes())
            graded = grade(folder)
        cards = {card.student: card for card in graded.scores.submissions}
        trials = [Trial(e.mutation, e.function, e.whole, cards[e.mutation.name]) for e in self.entries]
        rubric = self.template.rubric
        checks = {c.id: c.check for c in rubric.criteria}
        untold = [c for c, check in checks.items() if not self.all_of_them or (self.quick and check in TRAINED)]
        seeds = read_seeds(self.course.assignment(self.week).folder)
        risks = [risk_of(one, minimum) for one in seeds if (minimum := self.minimum(one)) is not None]
        risks += self._gaps(seeds)
        return judge_trials(self.week, rubric, trials, stub=cards.get(STUB), risks=risks, untold=untold)

    def _gaps(self, seeds: Sequence[Measured]) -> list[Risk]:
        """What chance does at a largest gap, where both of its accuracies were measured."""
        checks = {criterion.id: criterion.check for criterion in self.template.rubric.criteria}
        known = {checks[one.criterion]: one for one in seeds if one.criterion in checks}
        found = []
        for criterion in self.template.rubric.criteria:
            if criterion.check == "overfitting_gap" and {"train_accuracy", "holdout_accuracy"} <= set(known):
                asked = Gap.model_validate(criterion.parameters)
                training, holdout = known["train_accuracy"], known["holdout_accuracy"]
                found.append(
                    gap_risk(criterion.id, training, holdout, asked.at_most, asked.learned, granted=asked.chance)
                )
        return found

    def keep(self, entry: "Entry", folder: Path) -> None:
        """Write one mutant as a notebook, to be looked at."""
        folder.mkdir(parents=True, exist_ok=True)
        hand_in(entry.cells, folder / f"{entry.mutation.name}.ipynb")

    def measure(self, grade: Callable[[Path], Graded], count: int) -> Path:
        """Grade the solution with so many seeds, and keep what it reached beside the rubric; gives the file."""
        with scratch_folder("audit") as folder:
            for seed in range(1, count + 1):
                hand_in(seeded(self.template, seed), folder / f"seed-{seed}.ipynb")
            graded = grade(folder)
        runs = [graded.observations[f"seed-{seed}"] for seed in range(1, count + 1)]
        found = measured(self.template.rubric, runs)
        conditions = runs[0].conditions
        versions = conditions.versions if conditions else {}
        return write_seeds(self.course.assignment(self.week).folder, found, versions)

    def minimum(self, one: Measured) -> float | None:
        """The threshold of the criterion that was measured; None where the rubric has no such criterion any more."""
        for criterion in self.template.rubric.criteria:
            found = criterion.parameters.get("minimum")
            if criterion.id == one.criterion and isinstance(found, float):
                return found
        return None


def _solution(week: str) -> Mutation:
    """The change that changes nothing."""
    about = "The solution as it is"
    return Mutation(name=SOLUTION, right=True, about=about, weeks=(week,), place="training", edits=(Edit(after=" "),))


def _trains(mutation: Mutation, template: Template) -> bool:
    return needs_training(mutation, template.rubric)


def _entry(mutation: Mutation, function: str, cells: tuple[Cell, ...], template: Template, *, quick: bool) -> Entry:
    whole = not quick and _trains(mutation, template)
    words = bool(written_headings(template.rubric))
    return Entry(mutation, function, cells if whole else untrained(cells, words=words), whole)


def hand_in(cells: tuple[Cell, ...], path: Path) -> None:
    """Write cells as a notebook, the same bytes each time."""
    notebook = nbformat.v4.new_notebook()
    make = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell}
    notebook.cells = [
        make.get(cell.kind, nbformat.v4.new_raw_cell)(source=cell.source, id=f"cell-{number}")
        for number, cell in enumerate(cells, 1)
    ]
    path.write_text(json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")


def without_dates(course: Course, week: str) -> Course:
    """The course without the due date and the table of times of a week: mutants are no students."""
    weeks = dict(course.settings.weeks)
    weeks[week] = weeks[week].model_copy(update={"due": None, "times": None}) if week in weeks else weeks[week]
    return replace(course, settings=course.settings.model_copy(update={"weeks": weeks}))
