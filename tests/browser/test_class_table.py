"""The table of the class sorts, filters and scrolls, by mouse and by keyboard, and is there without script as well."""

from pathlib import Path

import pytest

from grader.report import class_page
from grader.report.pages import Pages
from grader.scorecard import Scores

pytestmark = pytest.mark.slow

MANY = 10_000


@pytest.fixture(scope="module")
def large(bench, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The class page of ten thousand students."""
    path = tmp_path_factory.mktemp("large") / "index.html"
    path.write_text(class_page.render(bench.make_class(MANY), Pages(bench.TEMPLATES)), encoding="utf-8")
    return path


def names(page) -> list[str]:
    return page.locator("#table tbody tr:not(.space) th").all_inner_texts()


def test_a_name_is_found_among_ten_thousand(large: Path, tab):
    page = tab(large)
    page.get_by_label("Name").fill("t-0423")
    assert names(page) == [f"student-{number:05}" for number in range(4230, 4240)]
    assert page.get_by_role("status").inner_text() == "10 of 10000 students"
    page.get_by_role("button", name="Clear").click()
    page.wait_for_function("document.getElementById('count').textContent === '10000 students'")


def test_few_rows_stand_in_the_page_and_all_can_be_scrolled_to(large: Path, tab):
    page = tab(large)
    assert page.locator("#table tbody tr").count() < 100
    assert page.locator("#table table").get_attribute("aria-rowcount") == str(MANY + 1)
    page.locator("#table .scroll").evaluate("box => { box.scrollTop = box.scrollHeight }")
    page.wait_for_function("document.querySelector('#table tbody').textContent.includes('student-09999')")
    assert page.locator("#table tbody tr").count() < 100
    last = page.locator("#table tbody tr:not(.space)").last
    assert last.get_attribute("aria-rowindex") == str(MANY + 1)


def test_the_keyboard_sorts(large: Path, tab):
    page = tab(large)
    page.get_by_role("button", name="Score").focus()
    page.keyboard.press("Enter")
    head = page.locator("#table thead th").nth(1)
    assert head.get_attribute("aria-sort") == "descending"
    best = page.locator("#table tbody tr:not(.space) td.n").all_inner_texts()
    assert [float(score) for score in best] == sorted(map(float, best), reverse=True)
    page.keyboard.press("Space")
    assert head.get_attribute("aria-sort") == "ascending"
    assert page.locator("#table tbody tr:not(.space) td.n").first.inner_text() == "held"
    page.get_by_role("button", name="Student").press("Enter")
    assert page.locator("#table thead th[aria-sort]").count() == 1


def test_a_criterion_and_its_outcome_filter_together(large: Path, tab):
    page = tab(large)
    page.get_by_label("Criterion", exact=True).select_option("4")
    page.get_by_label("Outcome", exact=True).select_option("partial")
    cells = page.locator("#table tbody tr:not(.space) td:nth-child(8)").all_inner_texts()
    assert set(cells) == {"partial"}
    page.get_by_label("Run", exact=True).select_option("timeout")
    assert set(page.locator("#table tbody tr:not(.space) .r").all_inner_texts()) <= {"timeout"}


def test_the_list_can_be_scrolled_by_keyboard(large: Path, tab):
    page = tab(large)
    page.locator("#table .scroll").focus()
    page.keyboard.press("End")
    page.wait_for_function("document.querySelector('#table .scroll').scrollTop > 1000")


def test_paper_gets_every_row(report: Path, large: Path, tab):
    page = tab(large)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#table tbody tr").count() == MANY
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("#table tbody tr").count() < 100


def test_without_script_it_is_a_plain_table(report: Path, tab):
    page = tab(report / "index.html", script=False)
    rows = page.locator("table.students tbody tr")
    assert rows.count() == 40
    assert page.locator("#controls").is_hidden()
    page.get_by_role("link", name="student-00007").last.click()
    assert page.locator("h1").inner_text() == "student-00007"


@pytest.mark.parametrize(
    "name",
    [
        "<img src=x onerror=alert(1)>",
        "</noscript><script>alert(1)</script>",
        "</script><script>alert(1)</script>",
        "</tbody></table><script>alert(1)</script>",
        "--><svg onload=alert(1)>",
        '" onmouseover="alert(1)',
        "{{ 7 * 7 }} $& $1 \\u0022",
    ],
)
def test_a_hostile_name_is_a_name(name: str, bench, tmp_path: Path, tab):
    """A dialog, a request or an error on the console fails the test; see `tab`."""
    cards = [bench.card(number).model_copy(update={"student": name + str(number)}) for number in range(3)]
    scores = Scores(assignment=name, max_score=100, submissions=tuple(cards))
    path = tmp_path / "index.html"
    path.write_text(class_page.render(scores, Pages(bench.TEMPLATES)), encoding="utf-8")
    page = tab(path)
    assert [shown.strip() for shown in names(page)] == [f"{name}{number}" for number in range(3)]
    page.get_by_label("Name").fill(name + "1")
    assert names(page) == [f"{name}1"]
