"""What a notebook shows: the same words as text and as HTML, and nothing in it that could run or load anything."""

import html.parser

from grader.scorecard import Outcome, Verdict
from grader.selfcheck.shown import Section, Shown, note, section


def verdict(outcome=Outcome.PASSED, **fields):
    return Verdict(criterion="c", check="x", title="the split", outcome=outcome, points=0, max_points=1, **fields)


def test_text_and_html_say_the_same_words():
    parts = section("f", [verdict(Outcome.FAILED, expected="this", actual="that", feedback="try it")])
    bundle = Shown((parts,))._repr_mimebundle_()
    assert bundle["text/plain"].splitlines() == [
        "f",
        "  ✗ the split",
        "      expected: this",
        "      measured: that",
        "      next:     try it",
    ]
    words = Words(bundle["text/html"]).text.split()
    assert words == ["f", "✗", "the", "split", "expected:", "this", "measured:", "that", "next:", "try", "it"]


def test_what_follows_from_one_mistake_is_told_once():
    failed = verdict(Outcome.FAILED, expected="e", actual="a", feedback="mend it")
    again = section("f", [failed, failed]).lines[1]
    assert again.state == "later"
    assert again.said == "looked at once the line above is mended"


def test_a_function_that_nobody_has_begun_is_one_kind_line():
    begun = verdict(Outcome.FAILED, actual="raised", evidence={"code": "function-unfinished"})
    (line,) = section("f", [begun, verdict(Outcome.SKIPPED, feedback="first the other")]).lines
    assert line.said.startswith("f is not written yet")


def test_a_hostile_message_is_only_words():
    bad = "<script>alert(1)</script><img src=x onerror=alert(1)>\x1b]0;title\x07\u202e &amp; {0} {}"
    parts = section(bad, [verdict(Outcome.FAILED, expected=bad, actual=bad, feedback=bad)])
    bundle = Shown((parts, Section("f", (note(bad, "ours"),))))._repr_mimebundle_()
    page = Words(bundle["text/html"])
    assert page.tags <= {"div", "span", "code", "b"}
    assert "alert(1)" in page.text
    assert "\x1b" not in bundle["text/plain"] + bundle["text/html"]
    assert "\u202e" not in bundle["text/plain"] + bundle["text/html"]


class Words(html.parser.HTMLParser):
    """The words and the tags of a page."""

    def __init__(self, source):
        super().__init__()
        self.text, self.tags = "", set()
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        assert {name for name, _ in attrs} <= {"style", "role", "aria-label"}

    def handle_data(self, data):
        self.text += f" {data}"
