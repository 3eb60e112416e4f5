"""Staff see the class and each submission, and nothing that a student wrote is more than text."""

import re
from html.parser import HTMLParser
from urllib.parse import quote

import pytest

from grader.errors import CourseError, GraderError
from grader.review import Desk, ReviewServer
from grader.review.cells import markdown, notebook_cells

ALICE = "/week/week1/student/alice"
TEXT = "p br hr em strong code pre blockquote ul ol li h4 table thead tbody tr td th"
FRAME = "html head meta title link style body main header nav section article div dl dt dd h1 h2 h3 span small"
FORMS = "form input textarea button label details summary b a bdi img"
OURS = {*TEXT.split(), *FRAME.split(), *FORMS.split()}


class Tags(HTMLParser):
    """The tags of a page and their attributes."""

    def __init__(self, page):
        super().__init__()
        self.seen = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))


def assert_harmless(page):
    for tag, attributes in Tags(page).seen:
        assert tag in OURS, tag
        assert not any(name.startswith("on") or name == "style" for name in attributes), attributes
        for name in ("src", "href", "action"):
            assert re.match(r"/week/|data:|$", attributes.get(name) or ""), attributes
    assert "\u202e" not in page
    assert "\x1b" not in page


def test_the_list_says_what_needs_a_look(client, words):
    page = client.get("/week/week1").text
    assert_harmless(page)
    said = words(page)
    assert "all 4 with answers to read 2 held 1 borderline 0" in said
    assert "alice 5 of 15 ok 1" in said
    assert "carla held internal" in said


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("show=held", ["carla"]),
        ("show=unread&name=ALI", ["alice"]),
        ("name=e", ["alice", "ben"]),
        ("show=changed", []),
        ("show=nonsense&page=-1", ["alice", "ben", "carla"]),
        ("page=99999", ["alice", "ben", "carla"]),
    ],
)
def test_the_list_can_be_narrowed(client, query, shown):
    page = client.get(f"/week/week1?{query}").text
    assert [name for name in ("alice", "ben", "carla") if f">{name}<" in page] == shown


def test_the_first_page_is_that_of_the_first_week_with_submissions(client):
    assert client.get("/").headers["Location"] == "/week/week1"


@pytest.mark.parametrize(
    "path",
    ["/week/week2", "/week/week9", "/week/week1/student/nobody", "/week", "/x", "/week/week1/student/", "/../etc"],
)
def test_what_is_not_there_is_said_so(client, path):
    assert client.get(path).status == 404


def test_a_submission_shows_verdicts_answer_history_and_notebook(client, words):
    page = client.get(ALICE).text
    assert_harmless(page)
    said = words(page)
    assert "… to read Why it works 0 of 10" in said
    assert "Because of that ." in said
    assert "Changes of the grade" in said
    assert "ada" in said
    assert "Cell 2" in said
    assert "&lt;b&gt;as text&lt;/b&gt;" in page
    assert page.count("data:image/png;base64,") == 1
    assert "Not shown: an output without a text: image/svg+xml" in said
    assert "Not shown: a picture that is damaged or too large" in said


def test_a_hostile_name_is_a_name(client, words):
    name = next(row.student for row in client.server.desk.rows("week1") if "<" in row.student)
    page = client.get(f"/week/week1/student/{quote(name, safe='')}").text
    assert_harmless(page)
    assert "<h1><bdi>&lt;script&gt;" in page
    assert client.post(f"/week/week1/student/{quote(name, safe='')}", {"do": "comment", "text": "Hi"}).status == 303
    assert client.server.desk.book.comments("week1", name)[0].text == "Hi"


def test_a_notebook_that_never_ran_is_said_so(client, words):
    assert "It never ran." in words(client.get("/week/week1/student/carla").text)


def test_a_notebook_that_cannot_be_read_has_no_cells():
    assert notebook_cells("{") == []


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# One\n\ntwo *three*", "<h4>One</h4>\n<p>two <em>three</em></p>\n"),
        ("[text](https://example.org)", "<p>text</p>\n"),
        ("![alt](https://example.org/x.png)", "<p></p>\n"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ("<https://example.org>", "<p>https://example.org</p>\n"),
        ("`<b>`", "<p><code>&lt;b&gt;</code></p>\n"),
        ("|a|\n|-|\n|b|", None),
    ],
)
def test_markdown_says_something_and_does_nothing(text, html):
    made = markdown(text)
    assert html is None or made == html
    for tag, attributes in Tags(made).seen:
        assert tag in TEXT.split()
        assert attributes == {}


@pytest.mark.parametrize("text", ["[" * 20_000, "*a " * 20_000, "> " * 20_000, "`" * 20_000, "|-" * 20_000])
def test_markdown_that_is_made_to_be_slow_is_not(text):
    markdown(text)


def test_a_port_that_is_taken_is_named(client, desk):
    with pytest.raises(GraderError, match=f"port {client.port} is in use") as raised:
        ReviewServer(desk, client.port)
    assert "--port" in raised.value.remedy


def test_a_week_without_submissions_is_named_with_what_to_do(course, book):
    with pytest.raises(CourseError, match="there is no week 'week9'"):
        Desk(course, book, ["week9"])
    (course.root / "solutions" / "week2").mkdir()
    rubric = (course.root / "solutions" / "week1" / "rubric.toml").read_text()
    (course.root / "solutions" / "week2" / "rubric.toml").write_text(rubric)
    with pytest.raises(CourseError, match="no submissions of week2") as raised:
        Desk(course, book, ["week2"])
    assert "grader grade week2" in raised.value.remedy
