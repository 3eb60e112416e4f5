"""A git repository that somebody else may have filled: read as objects, never as files, and nothing of it is run."""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.errors import SubmissionsError

__all__ = ["Entry", "Repository", "toplevel"]

FILE_MODES = frozenset({"100644", "100755"})
"""Of regular files; links and submodules have others."""

SETTINGS = ("core.hooksPath=/dev/null", "core.fsmonitor=false", "core.attributesFile=/dev/null", "protocol.allow=never")


@dataclass(frozen=True)
class Entry:
    """A path of a commit."""

    path: str
    """Bytes that are no UTF-8 as surrogates."""
    mode: str
    blob: str
    """Name of the object."""

    @property
    def is_file(self) -> bool:
        """Whether it is a regular file."""
        return self.mode in FILE_MODES


class Repository:
    """The repository that a folder lies in.

    Args:
        folder: The checkout of a submission, or any folder within it.

    Raises:
        SubmissionsError: There is no repository, or no git.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        if not folder.is_dir():
            raise SubmissionsError("no such folder", where=str(folder))
        top = toplevel(folder)
        if top is None:
            raise SubmissionsError(
                "this is no git checkout, so nothing can be said to have changed",
                where=str(folder),
                remedy="Change into the checkout of the pull request, or name it with --repo DIR. "
                "Where another user owns it: git config --global --add safe.directory DIR",
            )
        self.top = top

    def commit(self, name: str) -> str | None:
        """The full name of the commit that a branch, tag or hash means; None where there is none."""
        found = self._try("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        return None if found is None else found.decode("ascii").strip()

    def merge_base(self, base: str, head: str) -> str:
        """The commit from which a branch started.

        Raises:
            SubmissionsError: The two have no history in common here.
        """
        found = self._try("merge-base", base, head)
        if found is None:
            raise SubmissionsError(
                f"the commits {base[:12]} and {head[:12]} have no history in common here",
                where=str(self._folder),
                remedy="Fetch the whole history: fetch-depth: 0 with actions/checkout, GIT_DEPTH: 0 in GitLab CI, "
                "or git fetch --unshallow.",
            )
        return found.decode("ascii").strip()

    def changed(self, base: str, head: str) -> list[Entry]:
        """What is new or different at `head`, files that went away left out; a renamed file is a new one."""
        fields = self._ask("diff-tree", "-r", "-z", "--no-renames", "--diff-filter=AMT", base, head).split(b"\0")
        entries = []
        for about, path in zip(fields[0::2], fields[1::2], strict=False):
            _, mode, _, blob, _ = about.decode("ascii").split(" ")
            entries.append(Entry(_text(path), mode, blob))
        return entries

    def files(self, commit: str, *below: str) -> Iterator[Entry]:
        """The files of a commit, below the paths given or all."""
        for line in self._ask("ls-tree", "-r", "-z", "--full-tree", commit, "--", *below).split(b"\0"):
            if line:
                about, _, path = line.partition(b"\t")
                mode, _, blob = about.decode("ascii").split(" ")
                yield Entry(_text(path), mode, blob)

    def size(self, blob: str) -> int:
        """Bytes of a file's content."""
        return int(self._ask("cat-file", "-s", blob))

    def write(self, blob: str, path: Path) -> None:
        """Write a file's content to a new file, as it was committed: no filter, no conversion of line ends."""
        with path.open("xb") as file:
            subprocess.run(self._words("cat-file", "blob", blob), stdout=file, env=_environment(), check=True)

    def _ask(self, *words: str) -> bytes:
        done = subprocess.run(self._words(*words), capture_output=True, env=_environment(), check=False)
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip()[-300:]
            raise SubmissionsError(f"git {words[0]} failed: {said}", where=str(self._folder))
        return done.stdout

    def _try(self, *words: str) -> bytes | None:
        done = subprocess.run(self._words(*words), capture_output=True, env=_environment(), check=False)
        return None if done.returncode else done.stdout

    def _words(self, *words: str) -> list[str]:
        settings = [word for setting in SETTINGS for word in ("-c", setting)]
        return ["git", "--no-replace-objects", "--literal-pathspecs", *settings, "-C", str(self._folder), *words]


def toplevel(folder: Path) -> Path | None:
    """The top folder of the checkout that a folder lies in; None where it lies in none.

    Raises:
        SubmissionsError: git is not installed.
    """
    words = ["git", *(word for setting in SETTINGS for word in ("-c", setting)), "-C", str(folder), "rev-parse"]
    try:
        done = subprocess.run(
            [*words, "--show-toplevel"], capture_output=True, text=True, env=_environment(), check=False
        )
    except FileNotFoundError:
        raise SubmissionsError("git is not installed", remedy="sudo apt-get install git") from None
    return None if done.returncode else Path(done.stdout.removesuffix("\n")).resolve()


def _environment() -> dict[str, str]:
    """Ours, without what would send git to another repository or to the network."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    kept |= {name: os.environ[name] for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM") if name in os.environ}
    return kept | {"GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C.UTF-8"}


def _text(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape")
