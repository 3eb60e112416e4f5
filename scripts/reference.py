#!/usr/bin/env python3
"""Writes docs/reference/ from models, checks and commands, and the list of decisions; `--check` only compares."""

import ast
import inspect
import re
import sys
import textwrap
import tomllib
from collections.abc import Iterator, Sequence
from enum import Enum
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import get_args

import click
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from grader.cli import cli
from grader.course import CourseSettings, DataSettings, Limits, WeekSettings
from grader.judge import CHECK_NAMES
from grader.lateness import LatePolicy, TimeTable
from grader.rubric import Criterion, FunctionContract, Role, Rubric

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
HEAD = "<!-- Written by `make reference`; edit the code that it tells of, not this page. -->\n\n"
BOUNDS = {
    "gt": "more than {}",
    "ge": "at least {}",
    "lt": "less than {}",
    "le": "at most {}",
    "min_length": "not empty",
}
RUBRIC = (("The rubric", Rubric), ("`[[functions]]`", FunctionContract), ("`[[criteria]]`", Criterion))
COURSE = (
    ("The course", CourseSettings),
    ("`[weeks.WEEK]`", WeekSettings),
    ("`[weeks.WEEK.late]`", LatePolicy),
    ("`[weeks.WEEK.times]`", TimeTable),
    ("`[data.NAME]`", DataSettings),
    ("`[limits]` and `[weeks.WEEK.limits]`", Limits),
)


def main() -> None:
    """Write the pages, or with --check say which are out of date; exit status 1 when one is."""
    pages = {
        "reference/rubric.md": rubric_page(),
        "reference/course.md": course_page(),
        "reference/commands.md": commands_page(),
        "decisions/index.md": decisions_page(),
    }
    stale = [name for name, text in pages.items() if not same(DOCS / name, text)]
    if "--check" in sys.argv[1:]:
        for name in stale:
            click.echo(f"docs/{name} is out of date: run `make reference`", err=True)
        sys.exit(1 if stale else 0)
    (DOCS / "reference").mkdir(exist_ok=True)
    for name in stale:
        (DOCS / name).write_text(pages[name], encoding="utf-8")
        click.echo(f"docs/{name}: written")


def same(path: Path, text: str) -> bool:
    """Whether the page is there and says this."""
    return path.is_file() and path.read_text(encoding="utf-8") == text


def rubric_page() -> str:
    """`rubric.toml`: its tables, the roles of functions, and all checks."""
    parts = [
        HEAD + "# Rubric and checks\n",
        "`solutions/WEEK/rubric.toml` names the functions that students write and lists the criteria. "
        "A key that is not in these tables is refused, with its line and the nearest name. "
        "[Course settings](course.md) are a page of their own.\n",
    ]
    for title, model in [*RUBRIC, *nested(Rubric, RUBRIC)]:
        parts += [f"## {title}\n", table(model)]
        if model is FunctionContract:
            parts += ["### Roles\n", "What a function does decides how it is called, and what is measured.\n", roles()]
    parts.append(
        "## Checks\n\nA criterion names its check, and puts the parameters of the check under `parameters`. "
        "Each *mistake* is a code for which `words` may hold a text of your own; braces are filled in.\n"
    )
    parts += [check(name) for name in CHECK_NAMES]
    return "\n".join(parts)


def course_page() -> str:
    """`course.toml`."""
    parts = [
        HEAD + "# Course settings\n",
        "`solutions/course.toml` heads a course. A key that is not here is refused.\n",
    ]
    for title, model in [*COURSE, *nested(CourseSettings, COURSE)]:
        parts += [f"## {title}\n", table(model)]
    return "\n".join(parts)


def nested(model: type[BaseModel], named: Sequence[tuple[str, type]]) -> list[tuple[str, type[BaseModel]]]:
    """Tables of a model that have no name of their own in the lists above."""
    listed = {one for _, one in named}
    return [
        (f"`[{name}]`", one)
        for name, field in model.model_fields.items()
        for one in (field.annotation, *get_args(field.annotation))
        if isinstance(one, type) and issubclass(one, BaseModel) and one not in listed
    ]


def check(name: str) -> str:
    """One check: what it asks, its parameters, the mistakes that it tells apart."""
    module = import_module(f"grader.judge.{name}")
    about = " ".join((module.__doc__ or "").split("\n\n")[0].split())
    about = about.partition(": ")[2] or about
    lines = [f"### `{name}`\n", about[:1].upper() + about[1:] + "\n"]
    if module.Parameters.model_fields:
        lines.append(table(module.Parameters))
    else:
        lines.append("No parameters.\n")
    codes = words().get(name, {})
    if codes:
        lines += ["| mistake | what a student is told |", "| --- | --- |"]
        lines += [f"| `{code}` | {cell(text)} |" for code, text in codes.items() if text]
    return "\n".join(lines) + "\n"


@cache
def words() -> dict[str, dict[str, str]]:
    """The default wordings, by check."""
    table: dict[str, dict[str, str]] = tomllib.loads((ROOT / "grader" / "judge" / "words.toml").read_text("utf-8"))
    return table


def roles() -> str:
    """The roles that a function can have."""
    told = docs(Role)
    rows = [f"| `{role.value}` | {cell(told.get(role.name, ''))} |" for role in Role]
    return "\n".join(["| role | what it does |", "| --- | --- |", *rows]) + "\n"


