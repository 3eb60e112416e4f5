"""Knows a page that need not be drawn again, by a last line that says what it was made of.

Drawing a page takes ten milliseconds; ten thousand of them are minutes, and mostly a few students' results are new.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from grader import __version__
from grader.scorecard import Scorecard

__all__ = ["Unchanged"]


class Unchanged:
    """Tells pages that are as they would be drawn now from all others.

    Args:
        templates: The folder of their templates.
        common: What all pages show besides, such as the name of the week.
    """

    def __init__(self, templates: Path, common: Sequence[object]) -> None:
        rooms = (Path(__file__).parent, templates)
        self._common = repr((__version__, *map(_digest, rooms), *common)).encode()

    def stamp(self, card: Scorecard, digest: bytes, previous: Scorecard | None) -> str:
        """Names all that a student's page is made of. Whether a run was made just now or before is not shown.

        Args:
            card: The scorecard.
            digest: Of the observations; empty where there are none.
            previous: The scorecard of the submission before this one.
        """
        card = card.model_copy(update={"run": card.run.model_copy(update={"reused": False})})
        whole = hashlib.sha256(self._common + digest)
        for part in (card, previous):
            try:
                whole.update(b"\0" if part is None else part.model_dump_json().encode())
            except ValueError:  # a name that is no text
                whole.update(ascii(part).encode())
        return whole.hexdigest()

    def signed(self, page: str, stamp: str) -> str:
        """The page with its last line."""
        return page + _last_line(page.encode("utf-8", "replace"), stamp)

    def holds(self, path: Path, stamp: str) -> bool:
        """The page is there already, made of just this, and nobody has touched it."""
        try:
            with path.open("rb", buffering=0) as file:
                content = file.read()
        except OSError:
            return False
        length = len(_last_line(b"", stamp))
        return content[-length:] == _last_line(content[:-length], stamp).encode()


def _last_line(page: bytes, stamp: str) -> str:
    return f"<!-- {hashlib.sha256(stamp.encode() + page).hexdigest()} -->\n"


def _digest(folder: Path) -> str:
    """Of all files of a folder."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
