"""From the PATHs of the command line, of whatever kind, to one notebook per student."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Literal

from grader.errors import SubmissionsError
from grader.intake.archives import notebooks_in
from grader.intake.checkouts import committed, is_checkout, notebooks_of
from grader.intake.platforms import Named, recognise
from grader.submission import Submission, as_text, notebooks_below

__all__ = ["Intake", "take_in"]

AT_MOST = 10
"""Students that one note names."""


@dataclass(frozen=True)
class Intake:
    """One notebook per student, and what the user should know of how they were found."""

    submissions: list[Submission]
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Notebook:
    """A notebook that may be a submission."""

    path: Path
    relative: PurePosixPath
    """Below the folder, or in the zip, that was given."""
    folder: str
    """Name of the folder that it lies in, or of the zip: the student's, where the notebook is named for the week."""
    shown: str
    """For messages."""
    came_in: datetime | Literal["file", "unknown"] = "file"
    student: str = ""
    """Whose it is, where that is known already."""


def take_in(week: str, paths: Sequence[Path], room: Path | None = None, largest: int = 10 * 1024**2) -> Intake:
    """The submissions of a week, ordered by student.

    Args:
        week: Name of the assignment.
        paths: Notebooks, folders and zips. The student is the file's stem, unless that is the week's name: then the
            name of its folder. Names that Canvas and Moodle give in their downloads are understood; of several uploads
            of a student the latest counts. A folder's children that are git checkouts are a student each.
        room: Where zips are unpacked; it must last as long as the submissions are used.
        largest: Bytes that a notebook may have.

    Raises:
        SubmissionsError: A path is missing or holds no notebook, or a student has two notebooks of which none is the
            later one.
    """
    notes: list[str] = []
    found: list[_Notebook] = []
    for number, path in enumerate(paths):
        if path.suffix.lower() == ".zip" and path.is_file():
            found += _unzipped(path, _room(path, room, number), largest, notes)
        elif path.is_dir():
            found += _in_folder(path, week, notes)
        else:
            found += [
                _Notebook(p, PurePosixPath(name), p.resolve().parent.name, str(p)) for p, name in notebooks_below(path)
            ]
    named: list[tuple[Named, _Notebook]] = []
    mine: list[_Notebook] = []
    for notebook in {notebook.path.resolve(): notebook for notebook in found}.values():
        said = None if notebook.student else recognise(notebook.relative)
        if said is None:
            mine.append(replace(notebook, student=notebook.student or _student(notebook, week)))
        else:
            named.append((said, notebook))
    return Intake(_one_each([*mine, *_latest(named, week, notes)], week), notes)


def _unzipped(path: Path, room: Path, largest: int, notes: list[str]) -> list[_Notebook]:
    entries, left_out = notebooks_in(path, room, largest)
    if left_out:
        notes.append(f"{path.name}: left out, for they are links, encrypted or damaged: {_some(left_out)}")
    if not entries:
        raise SubmissionsError(
            "no notebook in this zip", where=str(path), remedy="A submission is a file that ends in .ipynb."
        )
    return [
        _Notebook(e.path, e.relative, e.relative.parent.name or path.stem, f"{path.name}/{as_text(str(e.relative))}")
        for e in entries
    ]


def _room(path: Path, room: Path | None, number: int) -> Path:
    if room is None:
        raise SubmissionsError("a zip is not unpacked here", where=str(path), remedy="Unpack it, and name the folder.")
    folder = room / f"zip-{number}"
    folder.mkdir(parents=True)
    return folder


def _in_folder(folder: Path, week: str, notes: list[str]) -> list[_Notebook]:
    checkouts = [child for child in sorted(folder.iterdir()) if child.is_dir() and is_checkout(child)]
    cloned = _cloned(checkouts, week, notes)
    apart = {checkout.name for checkout in checkouts}
    found: list[_Notebook] = []
    # Without any checkout, a folder without notebooks is an error.
    for path, _ in notebooks_below(folder) if not cloned or _has_notebook(folder, apart) else []:
        relative = PurePosixPath(path.relative_to(folder).as_posix())
        if relative.parts[0] not in apart:
            found.append(_Notebook(path, relative, path.resolve().parent.name, str(path)))
    return cloned + found


