"""What is made for each student of a class by itself, in whatever process: the page, and parts of the common files."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pydantic_core import PydanticSerializationError

from grader.observation import Observations
from grader.report import junit_xml, scores_json, student_page
from grader.report.files import write
from grader.report.pages import Pages
from grader.report.unchanged import Unchanged
from grader.scorecard import Scorecard
from grader.similarity import Hashes, fingerprints
from grader.stored import code_of

__all__ = ["Drawing", "Drawn", "Sheet"]


@dataclass(frozen=True)
class Sheet:
    """What the page of one student is made of."""

    name: str
    """File name of the page."""
    card: Scorecard
    previous: Scorecard | None
    """Of the submission before this one."""
    digest: bytes = b""
    """SHA-256 of the observations; empty where there are none."""
    observations: bytes | None = None
    """As JSON; None where there are none, and where a page that is there already may make them needless."""

    def __reduce__(self) -> tuple[object, ...]:
        """For another process: cards as JSON, which is read ten times as quickly as what pickle makes of them."""
        return _unpacked, (self.name, _packed(self.card), _packed(self.previous), self.digest, self.observations)


@dataclass(frozen=True)
class Drawn:
    """What came of one student's sheet."""

    is_new: bool
    """The page was drawn; otherwise one was there already, made of just the same."""
    suite: junit_xml.Suite
    entry: str
    """Of `scores.json`."""
    prints: Hashes | None
    """Fingerprints of the code, where they were asked for."""


@dataclass(frozen=True)
class Drawing:
    """Draws the pages of one class into a folder."""

    out: Path
    templates: Path
    assignment: str
    max_score: float
    functions: Mapping[str, str]
    picture_of: Callable[[str], Path | None]
    given: frozenset[int] | None
    """Fingerprints of the student notebook; None where nobody asks for those of students."""

    @cached_property
    def _pages(self) -> Pages:
        return Pages(self.templates)

    @cached_property
    def _unchanged(self) -> Unchanged:
        common = (self.assignment, self.max_score, sorted(self.functions.items()))
        return Unchanged(self.templates / "report", common)

    def __call__(self, sheets: Sequence[Sheet]) -> list[Drawn | None]:
        """Draw the pages that are not there as they should be.

        Returns:
            What came of each sheet; None where the page has to be drawn, and the sheet is without the observations.

        Raises:
            CourseError: A template is missing or wrong.
            OSError: The page cannot be written.
        """
        return [self._draw(sheet) for sheet in sheets]

    def _draw(self, sheet: Sheet) -> Drawn | None:
        seen = sheet.observations
        stamp = self._unchanged.stamp(sheet.card, sheet.digest, sheet.previous)
        path = self.out / sheet.name
        is_new = not self._unchanged.holds(path, stamp)
        if is_new and sheet.digest and seen is None:
            return None
        if is_new:
            page = student_page.render(
                sheet.card,
                self._pages,
                assignment=self.assignment,
                max_score=self.max_score,
                seen=None if seen is None else Observations.model_validate_json(seen),
                functions=self.functions,
                picture_of=self.picture_of,
                previous=sheet.previous,
            )
            write(path, self._unchanged.signed(page, stamp))
        prints = None
        if self.given is not None and seen is not None:
            prints = fingerprints([source for _, source in code_of(seen)], self.given)
        return Drawn(is_new, junit_xml.suite(sheet.card, self.max_score), scores_json.entry(sheet.card), prints)


def _packed(card: Scorecard | None) -> str | Scorecard | None:
    try:
        return None if card is None else card.model_dump_json()
    except PydanticSerializationError:  # a name that is no text
        return card


def _unpacked(
    name: str, card: str | Scorecard, previous: str | Scorecard | None, digest: bytes, observations: bytes | None
) -> Sheet:
    cards = [Scorecard.model_validate_json(c) if isinstance(c, str) else c for c in (card, previous)]
    assert cards[0] is not None  # noqa: S101 - for the type checker: every sheet has a card
    return Sheet(name, cards[0], cards[1], digest, observations)
