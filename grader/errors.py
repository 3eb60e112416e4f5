"""Every error that the grader raises on purpose.

    GraderError                 2   base: what happened, where, and what to do next
    ├── CourseError             2   course.toml, a week's folder, or the data set is wrong
    │   └── RubricError         2   rubric.toml is wrong
    ├── NotebookError           2   a solution or student notebook cannot be read
    ├── SubmissionsError        2   the PATHs of `grader grade` cannot be turned into submissions
    ├── DataError               2   a data set cannot be made, found or trusted
    ├── ClusterError            2   the cluster cannot be reached, is not safe, or is not like this machine
    ├── SandboxUnavailable      4   this machine offers no safe sandbox
    ├── InternalFault           3   our own fault; the score is held, never a zero
    └── Interrupted           130   somebody stopped the grader; what was finished is kept

The number is the exit status of the command line.
"""

__all__ = [
    "ClusterError",
    "CourseError",
    "DataError",
    "GraderError",
    "InternalFault",
    "Interrupted",
    "NotebookError",
    "RubricError",
    "SandboxUnavailable",
    "SubmissionsError",
]


class GraderError(Exception):
    """Base of the tree.

    Args:
        message: What is wrong, in one sentence.
        where: The file, cell, line or key that it concerns.
        remedy: What to do next: a command, an allowed value, a place to look.
    """

    exit_code = 2

    def __init__(self, message: str, *, where: str | None = None, remedy: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        head = f"{self.where}: {self.message}" if self.where else self.message
        return f"{head}\n  {self.remedy}" if self.remedy else head


class CourseError(GraderError):
    """The course's own files are wrong or missing."""


class RubricError(CourseError):
    """A rubric cannot be used."""


class NotebookError(GraderError):
    """A notebook cannot be read, or breaks the rules of the solution mark-up."""


class SubmissionsError(GraderError):
    """The paths given to `grade` hold no gradeable set of submissions."""


class DataError(GraderError):
    """A data set cannot be made, found or trusted."""


class ClusterError(GraderError):
    """A cluster cannot be used: not reached, not safe, or its workers would not run what this machine would."""


class SandboxUnavailable(GraderError):
    """No safe sandbox is to be had on this machine."""

    exit_code = 4


class InternalFault(GraderError):
    """Our own fault; whoever it concerns gets a held score and never a zero."""

    exit_code = 3


class Interrupted(GraderError):
    """Somebody stopped the grader, by Ctrl-C or a signal. What was finished is kept."""

    exit_code = 130
    """What shells say of a program that Ctrl-C ended: 128 and the number of the signal."""
