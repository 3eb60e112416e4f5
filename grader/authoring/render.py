"""The Jinja templates of the student notebook: their environment, filters and errors.

Templates get strings of the rubric and the course, prompts, function names and indentation, always as values. The text
of a solution is never handed to Jinja, so nothing in it can be taken for a template.
"""

import math
import traceback
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, TemplateNotFound, TemplateSyntaxError

from grader.errors import CourseError

__all__ = ["Templates", "literal", "points", "table_cell"]

WIDTH = 88


class Templates:
    """The templates of one folder.

    Args:
        folder: Holds `<name>.j2` for each name that `render` is asked for.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._environment = Environment(
            loader=FileSystemLoader(folder),
            undefined=StrictUndefined,
            autoescape=False,  # noqa: S701 (what comes out is Python and Markdown; escaping is each filter's business)
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(literal=literal, points=points, table_cell=table_cell)

    def path(self, name: str) -> Path:
        """The file of a template."""
        return self._folder / name

    def render(self, name: str, **values: Any) -> str:
        """A template filled in, without blank lines at its end.

        Raises:
            CourseError: The template is missing or wrong; names its file and line.
        """
        try:
            return self._environment.get_template(name).render(values).strip("\n")
        except TemplateNotFound as error:
            raise CourseError(
                "this template is missing",
                where=str(self._folder / (error.name or name)),
                remedy="Restore it; `grader init` makes a course with all of them.",
            ) from error
        except TemplateSyntaxError as error:
            raise CourseError(
                f"this is not a valid template: {error.message}",
                where=f"{error.filename or self.path(name)}:{error.lineno}",
                remedy="The rules are those of Jinja.",
            ) from error
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
            raise CourseError(
                f"this template cannot be filled in: {error}",
                where=f"{self.path(name)}{_line(error, self._folder)}",
                remedy=f"It is given: {', '.join(sorted(values))}.",
            ) from error


def literal(value: Any, indent: int = 0, before: int = 0) -> str:
    """A Python literal for a value as TOML gives it, broken over lines where it would be wide.

    Args:
        value: Strings, numbers, booleans, None, and lists and dicts of them.
        indent: Columns that its later lines start at.
        before: Columns between that and the start of the literal, such as those of `name=`.

    Raises:
        TypeError: Some value has no literal.
    """
    flat = _flat(value)
    if indent + before + len(flat) < WIDTH or not isinstance(value, dict | list | tuple) or not value:
        return flat
    pad = " " * (indent + 4)
    if isinstance(value, dict):
        rows = [f"{_flat(k)}: {literal(v, indent + 4, len(_flat(k)) + 2)}" for k, v in value.items()]
        opening, closing = "{", "}"
    else:
        rows = [literal(v, indent + 4) for v in value]
        opening, closing = ("[", "]") if isinstance(value, list) else ("(", ")")
    return f"{opening}\n" + "".join(f"{pad}{row},\n" for row in rows) + " " * indent + closing


def _flat(value: Any) -> str:
    match value:
        case str():
            text = repr(value)
            return f'"{text[1:-1]}"' if text[0] == "'" and '"' not in text else text
        case float() if not math.isfinite(value):
            return f'float("{value}")'
        case None | bool() | int() | float():
            return repr(value)
        case list():
            return "[" + ", ".join(map(_flat, value)) + "]"
        case tuple():
            return "(" + ", ".join(map(_flat, value)) + ("," if len(value) == 1 else "") + ")"
        case dict():
            return "{" + ", ".join(f"{_flat(k)}: {_flat(v)}" for k, v in value.items()) + "}"
    raise TypeError(f"no Python literal for a {type(value).__name__}")


def points(value: float) -> str:
    """Points without needless decimals: `15`, `2.5`."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def table_cell(value: str) -> str:
    """Text that stays within one cell of a Markdown table."""
    return " ".join(value.replace("\\|", "|").replace("|", "\\|").split())


def _line(error: BaseException, folder: Path) -> str:
    """':LINE' of the template that an error was raised in; Jinja rewrites tracebacks to point there."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if Path(f.filename).is_relative_to(folder)]
    return f":{frames[-1].lineno}" if frames else ""
