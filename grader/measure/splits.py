"""Counts what functions that make folders and split files left behind."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from grader.measure.challenge import Challenge, SplitSource
from grader.observation import CodeError, Directories, Pipeline, Split

__all__ = ["Entry", "measure_directories", "measure_pool_split", "measure_split", "read_entries"]


@dataclass(frozen=True)
class Entry:
    """One thing below a tree that a probe left behind."""

    path: str
    """Relative POSIX path within the tree."""
    kind: str
    """`file`, `folder` or `other`."""
    size: int
    sha256: str | None


def read_entries(raw: Iterable[dict[str, Any]]) -> tuple[Entry, ...]:
    """Entries of a "tree" record, ordered by path."""
    entries = [Entry(str(e["path"]), str(e["kind"]), int(e.get("size") or 0), e.get("sha256")) for e in raw]
    return tuple(sorted(entries, key=lambda entry: entry.path))


def measure_directories(entries: Sequence[Entry], *, error: CodeError | None) -> Directories:
    """The folders below `root/`."""
    folders = [e.path.removeprefix("root/") for e in entries if e.kind == "folder" and e.path.startswith("root/")]
    return Directories(folders=tuple(sorted(folders)), error=error)


def measure_split(
    entries: Sequence[Entry], source: SplitSource, *, stdout: str, listing: Sequence[str], error: CodeError | None
) -> Split:
    """Where each file of the source went.

    Args:
        entries: Of the tree that holds `source/`, `training/` and `validation/` after the call.
        source: What was in the source folder before.
        stdout: What the function printed.
        listing: Source names in the order of `os.listdir`, as the probe saw them; only used to tell a shuffle.
        error: What the function raised.
    """
    full = source.full
    taken = {name: _below(entries, name) for name in ("training", "validation")}
    good = {
        folder: {name for name, entry in files.items() if name in full and entry.sha256 == full[name]}
        for folder, files in taken.items()
    }
    hollow = sum(entry.size == 0 and entry.kind == "file" for files in taken.values() for entry in files.values())
    shared = good["training"] & good["validation"]
    before = {name: full.get(name) for name in source.files}
    after = {n: e.sha256 if e.size else None for n, e in _below(entries, "source").items() if e.kind == "file"}
    return Split(
        share=source.share,
        files=len(full),
        empty=len(source.empty),
        training=len(good["training"]),
        validation=len(good["validation"]),
        shared=len(shared),
        lost=len(full.keys() - good["training"] - good["validation"]),
        foreign=sum(map(len, taken.values())) - sum(map(len, good.values())) - hollow,
        empty_copied=hollow,
        source_intact=after == before,
        in_order=_in_order(good["training"], full, source, listing),
        empty_reported=sum(_names(stdout, name) for name in source.empty),
        error=error,
    )


def measure_pool_split(
    training: Pipeline, validation: Pipeline, challenge: Challenge, *, share: float, error: CodeError | None = None
) -> Split:
    """Which images of one folder two pipelines took, told from the pixels that came out.

    Args:
        training: What the one yielded.
        validation: What the other yielded.
        challenge: The images of the folder.
        share: The part that training is to get.
        error: What the function raised.
    """
    taken = [set(pipeline.sources) - {-1} for pipeline in (training, validation)]
    everything = set(range(len(challenge.images)))
    order = sorted(everything, key=lambda i: (challenge.images[i].label, challenge.images[i].name))
    count = len(taken[0])
    return Split(
        share=share,
        files=len(everything),
        empty=0,
        training=count,
        validation=len(taken[1]),
        shared=len(taken[0] & taken[1]),
        lost=len(everything - taken[0] - taken[1]),
        foreign=training.sources.count(-1) + validation.sources.count(-1),
        empty_copied=0,
        source_intact=True,
        in_order=0 < count < len(order) and taken[0] in (set(order[:count]), set(order[-count:])),
        empty_reported=0,
        error=error,
    )


def _below(entries: Sequence[Entry], folder: str) -> dict[str, Entry]:
    """Everything in one folder, by path below it; folders within it do not count."""
    start = folder + "/"
    return {e.path.removeprefix(start): e for e in entries if e.path.startswith(start) and e.kind != "folder"}


def _in_order(training: set[str], full: dict[str, str], source: SplitSource, listing: Sequence[str]) -> bool:
    count = len(training)
    if not 0 < count < len(full):
        return False
    orders = [sorted(full), sorted(full, key=lambda n: int(n.split(".")[0])), list(full)]
    if sorted(listing) == sorted(source.files):
        orders.append([name for name in listing if name in full])
    return any(training in (set(order[:count]), set(order[-count:])) for order in orders)


def _names(text: str, file: str) -> bool:
    return re.search(rf"(?<![\w.]){re.escape(file)}(?!\w)", text) is not None
