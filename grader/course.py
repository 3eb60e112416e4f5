"""The course: the folder tree that `solutions/course.toml` heads."""

import os
import tomllib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, Self

from pydantic import AwareDatetime, Field, ValidationError, model_validator

from grader.base import BASES, Base, BaseName
from grader.errors import CourseError
from grader.lateness import LatePolicy, TimeTable
from grader.model import Model
from grader.near import did_you_mean
from grader.rubric import Role, Rubric, explain_validation, load_rubric

__all__ = ["Assignment", "Course", "CourseSettings", "DataSettings", "Limits", "find_course"]

MARKER = Path("solutions") / "course.toml"
GRADEBOOK = "GRADER_GRADEBOOK"
"""Environment variable that says where the gradebook is, whatever course.toml says."""


class Limits(Model):
    """What one run may use; the run's status says which limit ended it."""

    cell_seconds: float = Field(default=120, gt=0)
    """Wall clock of one cell."""
    run_seconds: float = Field(default=420, gt=0)
    """Wall clock of the whole notebook, probes included."""
    memory_bytes: int = Field(default=3 * 1024**3, gt=0)
    """Summed over all processes of the sandbox, with what they wrote to its disk."""
    disk_bytes: int = Field(default=1024**3, gt=0)
    """All that a run can write; it lives in memory while the run lasts, and may be at most half of that."""
    file_bytes: int = Field(default=256 * 1024**2, gt=0)
    """One file."""
    processes: int = Field(default=256, gt=0)
    """Processes and threads together."""
    cpu_seconds: float = Field(default=1800, gt=0)
    """Processor time of all processes together."""
    open_files: int = Field(default=2048, ge=256)
    """Files, sockets and pipes open at once, in all processes together."""
    entries: int = Field(default=100_000, gt=0)
    """Files, folders and links that a run can make."""
    output_bytes: int = Field(default=4 * 1024**2, gt=0)
    """Text and pictures that all cells print."""
    cell_output_bytes: int = Field(default=3 * 1024**2, gt=0)
    """Text and pictures that one cell prints."""
    messages: int = Field(default=20_000, gt=0)
    """Pieces in which all cells print; a progress bar is one for each of its steps that is shown."""
    cell_messages: int = Field(default=10_000, gt=0)
    """Pieces in which one cell prints."""
    notebook_bytes: int = Field(default=10 * 1024**2, gt=0)
    """The submitted file."""

    @model_validator(mode="after")
    def _files_leave_room(self) -> Self:
        """Stopping a process gives its memory back, but not that of its files: our own program needs the other half."""
        if self.disk_bytes > self.memory_bytes // 2:
            raise ValueError(
                f"disk_bytes ({self.disk_bytes}) may be at most half of memory_bytes ({self.memory_bytes}), "
                "for what a run writes is held in memory"
            )
        return self


class DataSettings(Model):
    """One data set's entry in course.toml."""

    source: Literal["stand-in", "real"] = "stand-in"
    """The drawn files, or those of the public archive, which `grader data fetch NAME` brings."""


class WeekSettings(Model):
    """One assignment's entry in course.toml."""

    data: str
    """Name of its data set."""
    each: int | None = Field(default=None, ge=20)
    """A week about learning from little says here on how many undamaged pictures of each class, the first by number,
    its notebook trains: training accuracy is asked of those only."""
    limits: Limits | None = None
    """Limits in which this week differs from the course; those that it does not name stay as they are."""
    base: BaseName = "shipped"
    """Where a week loads a pretrained base: the one that ships, or one that `grader data fetch NAME` brings."""
    due: AwareDatetime | None = None
    """The last moment that is in time, with its offset, such as 2026-11-30T23:59:00+01:00; none by default."""
    late: LatePolicy = LatePolicy()
    """What handing in after that costs."""
    times: TimeTable | None = None
    """The table that says when each student handed in; without one it is the time of the file's last change."""


class CourseSettings(Model):
    """The content of `solutions/course.toml`."""

    schema_version: Literal[1] = 1
    title: str = Field(min_length=1)
    repository: str = ""
    """`owner/name` on GitHub, for the Colab badge; empty for none."""
    branch: str = "main"
    install: str = ""
    """What the first cell of a student notebook gives to `pip install` where the grader is missing."""
    weeks: dict[str, WeekSettings] = Field(min_length=1)
    data: dict[str, DataSettings] = Field(default_factory=dict)
    """Where data sets come from, by name; those that are not named are stand-ins."""
    keras: Literal["keras", "tf_keras"] = "keras"
    """What `import keras` and `tf.keras` are while a notebook is graded: Keras 3, or with "tf_keras" the Keras 2 of
    older notebooks, for which the package `tf_keras` must be installed."""
    helpers: tuple[str, ...] = ("helper_utils", "unittests")
    """Modules that lay beside notebooks of the public course; here they are there, and do nothing."""
    gradebook: str = Field(default=".grader/gradebook.sqlite", min_length=1)
    """Where runs and scores are kept: path of an SQLite file, relative to the course, or a PostgreSQL URL."""
    limits: Limits = Limits()


