"""Every page on a desk, on a phone, in the dark and on paper: whole, readable, and without a serious finding of axe."""

import os
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

PAGES = {"class": "index.html", "student": "student-00003.html", "pair": "similar/001.html"}
VIEWS = {"desk": {}, "phone": {"phone": True}, "dark": {"dark": True}, "paper": {"paper": True}}


@pytest.fixture
def pair(report: Path, bench) -> Path:
    """The reports, with a page of two submissions that have code in common."""
    from grader.report import similar_pages
    from grader.report.pages import Pages
    from grader.similarity import Pair

    (report / "similar").mkdir(exist_ok=True)
    lines = frozenset((0, line) for line in range(3, 30))
    pair = Pair("student-00001", "student-00002", 0.7, 20, lines, lines)
    seen = {name: bench.observations(number, 24) for number, name in ((1, pair.first), (2, pair.second))}
    sources = {name: [(cell.index + 1, cell.source) for cell in one.run.cells] for name, one in seen.items()}
    hrefs = [f"../{pair.first}.html", f"../{pair.second}.html"]
    page = similar_pages.render(pair, Pages(bench.TEMPLATES), assignment="week1", sources=sources, hrefs=hrefs)
    (report / "similar" / "001.html").write_text(page, encoding="utf-8")
    return report


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("page", PAGES)
def test_nothing_sticks_out_and_a_picture_is_kept(page: str, view: str, pair: Path, tab, tmp_path: Path):
    """Pictures go to the folder that SCREENSHOTS names, for people to look at."""
    shown = tab(pair / PAGES[page], **VIEWS[view])
    width, inner = shown.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width <= inner, "the page scrolls sideways"
    assert shown.locator("h1").is_visible()
    broken = shown.evaluate("[...document.images].filter((one) => !one.complete || !one.naturalWidth).length")
    assert broken == 0
    folder = Path(os.environ.get("SCREENSHOTS", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    shown.screenshot(path=folder / f"{page}-{view}.png", full_page=True)
    if view == "paper":
        shown.pdf(path=folder / f"{page}.pdf", format="A4")
        assert (folder / f"{page}.pdf").stat().st_size > 10_000


@pytest.mark.parametrize("view", ["desk", "phone", "dark"])
@pytest.mark.parametrize("page", PAGES)
def test_axe_finds_nothing_serious(page: str, view: str, pair: Path, tab):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    shown = tab(pair / PAGES[page], **VIEWS[view])
    found = axe.Axe().run(shown).response["violations"]
    told = [f"{one['impact']}: {one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]
    assert told == []


def test_the_whole_page_can_be_read_without_script(pair: Path, tab):
    shown = tab(pair / "student-00003.html", script=False)
    assert shown.locator("article.card").count() == 15
    assert shown.locator("svg.stack").is_visible()
    assert shown.locator("img").count() > 20


def test_a_students_page_stays_small_with_all_its_pictures(report: Path):
    assert max(path.stat().st_size for path in report.glob("student-*.html")) < 500_000
