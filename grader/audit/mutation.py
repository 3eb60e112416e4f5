"""Mutations: what students get wrong, and what they may as well write, as tables in TOML.

    [mistakes.rescale-225]                          its name, which is also the mutant's
    about = "Divides by 225 where 255 was meant"
    weeks = ["week1", "week2"]                      not in the file beside a rubric: it is about its own week
    in = "pipelines"                                a role of the rubric's functions, `training`, or `curves`
    find = "ImageDataGenerator(..., rescale=R)"     see `grader.audit.pattern`
    replace = "ImageDataGenerator(..., rescale=1 / 225)"
    caught_by = ["generator"]                       checks, or ids of criteria

    [spellings.logits]                              the same without `caught_by`: it is right, and loses no point

The course's own are in `grader/audit/catalogue`; those of `solutions/<week>/mutations.toml` come on top. There,
`use = [...]` names mutations of the catalogue that hold in that week as well.
"""

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from grader.errors import RubricError
from grader.model import Model
from grader.rubric import explain_validation

__all__ = ["Edit", "Mutation", "find_mutations"]

OWN = "mutations.toml"

Place = Literal[
    "directories",
    "split",
    "pipelines",
    "model",
    "parse",
    "pretrained",
    "cut",
    "callback",
    "training",
    "curves",
    "answer",
]
"""`answer` is for those that `grader.audit.answers` makes by itself."""


class Edit(Model):
    """One change in the cell of a function."""

    find: str = ""
    """A pattern."""
    replace: str = ""
    """What takes its place; nothing by default."""
    either: tuple[tuple[str, str], ...] = ()
    """Several pairs of these, of which the first that fits is used."""
    part: Literal["", "training", "validation"] = ""
    """Only where that part of the data is made: the call that reads its folder or arrays, and its recipe."""
    take: Literal["first", "last", "all"] = "all"
    """Which of several places."""
    body: str = ""
    """In place of `find`: other statements for the whole function, which name its parameters as the rubric does."""
    before: str = ""
    """In place of `find`: statements above the cell's first one, or at the beginning of the function."""
    after: str = ""
    """In place of `find`: statements below the cell's last one."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = [name for name in ("find", "either", "body", "before", "after") if getattr(self, name)]
        if len(ways) != 1:
            raise ValueError("a mutation has one of find, either, body, before, after, or a list of edits")
        return self

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """What to look for, and what to put there."""
        return self.either or ((self.find, self.replace),)


class Mutation(Model):
    """A change of the solution, and who should notice it."""

    name: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    right: bool
    """It stays right, in another spelling."""
    about: str = Field(min_length=1)
    """What the student did, in one sentence."""
    weeks: tuple[str, ...] = Field(min_length=1)
    place: Place
    edits: tuple[Edit, ...] = Field(min_length=1)
    caught_by: tuple[str, ...] = ()
    """Checks or criteria, each of which should fail. Of several criteria with one check, that about the changed
    function is meant."""
    also: tuple[str, ...] = ()
    """Checks or criteria that may fail besides, because the mistake is about them, too."""
    whole: bool = False
    """It shows only where the whole notebook runs."""

    @model_validator(mode="after")
    def _known_for_something(self) -> Self:
        if self.right and (self.caught_by or self.also):
            raise ValueError("a right spelling is caught by nothing")
        if not self.right and not self.caught_by:
            raise ValueError("caught_by is missing: say which check should notice the mistake")
        return self


KINDS = {"mistakes": False, "spellings": True}
EDIT_KEYS = tuple(Edit.model_fields)


def find_mutations(week: str, folder: Path) -> tuple[Mutation, ...]:
    """All that hold in a week: of the catalogue, and of the file beside its rubric.

    Raises:
        RubricError: One of them breaks a rule, or two have the same name.
    """
    catalogue: list[Mutation] = []
    for file in sorted(files("grader.audit").joinpath("catalogue").iterdir(), key=lambda each: each.name):
        if file.name.endswith(".toml"):
            catalogue += _read(file.read_text(encoding="utf-8"), where=file.name, week="")[0]
    own = folder / OWN
    mine, use = _read(own.read_text(encoding="utf-8"), where=str(own), week=week) if own.is_file() else ([], [])
    unknown = sorted(set(use) - {mutation.name for mutation in catalogue})
    if unknown:
        raise RubricError(f"there is no mutation '{unknown[0]}' in the catalogue", where=f"{own}: use")
    chosen = [mutation for mutation in catalogue if week in mutation.weeks or mutation.name in use] + mine
    names = [mutation.name for mutation in chosen]
    for name in names:
        if names.count(name) > 1:
            raise RubricError(f"two mutations have the name '{name}'", where=str(own), remedy="Rename one of them.")
    return tuple(chosen)


def _read(text: str, *, where: str, week: str) -> tuple[list[Mutation], list[str]]:
    try:
        data = tomllib.loads(text)
    except ValueError as error:
        raise RubricError(f"this is not valid TOML: {error}", where=where) from error
    use = data.pop("use", [])
    unknown = sorted(set(data) - set(KINDS))
    if unknown or not isinstance(use, list):
        key = unknown[0] if unknown else "use"
        raise RubricError("unknown key", where=f"{where}: {key}", remedy="Write [mistakes.NAME] or [spellings.NAME].")
    return [
        _mutation(name, table, right=right, where=f"{where}: {kind}.{name}", week=week)
        for kind, right in KINDS.items()
        for name, table in data.get(kind, {}).items()
    ], use


def _mutation(name: str, table: dict[str, Any], *, right: bool, where: str, week: str) -> Mutation:
    rest = dict(table)
    single = {key: rest.pop(key) for key in EDIT_KEYS if key in rest}
    raw: dict[str, Any] = {"name": name, "right": right, "place": rest.pop("in", None), **rest}
    raw["edits"] = [single] * bool(single) + list(rest.get("edits", ()))
    if week:
        raw["weeks"] = (week,)
    try:
        return Mutation.model_validate(raw)
    except ValidationError as error:
        key, message = explain_validation(error, raw)
        raise RubricError(message, where=f"{where}.{key}" if key else where) from error
