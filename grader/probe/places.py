"""Puts data where a notebook looks for it: links before the notebook begins, other images for the time of a call.

Standard library only.
"""

import contextlib
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

__all__ = ["make_links", "shown_in_place"]

PICTURES = {
    b"\xff\xd8\xff": (".jpg", ".jpeg"),
    b"\x89PNG": (".png",),
    b"GIF8": (".gif",),
    b"BM": (".bmp",),
}
"""First bytes of a picture -> how its file's name ends."""


def make_links(links: Iterable[Mapping[str, Any]]) -> None:
    """Make the links of a plan in the working folder; what cannot be made is left out.

    Args:
        links: {path, to, sound} each; a sound one becomes a folder of folders of links to whole pictures alone.
    """
    for link in links:
        path, target = Path(str(link["path"])), Path(str(link["to"]))
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            if link.get("sound") and target.is_dir():
                _link_pictures(path, target)
            else:
                path.symlink_to(target)


def _link_pictures(path: Path, target: Path) -> None:
    for folder in sorted(target.iterdir()):
        if folder.is_dir():
            (path / folder.name).mkdir(parents=True)
            for file in folder.iterdir():
                if _is_picture(file):
                    (path / folder.name / file.name).symlink_to(file)


def _is_picture(file: Path) -> bool:
    with file.open("rb") as opened:
        start = opened.read(4)
    return any(start.startswith(mark) and file.name.lower().endswith(ends) for mark, ends in PICTURES.items())


@contextlib.contextmanager
def shown_in_place(shown: Mapping[str, Path]) -> Iterator[None]:
    """For a while, show other folders where a notebook looks for its data.

    Args:
        shown: Path, absolute or within the working folder -> the folder to be seen there. A path at which something
            else stands that cannot be moved is left as it is.
    """
    moved: list[tuple[Path, Path | None]] = []
    try:
        for name, folder in shown.items():
            path = Path(name)
            aside = path.with_name(f".{path.name}.aside")
            with contextlib.suppress(OSError):
                path.parent.mkdir(parents=True, exist_ok=True)
                there = os.path.lexists(path)
                if there:
                    path.rename(aside)
                moved.append((path, aside if there else None))
                path.symlink_to(folder)
        yield
    finally:
        for path, was in reversed(moved):
            with contextlib.suppress(OSError):
                if path.is_symlink():
                    path.unlink()
                elif path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)
                if was is not None:
                    was.rename(path)
