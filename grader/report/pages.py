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
    The class page alone may run one script, the table's, and that by its hash as well.

    Args:
        templates: The course's folder of templates; the pages are in its `report` folder.
        more: Names of style sheets there that follow the usual one.

    Raises:
        CourseError: The style sheet or the script is missing, or could end its own element.
    """

    def __init__(self, templates: Path, *more: str) -> None:
        folder = templates / "report"
        self._folder = folder
        css, script = "".join(self._source(name) for name in ("style.css", *more)), self._source("class.js")
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
        self._environment.globals["style"] = Markup(css)  # noqa: S704 - ours, and checked for its end
        self._environment.globals["script"] = Markup(script)  # noqa: S704 - as above
        self.style_hash = self._environment.globals["style_hash"] = _digest(css)
        self._environment.globals["script_hash"] = _digest(script)

    def _source(self, name: str) -> str:
        """One of the files that stand within pages."""
        path = self._folder / name
        try:
            text = path.read_text(encoding="utf-8").replace("\r\n", "\n")
        except (OSError, UnicodeDecodeError) as error:
            raise CourseError(
                f"{name} of the reports cannot be read",
                where=str(path),
                remedy="Restore templates/report/ from the course's repository.",
            ) from error
        if name.endswith(".css") and "</" in text:
            raise CourseError("a style sheet may not hold '</'", where=str(path))
        if name.endswith(".js") and re.search(r"</script|<!--", text, re.IGNORECASE):
            raise CourseError("a script may hold neither '</script' nor '<!--'", where=str(path))
        return text

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


def _digest(text: str) -> str:
    """As a Content-Security-Policy names an inline style or script."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


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
