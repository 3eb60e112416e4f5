"""Turns a template of `templates/report/` into one self-contained HTML file."""

import base64
import hashlib
import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, TemplateNotFound
from markupsafe import Markup, escape

from grader.errors import CourseError
from grader.report.text import clean

__all__ = ["Pages"]

_LONGEST = 5000
"""Characters of one value on a page; more is nobody's reading."""


class Pages:
    """The HTML templates of the reports.

    A page holds its own style, allowed by its hash in a Content-Security-Policy that forbids everything else but
    pictures within the page: no script, no request, no inline style attribute, whatever a student's text contains.

    Args:
        templates: The course's folder of templates; the pages are in its `report` folder.

    Raises:
        CourseError: The style sheet is missing or could end its own element.
    """

    def __init__(self, templates: Path) -> None:
        folder = templates / "report"
        self._folder = folder
        style = folder / "style.css"
        try:
            css = style.read_text(encoding="utf-8").replace("\r\n", "\n")
        except (OSError, UnicodeDecodeError) as error:
            raise CourseError(
                "the style sheet of the reports cannot be read",
                where=str(style),
                remedy="Restore templates/report/ from the course's repository.",
            ) from error
        if "</" in css:
            raise CourseError("a style sheet may not hold '</'", where=str(style))
        digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
        # autoescape is said outright: the usual choice by file ending knows .html, not .html.j2
        self._environment = Environment(
            loader=FileSystemLoader(folder),
            autoescape=True,
            undefined=StrictUndefined,
            finalize=_finalize,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._environment.filters["code"] = _code
        self._environment.globals["style"] = Markup(css)  # noqa: S704 - ours, and checked above
        self._environment.globals["policy"] = (
            f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
        )

    def render(self, template: str, **values: object) -> str:
        """The page that a template makes of the values; every str among them is cleaned and escaped.

        Raises:
            CourseError: The template is missing or wrong.
        """
        try:
            return self._environment.get_template(template).render(**values)
        except TemplateNotFound as error:
            raise CourseError(
                "a template of the reports is missing",
                where=str(self._folder / str(error)),
                remedy="Restore templates/report/ from the course's repository.",
            ) from error
        except TemplateError as error:
            raise CourseError(
                f"a template of the reports is wrong: {error}", where=str(self._folder / template)
            ) from error


def _code(value: str) -> Markup:
    """The text, escaped, with what stands between backticks set as code."""
    escaped = str(escape(_finalize(value)))
    return Markup(re.sub(r"`([^`\n]{1,300})`", r"<code>\1</code>", escaped))  # noqa: S704 - escaped before


def _finalize(value: object) -> object:
    """What Jinja does to every value before it escapes it."""
    if isinstance(value, str) and not isinstance(value, Markup):
        if len(value) > _LONGEST:
            value = f"{value[:_LONGEST]}… ({len(value) - _LONGEST} more characters)"
        return clean(value)
    return value
