"""Reads the fenced blocks of a page, and what the comment above each says of how it is tested.

    <!-- test: skip, REASON -->     not run; its syntax is checked all the same
    <!-- test: slow, REASON -->     run by `make test-slow`
    <!-- test: exit 1 -->           the commands end with this status
    <!-- test: output -->           what the block before printed; `...` stands for any lines, or words in one
    <!-- test: file PATH -->        written to that file before the next block runs
    <!-- test: append PATH -->      put at the end of that file
    <!-- test: usage -->            how commands are called, as their help says it: names and options are compared
    <!-- test: course -->           a part of course.toml, read by the course's own model
    <!-- test: rubric -->           a part of rubric.toml, read by the rubric's own model and the check's
    <!-- test: shown, REASON -->    text that is nothing to run: a drawing, a listing

Without a comment, `bash` and `python` are run, and `toml`, `yaml` and `json` are parsed. Anything else needs one.
"""

import re
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Block", "blocks_of"]

KINDS = {"skip", "slow", "exit", "output", "file", "append", "usage", "course", "rubric", "shown"}
NEED_WORDS = {"skip", "slow", "exit", "file", "append", "shown"}

_FENCE = re.compile(r"^(?P<indent> {0,3})(?P<ticks>```+)(?P<info>[^`]*)$")
_MARK = re.compile(r"^\s*<!--\s*test:\s*(?P<kind>\w+)[,\s]*(?P<words>.*?)\s*-->\s*$")


@dataclass(frozen=True)
class Block:
    """One fenced block."""

    page: Path
    line: int
    """Of its opening fence, from 1."""
    language: str
    text: str
    mark: str = ""
    """One of `KINDS`, or empty."""
    words: str = ""
    """What stands behind the mark: a reason, a path, a number."""

    @property
    def place(self) -> str:
        return f"{self.page.name}:{self.line}"


def blocks_of(page: Path) -> list[Block]:
    """The fenced blocks of a page, in order.

    Raises:
        ValueError: A fence is not closed, a mark is unknown, lacks its words, or stands above no block.
    """
    blocks: list[Block] = []
    lines = page.read_text(encoding="utf-8").splitlines()
    mark: re.Match[str] | None = None
    number = 0
    while number < len(lines):
        here = f"{page.name}:{number + 1}"
        fence = _FENCE.match(lines[number])
        if fence is None:
            found = _MARK.match(lines[number])
            if mark is not None and (found is not None or lines[number].strip()):
                raise ValueError(f"{here}: the mark above stands over no block")
            mark = found or mark
            if found is not None:
                kind, words = found["kind"], found["words"]
                if kind not in KINDS or (kind in NEED_WORDS and not words):
                    raise ValueError(f"{here}: '{found[0].strip()}' is no mark, or says too little")
            number += 1
            continue
        end = number + 1
        while end < len(lines) and lines[end].strip() != fence["ticks"]:
            end += 1
        if end == len(lines):
            raise ValueError(f"{here}: this block is not closed")
        cut = len(fence["indent"])
        text = "\n".join(line[cut:] for line in lines[number + 1 : end]) + "\n"
        kind, words = (mark["kind"], mark["words"]) if mark is not None else ("", "")
        blocks.append(Block(page, number + 1, fence["info"].strip().split(" ")[0], text, kind, words))
        mark, number = None, end + 1
    if mark is not None:
        raise ValueError(f"{page.name}: the last mark stands over no block")
    return blocks
