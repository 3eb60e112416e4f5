"""From two commits to a graded result: what changed, by whom, run and judged by the trusted course's rubric."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from grader.ci.changes import LARGEST, Change, Changes, sort_out
from grader.ci.context import Context, student_name
from grader.ci.git import Repository
from grader.ci.result import Note, Result
from grader.course import Course
from grader.errors import SubmissionsError
from grader.scorecard import Scores
from grader.scoring import GradedClass
from grader.scratch import scratch_folder

__all__ = ["Grade", "Graded", "Range", "find_range", "grade_changes"]

Grade = Callable[[Course, str, list[Path]], GradedClass]
"""Grades a week's notebooks, each in a folder that is named for its student."""


@dataclass(frozen=True)
class Range:
    """The commits between which something changed."""

    base: str
    """What the branch would be merged into: rubric and grader's settings come from there."""
    start: str
    """Where the branch began."""
    head: str


@dataclass(frozen=True)
class Graded:
    """What came of a pull request."""

    result: Result
    classes: Mapping[str, GradedClass]
    """By week."""


def find_range(repository: Repository, told: Context, *, base: str | None, head: str | None) -> Range:
    """The commits to compare.

    Args:
        repository: The checkout of the pull request.
        told: What the CI system says; where it says nothing, the remote's default branch and HEAD are compared.
        base: A branch, tag or commit that was named instead.
        head: The same, for the other end.

    Raises:
        SubmissionsError: A commit is not here, or the two have no history in common.
    """
    start = _commit(repository, (base or told.base or "origin/HEAD",), option="--base")
    end = _commit(repository, (head,) if head else (told.head, "HEAD"), option="--head")
    return Range(start, repository.merge_base(start, end), end)


def grade_changes(
    repository: Repository, where: Range, course: Course, *, author: str, grade: Grade, say: Callable[[str], None]
) -> Graded:
    """Grade the notebooks that changed.

    Args:
        repository: Where they are.
        where: The commits to compare.
        course: The trusted course.
        author: The student; empty to take the names of files.
        grade: Grades one week.
        say: Told what is going on, in one line each.

    Raises:
        GraderError: Something is wrong with the course, or with this machine.
    """
    entries = repository.changed(where.start, where.head)
    changes = sort_out(entries, list(course.settings.weeks), student_name(author) if author else "")
    changes, too_large = _without_large(repository, changes)
    classes = {}
    for week in dict.fromkeys(change.week for change in changes.found):
        those = [change for change in changes.found if change.week == week]
        say(f"{week}: {len(those)} notebook{'' if len(those) == 1 else 's'}")
        with scratch_folder("submissions") as folder:
            for change in those:
                (folder / change.student).mkdir()
                repository.write(change.entry.blob, folder / change.student / f"{week}.ipynb")
            classes[week] = _named(grade(course, week, [folder / change.student for change in those]), those)
    notes = (*changes.notes, *too_large)
    if len(notes) > 50:
        rest = Note.about(
            "", f"{len(notes) - 49} more notebooks are not graded.", wrong=any(n.wrong for n in notes[49:])
        )
        notes = (*notes[:49], rest)
    slim = tuple(_without_evidence(each.scores) for each in classes.values())
    return Graded(Result(head=where.head, scores=slim, notes=notes), classes)


def _commit(repository: Repository, names: tuple[str, ...], *, option: str) -> str:
    """The first of the names that means a commit."""
    for name in names:
        found = repository.commit(name) if name else None
        if found is not None:
            return found
    raise SubmissionsError(
        f"the commit '{names[0]}' is not here",
        where=str(repository.top),
        remedy=f"Name one with {option} REF, and fetch the whole history (fetch-depth: 0; GIT_DEPTH: 0).",
    )


def _without_large(repository: Repository, changes: Changes) -> tuple[Changes, list[Note]]:
    kept, notes = [], []
    for change in changes.found:
        size = repository.size(change.entry.blob)
        if size <= LARGEST:
            kept.append(change)
        else:
            text = f"The file has {size // 2**20} MiB, so it is not graded. Clear its outputs, and commit it again."
            notes.append(Note.about(change.entry.path, text, wrong=True))
    return replace(changes, found=tuple(kept)), notes


def _named(graded: GradedClass, those: list[Change]) -> GradedClass:
    """The same, with the notebooks' paths in the repository instead of those of the temporary folder."""
    paths = {change.student: Note.about(change.entry.path, "").path for change in those}
    cards = (
        card.model_copy(update={"notebook": paths.get(card.student, card.notebook)})
        for card in graded.scores.submissions
    )
    return replace(graded, scores=graded.scores.model_copy(update={"submissions": tuple(cards)}))


def _without_evidence(scores: Scores) -> Scores:
    """Evidence is for staff, and makes the record long."""
    cards = (
        card.model_copy(update={"verdicts": tuple(v.model_copy(update={"evidence": {}}) for v in card.verdicts)})
        for card in scores.submissions
    )
    return scores.model_copy(update={"submissions": tuple(cards)})
