"""Which changed notebooks are submissions: of which week, and whose."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from grader.ci.context import student_name
from grader.ci.git import Entry
from grader.ci.result import Note
from grader.near import did_you_mean

__all__ = ["Change", "Changes", "sort_out"]

NOT_SUBMITTED = frozenset({"solutions", "templates"})
"""Top folders of a course that hold no submissions."""
LARGEST = 100 * 1024**2
"""Bytes; a larger blob is not even written to a file."""


@dataclass(frozen=True)
class Change:
    """A notebook to be graded."""

    week: str
    student: str
    entry: Entry


@dataclass(frozen=True)
class Changes:
    """What a branch changed, as far as it concerns the grader."""

    found: tuple[Change, ...]
    notes: tuple[Note, ...]
    """Why other notebooks are not graded."""


def sort_out(entries: Iterable[Entry], weeks: Collection[str], author: str) -> Changes:
    """Tell the submissions among changed files.

    Args:
        entries: What changed.
        weeks: Names of the course's weeks.
        author: Whose branch it is, as the CI system says; empty where it says nothing. Without one the student is the
            file's stem, or the folder's name where the stem is the week's, as with `grader grade`.

    Raises:
        SubmissionsError: The author's name could be taken for a path.
    """
    author = student_name(author) if author else ""
    found: dict[tuple[str, str], list[Entry]] = {}
    notes = []
    for entry in entries:
        path = PurePosixPath(entry.path)
        if (
            path.suffix != ".ipynb"
            or any(part.startswith(".") for part in path.parts)
            or path.parts[0] in NOT_SUBMITTED
        ):
            continue
        week = _week(path, weeks)
        if week is None:
            notes.append(Note.about(entry.path, _belongs_to_none(path, weeks)))
        elif not entry.is_file:
            notes.append(Note.about(entry.path, "This is a link, not a file. Commit the notebook itself.", wrong=True))
        elif student := author or _student(path, week):
            found.setdefault((week, student), []).append(entry)
        else:
            notes.append(
                Note.about(entry.path, "It cannot be told whose it is. Name the student with --student.", wrong=True)
            )
    changes = []
    for (week, student), those in sorted(found.items()):
        if len(those) == 1:
            changes.append(Change(week, student, those[0]))
            continue
        names = ", ".join(entry.path for entry in those[:5])
        text = f"{student} changed {len(those)} notebooks of {week}: {names}. Keep one of them; none was graded."
        notes.append(Note.about(those[0].path, text, wrong=True))
    return Changes(tuple(changes), tuple(notes))


def _week(path: PurePosixPath, weeks: Collection[str]) -> str | None:
    """The week whose folder is the nearest, or else that which the file is named for."""
    return next((name for name in (*reversed(path.parent.parts), path.stem) if name in weeks), None)


def _student(path: PurePosixPath, week: str) -> str:
    """By the rule of `grader grade`; empty where the folder is the week's own."""
    name = path.stem if path.stem != week else path.parent.name
    return "" if name in {"", week} else name.encode("utf-8", "backslashreplace").decode()


def _belongs_to_none(path: PurePosixPath, weeks: Collection[str]) -> str:
    for name in (*reversed(path.parent.parts), path.stem):
        near = did_you_mean(name, weeks, cutoff=0.75)
        if near:
            return f"No week is called '{name}'. {near.strip()}"
    return f"Its path names no week. To hand it in, put it below assignments/WEEK/; weeks are {', '.join(weeks)}."
