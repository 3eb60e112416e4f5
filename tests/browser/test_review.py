"""The review in a real browser: staff read, give points and comment; nothing that a student wrote does anything."""

import importlib.util
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from grader.gradebook import Gradebook
from grader.review import Desk, ReviewServer

pytestmark = pytest.mark.slow

VIEWS = {"desk": {}, "phone": {"phone": True}, "dark": {"dark": True}}


@pytest.fixture(scope="module")
def made() -> ModuleType:
    """What the ordinary tests make their class with."""
    path = Path(__file__).parents[1] / "unit" / "review" / "conftest.py"
    spec = importlib.util.spec_from_file_location("class_of_the_review", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def server(made: ModuleType, tmp_path: Path) -> Iterator[ReviewServer]:
    course = made.make_course(tmp_path / "course")
    with Gradebook(tmp_path / "book.sqlite", who="ada") as book:
        made.fill(course, book)
        with ReviewServer(Desk(course, book, out=tmp_path / "reports")) as server:
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
            thread.start()
            try:
                yield server
            finally:
                server.shutdown()
                thread.join()


@pytest.fixture
def visit(browser: Any, server: ReviewServer) -> Iterator[Callable[..., Any]]:
    """Comes in by the printed address; at the end nothing else was asked for, and nothing was complained of."""
    contexts, trouble, asked = [], [], []

    def open_(*, phone: bool = False, dark: bool = False) -> Any:
        size = {"width": 390, "height": 844} if phone else {"width": 1280, "height": 900}
        context = browser.new_context(viewport=size, color_scheme="dark" if dark else "light")
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: trouble.append(message.text))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("dialog", lambda dialog: (trouble.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(server.door.address)
        return page

    yield open_
    for context in contexts:
        context.close()
    ours = (f"http://127.0.0.1:{server.door.port}/", "data:")
    assert [url for url in asked if not url.startswith(ours)] == []
    assert [said for said in trouble if "422" not in said] == []


def test_an_answer_is_read_and_gets_its_points_and_a_comment(visit, server, tmp_path: Path):
    page = visit()
    assert "token" not in page.url
    page.get_by_role("link", name="with answers to read").click()
    page.get_by_role("link", name="alice").click()
    card = page.locator("#c-why")
    assert "Because of that." in card.locator(".answer").inner_text()
    card.get_by_label("Points, of 10").fill("8.5")
    card.get_by_label("Reason, which the student reads").fill("Nearly all of it.")
    card.get_by_role("button", name="Set points").click()
    assert page.get_by_role("status").inner_text() == "The points are set."
    assert page.locator(".score .points").inner_text().startswith("13.5")
    card.get_by_text("Points and comments").click()
    card.get_by_label("Comment, which the student reads").fill("Two\nlines.")
    card.get_by_role("button", name="Add comment").click()
    assert "Two\nlines." in card.locator(".staff").last.inner_text()
    page.get_by_role("link", name="All of week1").click()
    page.get_by_role("button", name="Write the reports now").click()
    assert "The reports are written." in page.get_by_role("status").inner_text()
    assert "Nearly all of it." in (tmp_path / "reports" / "alice.html").read_text()
    assert server.desk.book.scorecard("week1", "alice").score == 13.5


def test_what_was_refused_is_said_and_what_was_typed_is_still_there(visit):
    page = visit()
    page.get_by_role("link", name="ben").click()
    whole = page.locator(".whole")
    whole.get_by_text("Points and comments").click()
    whole.get_by_label("Points, of 15").fill("16")
    whole.get_by_label("Reason, which the student reads").fill("A long reason.")
    whole.get_by_role("button", name="Set points").click()
    assert "between 0 and 15" in page.get_by_role("alert").inner_text()
    assert whole.get_by_label("Reason, which the student reads").input_value() == "A long reason."


def test_a_form_of_another_page_is_refused(visit, server, browser: Any, tmp_path: Path):
    """A page of another site that posts to us, in a browser that is in a session."""
    page = visit()
    evil = tmp_path / "evil.html"
    evil.write_text(
        f'<form method="post" action="http://127.0.0.1:{server.door.port}/week/week1/student/alice">'
        '<input name="do" value="comment"><input name="text" value="forged"><button>go</button></form>'
    )
    other = page.context.new_page()
    other.goto(evil.as_uri())
    other.get_by_role("button").click()
    assert "Open the address" in other.inner_text("body") or "not sent from a page" in other.inner_text("body")
    assert server.desk.book.comments("week1", "alice") == []


@pytest.mark.parametrize("view", VIEWS)
def test_pages_fit_and_axe_finds_nothing(view: str, visit, tmp_path: Path):
    """Pictures go to the folder that SCREENSHOTS names, for people to look at."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    folder = Path(os.environ.get("SCREENSHOTS", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    page = visit(**VIEWS[view])
    for name in ("week", "student"):
        if name == "student":
            page.get_by_role("link", name="alice").click()
            for summary in page.locator("summary").all():
                if summary.evaluate("one => !one.parentElement.open"):
                    summary.click()
        width, inner = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        page.screenshot(path=folder / f"review-{name}-{view}.png", full_page=True)
        assert width <= inner, "the page scrolls sideways"
        # axe needs to run a script of its own, which the policy forbids to everybody else
        found = axe.Axe().run(page).response["violations"]
        told = [f"{one['impact']}: {one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]
        assert told == []
