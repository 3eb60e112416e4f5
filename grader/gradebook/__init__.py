"""The course's memory: runs, observations, scorecards, and every change of a score with who, when and why."""

from typing import TYPE_CHECKING, Any

from grader.gradebook.records import (
    Change,
    Claim,
    Comment,
    Judged,
    Kept,
    Override,
    Standing,
    Stored,
)

if TYPE_CHECKING:
    from grader.gradebook.book import Gradebook

__all__ = ["Change", "Claim", "Comment", "Gradebook", "Judged", "Kept", "Override", "Standing", "Stored"]


def __getattr__(name: str) -> Any:
    """The gradebook itself where it is asked for: helpers that only judge start twice as quickly without a database."""
    if name != "Gradebook":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from grader.gradebook.book import Gradebook  # noqa: PLC0415

    return Gradebook
