"""Pages lead somewhere, show what is there, and say what the code says."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]
LINK = re.compile(r"(?<!`)!?\[[^\]]*\]\((?P<target>[^)\s]+)\)")


def without_blocks(page: Path) -> str:
    return re.sub(r"^```.*?^```", "", page.read_text(), flags=re.DOTALL | re.MULTILINE)


def anchors(page: Path) -> set[str]:
    """Those of a page's headings, as GitHub and Zensical make them."""
    found = re.findall(r"^#+ (.+)$", without_blocks(page), re.MULTILINE)
    return {re.sub(r"[^\w\s-]", "", title).strip().lower().replace(" ", "-") for title in found}


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_link_and_picture_is_there(page: Path):
    for link in LINK.finditer(without_blocks(page)):
        target, _, anchor = link["target"].partition("#")
        if target.startswith(("http:", "https:", "mailto:")):
            continue
        path = (page.parent / target).resolve() if target else page
        assert path.exists(), f"{page.name}: {link['target']}"
        assert path.is_relative_to(DOCS) or page.name == "README.md", f"{page.name}: the site does not hold {target}"
        if anchor and path.suffix == ".md":
            assert anchor in anchors(path), f"{page.name}: {link['target']}"


@pytest.mark.parametrize("script", ["reference.py", "draw_docs.py"])
def test_what_the_docs_take_from_the_code_is_up_to_date(script: str):
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / script, "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_list_of_pages_names_pages_that_are_there():
    def pages(nav: list) -> list[str]:
        return [
            page
            for entry in nav
            for value in entry.values()
            for page in ([value] if isinstance(value, str) else pages(value))
        ]

    named = pages(tomllib.loads((ROOT / "zensical.toml").read_text())["project"]["nav"])
    assert named
    assert [page for page in named if not (DOCS / page).is_file()] == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_no_page_names_a_folder_of_one_machine(page: Path):
    assert not re.search(r"/(?:home|root|Users|work)/", page.read_text())


@pytest.mark.slow
def test_the_site_builds_without_a_warning(tmp_path: Path):
    pytest.importorskip("zensical", reason="only `make docs` installs it")
    shutil.copytree(DOCS, tmp_path / "docs")
    shutil.copy(ROOT / "zensical.toml", tmp_path)
    words = [sys.executable, "-m", "zensical", "build", "--strict"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    page = (tmp_path / "site" / "how-it-works.html").read_text()
    assert re.findall(r'(?:src|<link[^>]*href)="https?:', page) == [], "a page asks another server for something"
