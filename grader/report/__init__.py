"""Renders scorecards for people and machines: each renderer is a pure function, and all writing is done here."""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

from grader.collector import frozen_past
from grader.errors import GraderError
from grader.observation import Observations
from grader.report import class_page, grades_csv, junit_xml, scores_json, similar_pages, student_page, summary_md
from grader.report.pages import Pages
from grader.report.text import page_names
from grader.report.unchanged import Unchanged
from grader.scorecard import Scorecard, Scores
from grader.similarity import Pair, find_similar
from grader.stored import StoredObservations

__all__ = ["Background", "write_reports"]

_NONE: Mapping[str, Observations] = MappingProxyType({})


@dataclass(frozen=True)
class Background:
    """What pages show besides scorecards and observations; each part may be missing."""

    functions: Mapping[str, str] = field(default_factory=dict)
    """Criterion -> the function that it is about."""
    stub: Sequence[str] = ()
    """Code cells of the student notebook; without any, code is not compared: all of it would look alike."""
    picture_of: Callable[[str], Path | None] = lambda _: None
    """Folder and name of a training image -> its file, where it is on this machine."""
    previous: Mapping[str, Scorecard] = field(default_factory=dict)
    """Student -> the scorecard of the submission before this one."""


def write_reports(
    scores: Scores,
    out: Path,
    *,
    templates: Path,
    observations: Mapping[str, Observations] = _NONE,
    background: Background | None = None,
    written: Callable[[], None] = lambda: None,
) -> Path:
    """Write every report into a folder, and give the path of its `index.html`.

    Each file appears whole or not at all, and `scores.json` last: where it is new, all others are. Students' pages that
    are there already, made of the same results, are left alone.

    Args:
        scores: What to report.
        out: The folder; it is made when missing.
        templates: The course's templates (`Course.templates`), whose `report` folder holds those of the pages.
        observations: By student; a page without any shows no model, no curves and no error lines.
        background: What else pages can show.
        written: Called as the page of each student is done.

    Raises:
        CourseError: A template is missing or wrong.
        GraderError: The folder cannot be written.
    """
    pages = Pages(templates)
    background = background or Background()
    stored = observations if isinstance(observations, StoredObservations) else StoredObservations(observations)
    common = (scores.assignment, scores.max_score, sorted(background.functions.items()))
    unchanged = Unchanged(templates / "report", common)
    try:
        out.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(out / similar_pages.FOLDER, ignore_errors=True)  # pairs of an earlier class are nobody's now
        files = _files(scores, out, pages=pages, observations=stored, background=background, unchanged=unchanged)
        pages_due = len(scores.submissions)
        with frozen_past():
            for name, text in files:
                if text is not None:
                    _write(out / name, text)
                if pages_due:
                    pages_due -= 1
                    written()
    except OSError as error:
        raise GraderError(
            f"the report cannot be written: {error.strerror or error}",
            where=str(error.filename or out),
            remedy="Choose another folder with --out DIR.",
        ) from error
    return out / "index.html"


def _files(
    scores: Scores,
    out: Path,
    *,
    pages: Pages,
    observations: StoredObservations,
    background: Background,
    unchanged: Unchanged,
) -> Iterator[tuple[str, str | None]]:
    names = page_names([card.student for card in scores.submissions])
    sources: dict[str, list[tuple[int, str]]] = {}
    texts: dict[str, str] = {}  # most cells are the student notebook's, and the same in all of the class
    for card, name in zip(scores.submissions, names, strict=True):
        is_seen = card.student in observations
        if is_seen and background.stub:
            cells = ((index + 1, source) for index, source in observations.code(card.student))
            sources[card.student] = [(number, texts.setdefault(text, text)) for number, text in cells]
        previous = background.previous.get(card.student)
        stamp = unchanged.stamp(card, observations.text(card.student) if is_seen else b"", previous)
        if unchanged.holds(out / name, stamp):
            yield name, None
            continue
        page = student_page.render(
            card,
            pages,
            assignment=scores.assignment,
            max_score=scores.max_score,
            seen=observations.get(card.student),
            functions=background.functions,
            picture_of=background.picture_of,
            previous=previous,
        )
        yield name, unchanged.signed(page, stamp)
    pairs = find_similar({s: [text for _, text in cells] for s, cells in sources.items()}, background.stub)
    hrefs = dict(zip((card.student for card in scores.submissions), names, strict=True))
    for number, pair in enumerate(pairs, 1):
        yield f"{similar_pages.FOLDER}/{similar_pages.page_name(number)}", _pair(pair, pages, scores, sources, hrefs)
    yield "index.html", class_page.render(scores, pages, similar=pairs)
    yield "summary.md", summary_md.render(scores)
    yield "grades.csv", grades_csv.render(scores)
    yield "junit.xml", junit_xml.render(scores)
    yield "scores.json", scores_json.render(scores)


def _pair(
    pair: Pair,
    pages: Pages,
    scores: Scores,
    sources: Mapping[str, Sequence[tuple[int, str]]],
    hrefs: Mapping[str, str],
) -> str:
    links = [f"../{quote(hrefs[student])}" for student in (pair.first, pair.second)]
    return similar_pages.render(pair, pages, assignment=scores.assignment, sources=sources, hrefs=links)


def _write(path: Path, text: str) -> None:
    """Write through a neighbour and a rename, so that no reader ever sees half a file."""
    path.parent.mkdir(exist_ok=True)
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.tmp")
    try:
        temporary.write_text(text, encoding="utf-8", errors="replace", newline="")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
