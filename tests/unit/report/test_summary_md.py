import html
import re

import mistune
import pytest

from grader.observation import RunStatus
from grader.report.summary_md import LIMIT, escape, render
from grader.report.text import one_line
from grader.scorecard import Outcome


def to_html(markdown: str) -> str:
    page = mistune.create_markdown(escape=False, plugins=["table", "url", "strikethrough", "task_lists"])(markdown)
    assert isinstance(page, str)
    return page


def test_the_table_holds_every_student(make_scores, make_card):
    text = render(make_scores(make_card(), make_card("bob", status=RunStatus.TIMEOUT)))
    assert "| alice | 15 | ok | 1 of 2 |" in text
    assert "| bob | 15 | timeout | 1 of 2 |" in text


def test_a_student_is_told_what_was_missed(make_scores, make_card):
    text = render(make_scores(make_card()))
    assert "### alice" in text
    assert "**The loss fits** ✗ failed, 0 of 15 points" in text
    assert "measured&#58;" not in text
    assert "- measured: mean squared error" in text


def test_nothing_is_said_about_a_student_with_full_marks(make_scores, make_card, make_verdict):
    assert "###" not in render(make_scores(make_card("alice", make_verdict())))


def test_a_held_score_is_not_the_students_fault(make_scores, make_card, make_verdict):
    text = render(make_scores(make_card("alice", make_verdict(outcome=Outcome.ERRORED))))
    assert "| alice | held |" in text
    assert "a fault of the grader, not of the student" in text


def test_any_text_is_text_and_nothing_else(make_scores, make_hostile, read, hostile: str):
    markdown = render(make_scores(make_hostile(hostile), assignment=hostile))
    page = read(to_html(markdown))
    assert {tag for tag, _ in page.elements} <= {
        "h2", "h3", "p", "table", "thead", "tbody", "tr", "th", "td", "ul", "li", "strong",
    }  # fmt: skip
    assert len(page.of("tr")) == 2
    assert all(set(attributes) <= {"style"} for _, attributes in page.elements)
    assert one_line(hostile, 80) in page.text.replace("\u200b", "")


def test_no_line_is_a_workflow_command(make_scores, make_hostile, hostile: str):
    for line in render(make_scores(make_hostile(hostile), assignment=hostile)).splitlines():
        assert not line.lstrip().startswith("::")
        assert "##[" not in line


@pytest.mark.parametrize("text", ["@octocat", "#1", "a@evil.example", "http://evil.example", "www.evil.example"])
def test_mentions_and_bare_links_stay_broken_once_entities_are_read(text: str):
    escaped = escape(text)
    assert not re.search(r"https?:|www\.|@|#\d", re.sub(r"&#\d+;", "", escaped))
    read = html.unescape(escaped)
    assert not re.search(r"@\w|#\w", read)
    assert read.replace("\u200b", "") == text


def test_a_large_class_fits_what_github_shows(make_scores, make_card, make_verdict):
    long = make_verdict("loss", Outcome.FAILED, feedback="x" * 600)
    text = render(make_scores(*(make_card(f"s{n}", long) for n in range(2000))))
    assert len(text.encode()) < LIMIT + 200
    assert "index.html has all of it" in text