def table(model: type[BaseModel]) -> str:
    """The keys of a model: kind, default, meaning."""
    told, kinds = docs(model), annotations(model)
    rows = [
        f"| `{name}` | {cell(f'`{kinds[name]}`')} | {default(field)} | {cell(meaning(told.get(name, ''), field))} |"
        for name, field in model.model_fields.items()
    ]
    return "\n".join(["| key | kind | default | |", "| --- | --- | --- | --- |", *rows]) + "\n"


def default(field: FieldInfo) -> str:
    """The default value, as TOML would have it."""
    if field.is_required():
        return "*required*"
    value = field.get_default(call_default_factory=True)
    if value is None or value in ((), {}, "") or isinstance(value, BaseModel):
        return "none"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, Enum):
        return f"`{value.value}`"
    return cell(f"`{list(value) if isinstance(value, tuple) else value}`")


def meaning(text: str, field: FieldInfo) -> str:
    """The docstring of a field, and its bounds."""
    bounds = []
    for one in field.metadata:
        for name, phrase in BOUNDS.items():
            value = getattr(one, name, None)
            if value is not None:
                bounds.append(phrase.format(f"{value:,}"))
    told = " ".join(text.split())
    limits = ", ".join(bounds)
    return " ".join(part for part in (told, limits[:1].upper() + limits[1:] + "." if limits else "") if part)


def body(model: type) -> ast.ClassDef:
    """The syntax tree of a class."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(model))).body[0]
    assert isinstance(tree, ast.ClassDef)  # noqa: S101 (getsource of a class)
    return tree


def family(model: type) -> Iterator[ast.ClassDef]:
    """The classes that a model inherits fields from, the oldest first, and itself."""
    for one in reversed(model.__mro__):
        if one.__module__.startswith("grader."):
            yield body(one)


def docs(model: type) -> dict[str, str]:
    """Field or member -> the string that stands under it."""
    found: dict[str, str] = {}
    for tree in family(model):
        for node, after in zip(tree.body, [*tree.body[1:], None], strict=True):
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                name = node.target.id
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                name = node.targets[0].id
            else:
                continue
            if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
                found[name] = str(after.value.value)
    return found


def annotations(model: type) -> dict[str, str]:
    """Field -> its type, as it is written."""
    return {
        node.target.id: ast.unparse(node.annotation)
        for tree in family(model)
        for node in tree.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }


def cell(text: str) -> str:
    """Text for one cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")


def commands_page() -> str:
    """Every command with its arguments and options, as its help says it."""
    parts = [
        HEAD + "# Commands\n",
        "The course is the nearest parent folder that holds `solutions/course.toml`; `grader --course DIR ...` names "
        "another. Exit status: 0 the work was done, 1 a difference or a score that is too low, 2 bad usage or course "
        "files, 3 a score is held through a fault of ours, 4 no safe sandbox, 130 stopped by Ctrl-C.\n",
    ]
    for words_of, command in walk(cli, ["grader"]):
        context = click.Context(command, info_name=" ".join(words_of))
        usage = " ".join([*words_of, *command.collect_usage_pieces(context)])
        told = inspect.cleandoc(command.help or "").replace("\b\n", "")
        parts.append(
            f"## `{' '.join(words_of)}`\n\n<!-- test: shown, usage as click prints it -->\n```text\n{usage}\n```\n"
        )
        head, _, rest = told.partition("\n\n")
        parts.append(" ".join(head.split()) + "\n")
        if rest:
            parts.append(paragraphs(rest))
        rows = [option_row(one, context) for one in command.params if isinstance(one, click.Option) and not one.hidden]
        if rows:
            parts.append("\n".join(["| option | |", "| --- | --- |", *rows]) + "\n")
    return "\n".join(parts)


def decisions_page() -> str:
    """The list of decisions, by number."""
    parts = [HEAD + "# Decisions\n", "Choices that a newcomer may question, each with its reasons.\n"]
    rows = []
    for path in sorted((DOCS / "decisions").glob("0*.md")):
        title = path.read_text(encoding="utf-8").split("\n", 1)[0].lstrip("# ")
        rows.append(f"- [{path.name[:4]}]({path.name}): {re.sub(r'^[0-9]+[.:] ', '', title)}")
    return "\n".join([*parts, *rows]) + "\n"


def paragraphs(text: str) -> str:
    """The rest of a command's help; lines in columns stay as they stand."""
    if re.search(r"\S {3,}\S", text):
        return f"<!-- test: shown, columns of the help -->\n```text\n{text}\n```\n"
    return text + "\n"


def walk(command: click.Command, words_of: list[str]) -> Iterator[tuple[list[str], click.Command]]:
    """The commands below a group, by name."""
    if not isinstance(command, click.Group):
        yield words_of, command
        return
    if command.invoke_without_command and command is not cli:
        yield words_of, command
    for name in sorted(command.commands):
        yield from walk(command.commands[name], [*words_of, name])


def option_row(option: click.Option, context: click.Context) -> str:
    """One option."""
    record = option.get_help_record(context)
    names, told = record or (", ".join(option.opts), "")
    return f"| `{cell(names)}` | {cell(told)} |"


if __name__ == "__main__":
    main()