@dataclass(frozen=True)
class Assignment:
    """One week's work."""

    week: str
    folder: Path
    rubric: Rubric
    data: str
    """Name of its data set."""
    source: Literal["stand-in", "real"] = "stand-in"
    """Whether its data set is drawn or the real one."""
    base: Base | None = None
    """The pretrained base, where the week loads one."""
    each: int | None = None
    """How many pictures of each class the notebook trains on; None for most of them."""

    helpers: tuple[str, ...] = ()
    """Modules that notebooks import and that do nothing here."""
    keras: Literal["keras", "tf_keras"] = "keras"
    """What `import keras` gives to its notebooks."""

    @property
    def solution(self) -> Path:
        """The solution notebook."""
        return self.folder / "solution.ipynb"


@dataclass(frozen=True)
class Course:
    """A course on disk."""

    root: Path
    settings: CourseSettings

    @property
    def private(self) -> Path:
        """Secrets and caches of this course: never in git, never in a sandbox."""
        return self.root / ".grader"

    @property
    def templates(self) -> Path:
        """Jinja templates of the notebook and the reports."""
        return self.root / "templates"

    @property
    def gradebook(self) -> Path | str:
        """Path of the gradebook's SQLite file, or URL of its PostgreSQL database.

        The environment variable GRADER_GRADEBOOK wins, so that a password need not stand in course.toml.
        """
        said = os.environ.get(GRADEBOOK) or self.settings.gradebook
        return said if "://" in said else self.root / said

    def student_notebook(self, week: str) -> Path:
        """Where the generated notebook of a week belongs."""
        return self.root / "assignments" / week / f"{week}.ipynb"

    def limits(self, week: str) -> Limits:
        """What one run of a week may use."""
        own = self.settings.weeks[week].limits
        return self.settings.limits.model_copy(update=own.model_dump(exclude_unset=True) if own else {})

    def require_keras(self) -> None:
        """Make sure that the Keras which the course chose is installed.

        Raises:
            CourseError: It is not; says how to get it.
        """
        if self.settings.keras == "tf_keras" and find_spec("tf_keras") is None:
            raise CourseError(
                'this course grades with keras = "tf_keras", and that package is not installed',
                where=str(self.root / MARKER),
                remedy='Install it with: pip install tf_keras (or say keras = "keras" there, which is Keras 3).',
            )

    def assignment(self, week: str) -> Assignment:
        """One week, with its rubric.

        Raises:
            CourseError: The week is unknown; suggests the nearest name.
            RubricError: Its rubric is wrong.
        """
        settings = self.settings.weeks.get(week)
        if settings is None:
            raise CourseError(
                f"there is no week '{week}' in this course",
                where=str(self.root / MARKER),
                remedy=f"{did_you_mean(week, self.settings.weeks)}The weeks are: {', '.join(self.settings.weeks)}.",
            )
        folder = self.root / "solutions" / week
        rubric = load_rubric(folder / "rubric.toml")
        loads = any(function.role is Role.PRETRAINED for function in rubric.functions)
        return Assignment(
            week=week,
            folder=folder,
            rubric=rubric.with_base(settings.base),
            base=BASES[settings.base] if loads and not rubric.weights else None,
            data=settings.data,
            helpers=self.settings.helpers,
            keras=self.settings.keras,
            source=self.settings.data.get(settings.data, DataSettings()).source,
            each=settings.each,
        )


def find_course(start: Path) -> Course:
    """The course that `start` lies in: the nearest folder upwards that holds `solutions/course.toml`.

    Raises:
        CourseError: There is none, or its settings are wrong.
    """
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / MARKER).is_file():
            return Course(root=folder, settings=_load_settings(folder / MARKER))
    raise CourseError(
        f"no course here: neither this folder nor one above it holds {MARKER.as_posix()}",
        where=str(start),
        remedy="Change into the course folder, or name it with --course DIR.",
    )


def _load_settings(path: Path) -> CourseSettings:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"the file cannot be read: {error}", where=str(path)) from error
    except tomllib.TOMLDecodeError as error:
        raise CourseError(f"this is not valid TOML: {error}", where=str(path)) from error
    try:
        return CourseSettings.model_validate(data)
    except ValidationError as error:
        where, message = explain_validation(error, data, CourseSettings)
        raise CourseError(message, where=f"{path}: {where}") from error
