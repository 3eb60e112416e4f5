"""Renders scorecards for people and machines: each renderer is a pure function, and all writing is done here."""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

from grader.collector import frozen_past
from grader.crew import Crew
from grader.errors import GraderError
from grader.observation import Observations
from grader.report import class_page, grades_csv, junit_xml, scores_json, similar_pages, summary_md
from grader.report.drawing import Drawing, Drawn, Sheet
from grader.report.files import write
from grader.report.pages import Pages
from grader.report.pairs import KeptPairs
from grader.report.text import page_names
from grader.scorecard import Scorecard, Scores
from grader.similarity import Pair
from grader.stored import StoredObservations

__all__ = ["Background", "Written", "write_reports"]

_NONE: Mapping[str, Observations] = MappingProxyType({})


def _no_picture(_: str) -> None:
    return None


@dataclass(frozen=True)
class Background:
    """What pages show besides scorecards and observations; each part may be missing."""

    functions: Mapping[str, str] = field(default_factory=dict)
    """Criterion -> the function that it is about."""
    stub: Sequence[str] = ()
    """Code cells of the student notebook; without any, code is not compared: all of it would look alike."""
    picture_of: Callable[[str], Path | None] = _no_picture
    """Folder and name of a training image -> its file, where it is on this machine."""
    previous: Mapping[str, Scorecard] = field(default_factory=dict)
    """Student -> the scorecard of the submission before this one."""


@dataclass(frozen=True)
class Written:
    """What was written."""

    page: Path
    """`index.html`, from which all else is reached."""
    drawn: int
    """Students' pages that were drawn; all others were there already, made of the same results."""


def write_reports(
    scores: Scores,
    out: Path,
    *,
    templates: Path,
    observations: Mapping[str, Observations] = _NONE,
    background: Background | None = None,
    written: Callable[[], None] = lambda: None,
    crew: Crew | None = None,
) -> Written:
    """Write every report into a folder.

    Each file appears whole or not at all, and `scores.json` last: where it is new, all others are. Students' pages that
    are there already, made of the same results, are left alone.

    Args:
        scores: What to report.
        out: The folder; it is made when missing.
        templates: The course's templates (`Course.templates`), whose `report` folder holds those of the pages.
        observations: By student; a page without any shows no model, no curves and no error lines.
        background: What else pages can show.
        written: Called as the page of each student is done.
        crew: Shares the drawing of pages; the files are the same without.

    Raises:
        CourseError: A template is missing or wrong.
        GraderError: The folder cannot be written.
    """
    pages = Pages(templates)
    background = background or Background()
    stored = observations if isinstance(observations, StoredObservations) else StoredObservations(observations)
    try:
        out.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(out / similar_pages.FOLDER, ignore_errors=True)  # pairs of an earlier class are nobody's now
        with frozen_past():
            told = _students(
                scores, out, stored, background, templates=templates, crew=crew or Crew(1), written=written
            )
            for name, text in _common(scores, pages, told):
                write(out / name, text)
    except OSError as error:
        raise GraderError(
            f"the report cannot be written: {error.strerror or error}",
            where=str(error.filename or out),
            remedy="Choose another folder with --out DIR.",
        ) from error
    return Written(out / "index.html", sum(one.is_new for one in told.drawn))


@dataclass(frozen=True)
class _Told:
    """What came of the students' own pages."""

    drawn: list[Drawn]
    hrefs: dict[str, str]
    """Student -> name of the page."""
    pairs: tuple[Pair, ...]
    sources: dict[str, list[tuple[int, str]]]
    """Of those in pairs: number and source of each code cell."""


def _students(
    scores: Scores,
    out: Path,
    seen: StoredObservations,
    background: Background,
    *,
    templates: Path,
    crew: Crew,
    written: Callable[[], None],
) -> _Told:
    """Draw the pages of students."""
    students = [card.student for card in scores.submissions]
    names = page_names(students)
    kept = KeptPairs(out, students, seen, background.stub)
    drawing = Drawing(
        out=out,
        templates=templates,
        assignment=scores.assignment,
        max_score=scores.max_score,
        functions=background.functions,
        picture_of=background.picture_of,
        given=kept.given,
    )
    sheets = (
        Sheet(name, card, seen.text(card.student) if card.student in seen else None, _previous(background, card))
        for name, card in zip(names, scores.submissions, strict=True)
    )
    drawn = []
    for one in crew.each(drawing, sheets):
        drawn.append(one)
        written()
    prints = {s: one.prints for s, one in zip(students, drawn, strict=True) if one.prints is not None}
    pairs = kept.find(prints)
    sources = {student: kept.sources(student) for pair in pairs for student in (pair.first, pair.second)}
    return _Told(drawn, dict(zip(students, names, strict=True)), pairs, sources)


def _previous(background: Background, card: Scorecard) -> Scorecard | None:
    return background.previous.get(card.student)


def _common(scores: Scores, pages: Pages, told: _Told) -> Iterator[tuple[str, str]]:
    """Names and texts of the files that are about the whole class."""
    for number, pair in enumerate(told.pairs, 1):
        links = [f"../{quote(told.hrefs[student])}" for student in (pair.first, pair.second)]
        page = similar_pages.render(pair, pages, assignment=scores.assignment, sources=told.sources, hrefs=links)
        yield f"{similar_pages.FOLDER}/{similar_pages.page_name(number)}", page
    yield "index.html", class_page.render(scores, pages, similar=told.pairs)
    yield "summary.md", summary_md.render(scores)
    yield "grades.csv", grades_csv.render(scores)
    yield "junit.xml", junit_xml.assemble(scores, [one.suite for one in told.drawn])
    yield "scores.json", scores_json.assemble(scores, [one.entry for one in told.drawn])
