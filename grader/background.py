"""Gathers what the pages of a class show besides scorecards: functions, the student notebook, training images."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.course import Course
from grader.datasets.catalogue import find_dataset, folder_of
from grader.errors import GraderError
from grader.notebook import read_notebook
from grader.report import Background
from grader.scorecard import Scorecard

__all__ = ["background_of"]


def background_of(course: Course, week: str, *, earlier: Mapping[str, Scorecard]) -> Background:
    """The background of one assignment; what is not here is left out, and nothing is drawn or fetched for it.

    Args:
        course: The course.
        week: Name of the assignment.
        earlier: Student -> scorecard of the submission before this one.

    Raises:
        CourseError: The week or its rubric is wrong.
    """
    assignment = course.assignment(week)
    return Background(
        functions={c.id: c.function for c in assignment.rubric.criteria if c.function},
        stub=_stub(course.student_notebook(week), course.settings.limits.notebook_bytes),
        picture_of=_pictures(assignment.data, assignment.source),
        previous=earlier,
    )


def _stub(notebook: Path, most: int) -> list[str]:
    try:
        cells = read_notebook(notebook, max_bytes=most).cells
    except GraderError:  # not generated, so nothing can be told from a student's own code
        return []
    return [cell.source for cell in cells if cell.cell_type == "code"]


@dataclass(frozen=True)
class _Pictures:
    """Finds training images by folder and name, below the data set's folder and nowhere else."""

    homes: Mapping[str, Path]

    def __call__(self, name: str) -> Path | None:
        where, _, file = name.rpartition("/")
        home = self.homes.get(where)
        if home is None or file != Path(file).name or file in {"", ".", ".."}:
            return None
        return home / file if (home / file).is_file() else None


def _pictures(data: str, source: str) -> Callable[[str], Path | None]:
    folder = folder_of(data, source=source)
    return _Pictures({Path(part).name: folder / part for part in find_dataset(data).training})
