"""The reader of blocks itself."""

from pathlib import Path

import pytest

from .blocks import blocks_of


def test_blocks_come_with_their_marks_and_places(tmp_path: Path):
    page = tmp_path / "page.md"
    page.write_text(
        "# A page\n\n```bash\nls\n```\n\n<!-- test: file a/b.toml -->\n```toml\nx = 1\n```\n\n"
        "- list\n\n  ```text\n  a\n   b\n  ```\n"
    )
    first, second, third = blocks_of(page)
    assert (first.language, first.text, first.line, first.mark) == ("bash", "ls\n", 3, "")
    assert (second.mark, second.words, second.text) == ("file", "a/b.toml", "x = 1\n")
    assert (third.text, third.place) == ("a\n b\n", "page.md:14")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("```bash\nls\n", "not closed"),
        ("<!-- test: skp, no network -->\n```bash\n```\n", "no mark"),
        ("<!-- test: skip -->\n```bash\n```\n", "says too little"),
        ("<!-- test: output -->\n\nWords.\n", "no block"),
        ("<!-- test: output -->\n", "no block"),
    ],
)
def test_what_is_no_mark_is_refused(text: str, word: str, tmp_path: Path):
    (tmp_path / "page.md").write_text(text)
    with pytest.raises(ValueError, match=word):
        blocks_of(tmp_path / "page.md")


@pytest.mark.parametrize(
    ("expected", "actual", "same"),
    [
        ("a\n...\nz", "a\nb\nc\nz", True),
        ("a\n...\nz", "a\nz", True),
        ("a\n...\nz", "a\nb", False),
        ("... files written", "19 files written", True),
        ("x: 1.5", "x: 125", False),
        ("a", "a\nb", False),
    ],
)
def test_dots_stand_for_anything(expected: str, actual: str, same: bool, matches):
    assert matches(expected, actual) is same
