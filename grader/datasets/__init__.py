"""Rendered stand-ins for the data sets of the course, the real ones, and the secret holdout."""

from grader.datasets.catalogue import ensure, ensure_holdout, home, inside_paths, names, parts, training_sample
from grader.datasets.images import LabelledImages
from grader.datasets.secret import course_secret

__all__ = [
    "LabelledImages",
    "course_secret",
    "ensure",
    "ensure_holdout",
    "home",
    "inside_paths",
    "names",
    "parts",
    "training_sample",
]
