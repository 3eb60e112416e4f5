"""The reports of the whole class, read back with real parsers: nothing that students named or printed is live in them.

Run with all attacks, or with `-k "NAME or read_back"` for a few.
"""

import base64
import csv
import hashlib
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import pytest
from junitparser import JUnitXml
from markdown_it import MarkdownIt

from grader.report.scores_json import parse

ROOT = Path(__file__).parents[2]
SAFE = frozenset(
    ["html", "head", "meta", "title", "style", "link", "body", "main", "header", "footer", "nav", "section",
     "article", "aside", "h1", "h2", "h3", "h4", "p", "a", "ul", "ol", "li", "dl", "dt", "dd", "table",
     "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "div", "span", "em", "strong", "b", "i", "code",
     "pre", "br", "hr", "bdi", "small", "details", "summary", "figure", "figcaption", "img", "svg", "g", "rect",
     "path", "line", "polyline", "circle", "text", "time", "abbr", "kbd", "samp", "mark", "sup", "sub",
     "colgroup", "col", "desc", "use", "defs", "clippath", "tspan"]
)  # fmt: skip
"""Elements that our pages are made of. No script, frame, object, form, base or animation is among them."""

CONTROLS = frozenset(["script", "noscript", "form", "label", "input", "select", "option", "button", "output"])
"""Elements that the class page has besides: one script of ours, and what it filters and sorts the table by."""

DIGEST = re.compile(r" [0-9a-f]{64} ")
"""The comment that ends each page: of what it was drawn from."""

BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
COMMAND = re.compile(r"(?m)^\s*::|##\[|##vso")
"""What GitHub's and Azure's runners obey when a step prints it."""


