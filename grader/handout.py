"""What a student notebook carries of its rubric in its metadata, so that `grader check` works without the course."""

from typing import Any, Literal, Self

from pydantic import Field, ValidationError

from grader.model import Model
from grader.notebook import NotebookNode
from grader.rubric import Criterion, FunctionContract, Rubric

__all__ = ["Handout", "Later"]

KEY = "grader"
"""Of a notebook's metadata."""

STAFF = frozenset({"pytest", "written"})
"""Checks that lie with the instructor: tests beside the rubric, and answers that somebody reads."""


class Later(Model):
    """A criterion that only grading decides."""

    title: str
    points: float


class Handout(Model):
    """The criteria that students can try by themselves, and the names of the others."""

    schema_version: Literal[1] = 1
    week: str
    data: str = ""
    """Name of the data set."""
    image_shape: tuple[int, int, int]
    functions: tuple[FunctionContract, ...] = Field(min_length=1)
    criteria: tuple[Criterion, ...] = ()
    """The public ones, each about one function, so that it can be tried without training."""
    later: tuple[Later, ...] = ()
    """The others: about the whole run, the trained model or the holdout, or read by people."""

    @classmethod
    def of(cls, rubric: Rubric, *, week: str, data: str) -> Self:
        """The part of a rubric that students may have."""
        mine = tuple(c for c in rubric.criteria if c.public and c.function and c.check not in STAFF)
        ids = {criterion.id for criterion in mine}
        return cls(
            week=week,
            data=data,
            image_shape=rubric.image_shape,
            functions=tuple(
                f.model_copy(update={"instead": {k: v for k, v in f.instead.items() if k in ids}})
                for f in rubric.functions
            ),
            criteria=tuple(c.model_copy(update={"needs": tuple(n for n in c.needs if n in ids)}) for c in mine),
            later=tuple(Later(title=c.title, points=c.points) for c in rubric.criteria if c.id not in ids),
        )

    @classmethod
    def read(cls, notebook: NotebookNode) -> Self | None:
        """What a notebook carries; None where it carries nothing, or somebody changed it beyond reading."""
        try:
            return cls.model_validate(notebook.metadata.get(KEY))
        except ValidationError:
            return None

    def as_metadata(self) -> dict[str, Any]:
        """What `read` reads, for a notebook's metadata."""
        return {KEY: {"schema_version": 1, **self.model_dump(mode="json", exclude_defaults=True)}}
