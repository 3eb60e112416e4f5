"""What of the data sets is on this machine."""

from dataclasses import dataclass
from pathlib import Path

from grader.datasets.archives import ARCHIVES
from grader.datasets.catalogue import folder_of, names
from grader.datasets.dataset import Source
from grader.datasets.manifest import is_whole, size_of

__all__ = ["Holding", "holdings"]

DRAWN = {
    "cats-dogs": 4_000_000,
    "horses-humans": 14_000_000,
    "sign-mnist": 20_000_000,
    "rock-paper-scissors": 35_000_000,
}
"""About how many bytes a stand-in will have."""


@dataclass(frozen=True)
class Holding:
    """One data set from one source."""

    name: str
    source: Source
    folder: Path
    """Where it is, or would be."""
    present: bool
    """All of it is there."""
    size: int
    """Bytes on disk; of one that is not there, about what will be drawn or downloaded; 0 when unknown."""


def holdings(cache: Path | None = None) -> list[Holding]:
    """Every data set from both sources, in the order of the course's weeks."""
    found = []
    for name in names():
        for source in ("stand-in", "real"):
            folder = folder_of(name, cache, source=source)
            present = is_whole(folder)
            sizes = [archive.size for archive in ARCHIVES[name]]
            expected = DRAWN[name] if source == "stand-in" else sum(sizes) * all(sizes)
            found.append(Holding(name, source, folder, present, size_of(folder) if present else expected))
    return found