def _cloned(checkouts: list[Path], week: str, notes: list[str]) -> list[_Notebook]:
    """The notebook of each checkout, which is a student's."""
    times = committed(checkouts)
    found: list[_Notebook] = []
    empty: list[str] = []
    for checkout in checkouts:
        student = as_text(checkout.name)
        mine = notebooks_of(checkout, week)
        if len(mine) > 1:
            raise SubmissionsError(
                f"the checkout of '{_plain(student)}' has {len(mine)} notebooks that could be meant: "
                + _plain(", ".join(as_text(path.relative_to(checkout).as_posix()) for path in mine[:AT_MOST])),
                where=str(checkout),
                remedy=f"The one to grade is called {week}.ipynb; name the notebooks themselves, or remove the others.",
            )
        if not mine:
            empty.append(student)
            continue
        relative = PurePosixPath(mine[0].relative_to(checkout.parent).as_posix())
        found.append(_Notebook(mine[0], relative, student, str(mine[0]), times.get(checkout, "unknown"), student))
    if empty:
        notes.append(f"no notebook in the checkouts of: {_some(empty)}")
    return found


def _has_notebook(folder: Path, apart: set[str]) -> bool:
    """There is a notebook outside of these children."""
    return any(path.relative_to(folder).parts[0] not in apart for path in folder.rglob("*.ipynb"))


def _student(notebook: _Notebook, week: str) -> str:
    """By the name of the file, or of its folder where the file is named for the week."""
    if notebook.relative.stem != week:
        return as_text(notebook.relative.stem)
    return as_text(notebook.folder)


def _latest(found: Iterable[tuple[Named, _Notebook]], week: str, notes: list[str]) -> list[_Notebook]:
    """Of what came through a platform, the latest upload of each student."""
    uploads: defaultdict[str, list[tuple[tuple[bool, int, int], Named, _Notebook]]] = defaultdict(list)
    for said, notebook in found:
        uploads[as_text(said.student)].append((_rank(said, week), said, notebook))
    chosen: list[_Notebook] = []
    again: list[str] = []
    late: list[str] = []
    for student, mine in sorted(uploads.items()):
        mine.sort(key=lambda each: each[0])
        rank, said, notebook = mine[-1]
        if len(mine) > 1:
            other = mine[-2]
            if other[0] == rank:
                raise _two(student, other[2].shown, notebook.shown, week)
            again.append(f"{student} ({as_text(said.title)}, not {as_text(other[1].title)})")
        if said.late:
            late.append(student)
        chosen.append(replace(notebook, student=student, came_in="unknown"))
    if again:
        notes.append(f"handed in more than one notebook, of which the latest counts: {_some(again)}")
    if late:
        notes.append(f"late by Canvas's mark, which does not say how late: {_some(late)}")
    return chosen


def _rank(said: Named, week: str) -> tuple[bool, int, int]:
    """What is named for the week comes before what is not; then the later upload; then the larger number behind it."""
    stem = PurePosixPath(said.title).stem
    if stem == week:
        return True, said.order, 0
    again = re.fullmatch(re.escape(week) + r"-(\d{1,6})", stem)
    return again is not None, said.order, int(again[1]) if again else 0


def _one_each(notebooks: list[_Notebook], week: str) -> list[Submission]:
    found: dict[str, _Notebook] = {}
    for notebook in notebooks:
        other = found.setdefault(notebook.student, notebook)
        if other is not notebook:
            raise _two(notebook.student, other.shown, notebook.shown, week)
    return [
        Submission(student=student, path=one.path, name=as_text(str(one.relative)), came_in=one.came_in)
        for student, one in sorted(found.items())
    ]


def _two(student: str, first: str, second: str, week: str) -> SubmissionsError:
    return SubmissionsError(
        _plain(f"student '{student}' has two notebooks: {first} and {second}"),
        remedy="Keep one of them, or rename a file: the student is the file's name, "
        f"or its folder's where the file is called {week}.ipynb.",
    )


def _plain(text: str) -> str:
    """Names from a zip or a clone, such that they do nothing to a terminal."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)


def _some(names: list[str]) -> str:
    shown = _plain(", ".join(names[:AT_MOST]))
    return f"{shown} and {len(names) - AT_MOST} more" if len(names) > AT_MOST else shown
