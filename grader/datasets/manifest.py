"""The list of a finished data set's files, by which an incomplete one is known."""

import json
from pathlib import Path

__all__ = ["is_whole", "size_of", "write_manifest"]

MANIFEST = "manifest.json"
"""Lists each file of a finished set with its size in bytes."""


def write_manifest(folder: Path, parts: tuple[str, ...]) -> None:
    """Notes every file of the parts, which are files or folders in `folder`."""
    text = json.dumps({"parts": parts, "sizes": _sizes(folder, parts)}, indent=1)
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def is_whole(folder: Path) -> bool:
    """Whether every file of the set is there at its size, and no other one has crept in."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return bool(manifest["sizes"] == _sizes(folder, tuple(manifest["parts"])))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def size_of(folder: Path) -> int:
    """Bytes of all files of a finished set, by its list."""
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return sum(manifest["sizes"].values())


def _sizes(folder: Path, parts: tuple[str, ...]) -> dict[str, int]:
    """Size in bytes of each file below the parts, by path in the folder."""
    found: dict[str, int] = {}
    for part in parts:
        top = folder / part
        inside = sorted(top.rglob("*")) if top.is_dir() else [top]
        found |= {file.relative_to(folder).as_posix(): file.stat().st_size for file in inside if file.is_file()}
    return found
