"""Renders scorecards for people and machines: each renderer is a pure function, and all writing is done here."""

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

from grader.collector import frozen_past
from grader.crew import Crew, short_turns
from grader.errors import GraderError
from grader.observation import Observations
from grader.report import class_page, grades_csv, junit_xml, scores_json, similar_pages, summary_md
from grader.report.drawing import Drawing, Drawn, Sheet
from grader.report.files import write
from grader.report.pages import Pages
from grader.report.pairs import KeptPairs
from grader.report.text import page_names
from grader.scorecard import Scorecard, Scores
from grader.similarity import Hashes
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
        students = [card.student for card in scores.submissions]
        names = page_names(students)
        kept = KeptPairs(out, students, stored, background.stub)
        drawing = Drawing(
            out=out,
            templates=templates,
            assignment=scores.assignment,
            max_score=scores.max_score,
            functions=background.functions,
            picture_of=background.picture_of,
            given=kept.given,
        )
        about_all = partial(_about_all, scores, pages, kept, dict(zip(students, names, strict=True)))
        with frozen_past(), short_turns(), ThreadPoolExecutor(1) as beside:
            # Helpers draw, and this process waits for them: what needs none of it is made meanwhile.
            early = beside.submit(about_all, {}) if kept.given is None else None
            drawn = _drawn(drawing, _Sheets(scores.submissions, names, stored, background), crew or Crew(1), written)
            prints = {s: one.prints for s, one in zip(students, drawn, strict=True) if one.prints is not None}
            files = early.result() if early else about_all(prints)
            for name, text in files.items():
                write(out / name, text)
            write(out / "junit.xml", junit_xml.assemble(scores, [one.suite for one in drawn]))
            write(out / "scores.json", scores_json.assemble(scores, [one.entry for one in drawn]))
    except OSError as error:
        raise GraderError(
            f"the report cannot be written: {error.strerror or error}",
            where=str(error.filename or out),
            remedy="Choose another folder with --out DIR.",
        ) from error
    return Written(out / "index.html", sum(one.is_new for one in drawn))


@dataclass(frozen=True)
class _Sheets:
    """What students' pages are made of, one at a time: all of a large class at once would fill the memory."""

    cards: Sequence[Scorecard]
    names: Sequence[str]
    seen: StoredObservations
    background: Background

    def of(self, numbers: Iterable[int], *, whole: bool) -> Iterator[Sheet]:
        """The sheets of these students; with observations only where they are wanted whole."""
        for number in numbers:
            card = self.cards[number]
            is_seen = card.student in self.seen
            yield Sheet(
                self.names[number],
                card,
                self.background.previous.get(card.student),
                self.seen.digest(card.student) if is_seen else b"",
                self.seen.text(card.student) if is_seen and whole else None,
            )


def _drawn(drawing: Drawing, sheets: _Sheets, crew: Crew, written: Callable[[], None]) -> list[Drawn]:
    """What came of each student's sheet.

    Observations are large, and most pages of a class are there already: only those that are not ask for them.
    """
    done: dict[int, Drawn] = {}
    everybody = range(len(sheets.cards))
    for whole in (False, True) if drawing.given is None else (True,):
        left = [number for number in everybody if number not in done]
        for number, one in zip(left, crew.each(drawing, sheets.of(left, whole=whole)), strict=True):
            if one is not None:
                done[number] = one
                written()
    return [done[number] for number in everybody]


def _about_all(
    scores: Scores, pages: Pages, kept: KeptPairs, names: Mapping[str, str], prints: Mapping[str, Hashes]
) -> dict[str, str]:
    """Names and texts of the files that are about the whole class, but for those that are put together of parts.

    Args:
        scores: Of the class.
        pages: The templates.
        kept: Finds who has code in common.
        names: Student -> file name of the page.
        prints: Student -> fingerprints of the code, where they are needed.
    """
    pairs = kept.find(prints)
    sources = {student: kept.sources(student) for pair in pairs for student in (pair.first, pair.second)}
    files = {}
    for number, pair in enumerate(pairs, 1):
        links = [f"../{quote(names[student])}" for student in (pair.first, pair.second)]
        page = similar_pages.render(pair, pages, assignment=scores.assignment, sources=sources, hrefs=links)
        files[f"{similar_pages.FOLDER}/{similar_pages.page_name(number)}"] = page
    files["index.html"] = class_page.render(scores, pages, similar=pairs)
    files["summary.md"] = summary_md.render(scores)
    files["grades.csv"] = grades_csv.render(scores)
    return files
