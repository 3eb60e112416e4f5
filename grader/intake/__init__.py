"""Submissions as they come: notebooks, folders, downloads from Canvas and Moodle as zips or unpacked, git checkouts."""

from grader.intake.take_in import Intake, take_in

__all__ = ["Intake", "take_in"]
