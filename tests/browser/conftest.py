"""Pages of a made-up class in a real browser: Debian's Chromium, through Playwright."""

import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture(scope="session")
def bench() -> ModuleType:
    """`benchmarks/pages.py`, which makes classes."""
    spec = importlib.util.spec_from_file_location("benchmark_of_pages", ROOT / "benchmarks" / "pages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def report(bench: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reports of forty students."""
    folder = tmp_path_factory.mktemp("class")
    (folder / "pictures").mkdir()
    bench.write(40, folder / "report", folder / "pictures")
    return folder / "report"


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed here")
    if not CHROMIUM.exists():
        pytest.skip(f"there is no {CHROMIUM} here (sudo apt-get install chromium)")
    with sync_api.sync_playwright() as playwright:
        # Within a container Chromium cannot make a sandbox of its own; all that it opens are our own files.
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def tab(browser: Any) -> Iterator[Callable[..., Any]]:
    """Opens a file in a fresh profile; at the end nothing else was asked for, and nothing was complained of."""
    contexts, trouble, asked = [], [], []

    def open_(path: Path, *, phone: bool = False, dark: bool = False, script: bool = True, paper: bool = False) -> Any:
        size = {"width": 390, "height": 844} if phone else {"width": 1280, "height": 900}
        context = browser.new_context(
            viewport=size, color_scheme="dark" if dark else "light", java_script_enabled=script
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: trouble.append(message.text))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("dialog", lambda dialog: (trouble.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri())
        if paper:
            page.emulate_media(media="print")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert trouble == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
