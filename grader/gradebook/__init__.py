"""The course's memory: runs, observations, scorecards, and every change of a score with who, when and why."""

from grader.gradebook.book import Gradebook
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

__all__ = ["Change", "Claim", "Comment", "Gradebook", "Judged", "Kept", "Override", "Standing", "Stored"]
