"""Renders scorecards for people and machines: each renderer is a pure function, and all writing is done here."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from grader.errors import GraderError
from grader.observation import Observations
from grader.report import class_page, grades_csv, junit_xml, scores_json, student_page, summary_md
from grader.report.pages import Pages
from grader.report.text import page_names
from grader.scorecard import Scores

__all__ = ["write_reports"]

_NONE: Mapping[str, Observations] = MappingProxyType({})


def write_reports(
    scores: Scores, out: Path, *, templates: Path, observations: Mapping[str, Observations] = _NONE
) -> Path:
    """Write every report into a folder, and give the path of its `index.html`.

    Each file appears whole or not at all, and `scores.json` last: where it is new, all others are.

    Args:
        scores: What to report.
        out: The folder; it is made when missing.
        templates: The course's templates (`Course.templates`), whose `report` folder holds those of the pages.
        observations: By student; a page without any shows no model, no curves and no error lines.

    Raises:
        CourseError: A template is missing or wrong.
        GraderError: The folder cannot be written.
    """
    pages = Pages(templates)
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, text in _files(scores, pages, observations):
            _write(out / name, text)
    except OSError as error:
        raise GraderError(
            f"the report cannot be written: {error.strerror or error}",
            where=str(error.filename or out),
            remedy="Choose another folder with --out DIR.",
        ) from error
    return out / "index.html"


def _files(scores: Scores, pages: Pages, observations: Mapping[str, Observations]) -> Iterator[tuple[str, str]]:
    names = page_names([card.student for card in scores.submissions])
    for card, name in zip(scores.submissions, names, strict=True):
        yield (
            name,
            student_page.render(
                card,
                pages,
                assignment=scores.assignment,
                max_score=scores.max_score,
                seen=observations.get(card.student),
            ),
        )
    yield "index.html", class_page.render(scores, pages)
    yield "summary.md", summary_md.render(scores)
    yield "grades.csv", grades_csv.render(scores)
    yield "junit.xml", junit_xml.render(scores)
    yield "scores.json", scores_json.render(scores)


def _write(path: Path, text: str) -> None:
    """Write through a neighbour and a rename, so that no reader ever sees half a file."""
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.tmp")
    try:
        temporary.write_text(text, encoding="utf-8", errors="replace", newline="")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
