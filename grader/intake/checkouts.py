"""Git checkouts: a folder of clones, one a student.

A clone is a stranger's. Git is never run inside of one, where its settings could name programs, and notebooks behind
links are not followed: one could point to a neighbour's work or to the solution.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

__all__ = ["committed", "is_checkout", "notebooks_of"]

ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
REF = re.compile(r"refs/[A-Za-z0-9._/+@-]{1,200}")
COMMITTER = re.compile(rb"^committer .* (\d{1,11}) [+-]\d{4}$", re.MULTILINE)
LARGEST = 1 << 20
"""Bytes of a file of git's that is read."""
PATIENCE = 20
"""Seconds for git to look up one commit."""


def is_checkout(folder: Path) -> bool:
    """A git work tree begins here."""
    return (folder / ".git").exists()


def notebooks_of(folder: Path, week: str) -> list[Path]:
    """The notebooks in a checkout that may be the week's: those named for it nearest to the top, or else all.

    Hidden folders and everything behind a link are left out.
    """
    found = [path for path in sorted(folder.rglob("*.ipynb")) if path.is_file() and _is_plain(path, folder)]
    named = [path for path in found if path.stem == week]
    nearest = min((len(path.parts) for path in named), default=0)
    return [path for path in named if len(path.parts) == nearest] or found


def committed(checkouts: Iterable[Path]) -> dict[Path, datetime]:
    """When the commits that are checked out were made, by their own word; without those of which it cannot be told.

    Commits are read by a git that sits in an empty repository of ours and is lent the objects of the clone.
    """
    heads = {folder: head for folder in checkouts if (head := _head(folder / ".git"))}
    git = shutil.which("git")
    times: dict[Path, datetime] = {}
    if git is None or not heads:
        return times
    with tempfile.TemporaryDirectory(prefix="grader-git-") as ours:
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": ours,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_DIR": ours,
            "LC_ALL": "C",
        }
        try:
            subprocess.run([git, "init", "--quiet", "--bare", ours], env=environment, check=True, timeout=PATIENCE)
        except (OSError, subprocess.SubprocessError):
            return times
        for folder, head in heads.items():
            lent = {**environment, "GIT_OBJECT_DIRECTORY": str((folder / ".git" / "objects").resolve())}
            moment = _moment([git, "cat-file", "commit", head], lent)
            if moment is not None:
                times[folder] = moment
    return times


def _moment(command: list[str], environment: dict[str, str]) -> datetime | None:
    """The committer's time in a commit that a command prints."""
    try:
        said = subprocess.run(command, env=environment, capture_output=True, check=True, timeout=PATIENCE).stdout
        found = COMMITTER.search(said[:LARGEST].split(b"\n\n", 1)[0])
        return None if found is None else datetime.fromtimestamp(int(found[1]), UTC)
    except (OSError, subprocess.SubprocessError, ValueError, OverflowError):
        return None


def _head(home: Path) -> str | None:
    """Id of the commit that is checked out."""
    said = _read(home / "HEAD").strip()
    if ID.fullmatch(said):
        return said
    ref = said.removeprefix("ref: ")
    if ref == said or not REF.fullmatch(ref) or ".." in ref:
        return None
    loose = _read(home / ref).strip()
    if ID.fullmatch(loose):
        return loose
    for line in _read(home / "packed-refs").splitlines():
        commit, _, name = line.partition(" ")
        if name == ref and ID.fullmatch(commit):
            return commit
    return None


def _read(path: Path) -> str:
    try:
        if not path.is_file() or path.is_symlink() or path.stat().st_size > LARGEST:
            return ""
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _is_plain(path: Path, folder: Path) -> bool:
    """Neither hidden nor behind a link."""
    at = folder
    for part in path.relative_to(folder).parts:
        at /= part
        if part.startswith(".") or at.is_symlink():
            return False
    return True