class Page(HTMLParser):
    """Collects what is wrong with a page."""

    def __init__(self, safe: frozenset[str] = SAFE) -> None:
        super().__init__(convert_charrefs=True)
        self.safe = safe
        self.scripts: list[str] = []
        self.wrong: list[str] = []
        self.policies: list[str] = []
        self.open: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag not in self.safe:
            self.wrong.append(f"<{tag}>")
        if tag == "script":
            self.scripts.append("")
        for name, value in values.items():
            if name.startswith("on") or name in ("style", "srcdoc", "formaction", "ping", "background"):
                self.wrong.append(f"{tag} {name}={value!r}")
            if name in ("href", "src", "xlink:href", "srcset", "action") and not _local(tag, value):
                self.wrong.append(f"{tag} {name}={value!r}")
        if tag == "meta" and "http-equiv" in values:
            if values["http-equiv"].lower() != "content-security-policy":
                self.wrong.append(f"meta {values}")
            self.policies.append(values.get("content", ""))
        if tag not in ("meta", "link", "br", "hr", "img", "col", "rect", "path", "line", "polyline", "circle", "input"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if self.open and self.open[-1] == tag:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "script":
            self.scripts[-1] += data
        self.text.append(data)

    def unknown_decl(self, data: str) -> None:
        self.wrong.append(f"<![{data[:80]}")

    def handle_comment(self, data: str) -> None:
        if not DIGEST.fullmatch(data):
            self.wrong.append(f"<!--{data[:80]}")


def _local(tag: str, value: str) -> bool:
    """A place on the page, a file beside it, or a picture within it."""
    if value.startswith("data:"):
        return (
            tag in ("img", "link")
            and re.match(r"data:(image/(png|jpeg);base64,[A-Za-z0-9+/=]+)?,?$", value) is not None
        )
    return value.startswith("#") or re.match(r"[a-z][a-z0-9+.-]*:|//|/|\\", unquote(value), re.IGNORECASE) is None


@pytest.fixture(scope="module")
def pages(batch) -> list[Path]:
    found = sorted(path for path in batch.out.rglob("*.html") if "observations" not in path.parts)
    assert len(found) > len(batch.cards)
    return found


def test_pages_read_back_hold_no_script_but_our_one_no_handler_and_no_outside_link(pages):
    ours = (ROOT / "templates" / "report" / "class.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(ours.encode()).digest()).decode()
    for path in pages:
        of_class = path.name == "index.html"
        page = Page(SAFE | CONTROLS if of_class else SAFE)
        page.feed(path.read_text(encoding="utf-8"))
        page.close()
        assert not page.wrong, path.name
        assert page.scripts == [ours] * of_class, path.name
        assert len(page.policies) == 1, path.name
        assert ("script-src" in page.policies[0]) == of_class
        assert of_class == (f"script-src 'sha256-{digest}';" in page.policies[0])
        assert "default-src 'none'" in page.policies[0]
        assert "unsafe" not in page.policies[0]
        assert not page.open, path.name


def test_links_of_the_class_page_read_back_lead_to_the_students_pages(batch):
    links = re.findall(r'<a href="([^"#][^"]*)"', (batch.out / "index.html").read_text(encoding="utf-8"))
    assert len(links) >= len(batch.cards)
    for link in links:
        target = (batch.out / unquote(link.replace("&#39;", "'").replace("&amp;", "&"))).resolve()
        assert target.is_relative_to(batch.out.resolve()), link
        assert target.is_file(), link


def test_reports_read_back_hold_no_control_and_no_direction_characters(batch, pages):
    texts = {path.name: path.read_text(encoding="utf-8") for path in pages}
    texts |= {n: (batch.out / n).read_text(encoding="utf-8") for n in ("grades.csv", "junit.xml", "summary.md")}
    for name, text in texts.items():
        assert not BIDI.search(text), name
        assert not CONTROL.search(text), name
    assert (batch.out / "scores.json").read_bytes().isascii()


def test_the_table_read_back_is_one_row_a_student_and_no_formula(batch):
    rows = list(csv.reader(io.StringIO((batch.out / "grades.csv").read_text(encoding="utf-8")), strict=True))
    assert len(rows) == len(batch.cards) + 1
    assert len({len(row) for row in rows}) == 1
    for row in rows:
        assert not any(re.match(r"\s*[=+\-@\t\r]", cell) for cell in row), row
    naive = (batch.out / "grades.csv").read_text(encoding="utf-8").splitlines()
    assert not any(re.match(r"\"?[=+\-@]", line) for line in naive)


def test_the_xml_read_back_has_a_suite_a_student_and_only_our_elements(batch):
    raw = (batch.out / "junit.xml").read_bytes()
    assert b"<!DOCTYPE" not in raw
    assert b"<!ENTITY" not in raw
    known = {"testsuites", "testsuite", "testcase", "properties", "property", "failure", "error", "skipped"}
    tree = ET.fromstring(raw)
    assert {element.tag for element in tree.iter()} <= known
    assert len(list(JUnitXml.fromstring(raw))) == len(batch.cards)


def test_the_summary_read_back_is_a_table_without_links_html_or_mentions(batch):
    text = (batch.out / "summary.md").read_text(encoding="utf-8")
    tokens = MarkdownIt("gfm-like", {"linkify": False, "html": True}).parse(text)
    flat = [inner for token in tokens for inner in [token, *(token.children or [])]]
    kinds = {token.type for token in flat}
    assert not kinds & {"link_open", "image", "html_block", "html_inline", "fence", "code_block", "code_inline"}
    rows = sum(token.type == "tr_open" for token in flat)
    assert rows == len(batch.cards) + 1
    assert "](" not in text
    assert not re.search(r"(?<!&)[@#]\w", re.sub(r"(?m)^#+ ", "", text))
    assert not re.search(r"(?i)\bwww\.|://", text)
    assert "$" not in text
    assert "```" not in text


def test_what_is_printed_and_what_steps_print_read_back_holds_no_command_for_a_runner(batch):
    for name in ("summary.md", "grades.csv", "junit.xml"):
        assert not COMMAND.search((batch.out / name).read_text(encoding="utf-8")), name
    assert not COMMAND.search(batch.printed)


def test_the_terminal_read_back_holds_no_sequence_of_a_students(batch):
    ours = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", batch.printed)
    assert "\x1b" not in ours.replace("\r", "")
    assert not BIDI.search(batch.printed)
    assert "\x07" not in batch.printed
    assert "\x9b" not in batch.printed
    assert "]8;" not in batch.printed


def test_the_scores_read_back_are_the_scores(batch):
    text = (batch.out / "scores.json").read_text(encoding="ascii")
    scores = parse(text)
    assert len(scores.submissions) == len(batch.cards)
    assert json.loads(text)["max_score"] == 100
